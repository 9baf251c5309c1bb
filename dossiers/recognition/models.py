"""Council vote, decision and publication. The title that follows from them stands in ``dossiers.titles``."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CouncilVote(models.Model):
    """One vote of the appraisal council. The rule it was counted by is kept with it."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="votes")
    met_on = models.DateField()
    members = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField()
    in_favour = models.PositiveSmallIntegerField()
    threshold_percent = models.DecimalField(max_digits=5, decimal_places=2)
    denominator = models.CharField(max_length=10)
    passed = models.BooleanField()
    conclusion = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(present__lte=models.F("members"))
                & models.Q(in_favour__lte=models.F("present"))
                & models.Q(members__gt=0),
                name="council_vote_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.in_favour}/{self.present}/{self.members}"


class DecisionKind(models.TextChoices):
    RECOGNISE = "recognise", _("Quyết định công nhận")
    REFUSE = "refuse", _("Không công nhận")
    REVOKE = "revoke", _("Quyết định thu hồi")
    KEEP = "keep", _("Không thu hồi")


class Decision(models.Model):
    """The provincial chair's decision (Quyết định 18/2022/QĐ-TTg, Điều 3)."""

    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-signed_on"]

    def __str__(self) -> str:
        return self.number


class Publication(models.Model):
    """The district's publication of a recognition (Quyết định 18/2022/QĐ-TTg, Điều 10 khoản 2)."""

    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, related_name="publication")
    published_on = models.DateField()
    channel = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-published_on"]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.published_on}"
