"""Council's conditions, decision and publication. The title that follows from them stands in ``dossiers.titles``."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DecisionKind(models.TextChoices):
    RECOGNISE = "recognise", _("Quyết định công nhận")
    REFUSE = "refuse", _("Không công nhận")
    REVOKE = "revoke", _("Quyết định thu hồi")
    KEEP = "keep", _("Không thu hồi")


class Decision(models.Model):
    """The provincial chair's decision (Quyết định 18/2022/QĐ-TTg, Điều 3), and the batch the council considered it in.

    Decisions from before there were batches have none, and those from before files were asked for no ``document``; the
    file of a revocation stands on the revocation.
    """

    batch = models.ForeignKey("batches.Batch", models.PROTECT, null=True, related_name="decisions")
    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    reasons = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
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


class CouncilCondition(models.Model):
    """What the council wants completed before the decision: which task, who answers for it, until when."""

    vote = models.ForeignKey("votes.Vote", models.PROTECT, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    task = models.TextField()
    responsible = models.CharField(max_length=200)
    due_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["vote", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "position"], name="one_council_condition_a_line")
        ]

    def __str__(self) -> str:
        return f"{self.vote_id}/{self.position}"


class ConditionsReport(models.Model):
    """The commune's report that the council's conditions are completed, and what the coordination office answered.

    ``is_accepted`` is None until it is answered. What is reported again stands beside the earlier report.
    """

    vote = models.ForeignKey("votes.Vote", models.PROTECT, related_name="condition_reports")
    text = models.TextField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vote"],
                condition=models.Q(is_accepted__isnull=True),
                name="one_unanswered_report_of_conditions",
            ),
            models.CheckConstraint(
                condition=~models.Q(is_accepted=False) | ~models.Q(answer=""),
                name="rejected_report_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id}: {self.recorded_at:%Y-%m-%d}"
