"""Every vote on a dossier, whoever votes: the numbers, the rule they were counted by, and the minutes."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _


class VotingBody(models.TextChoices):
    """Who meets and votes, in the order of the procedure."""

    COMMUNE_MEETING = "commune_meeting", _("Cuộc họp của xã")
    DISTRICT_COMMITTEE = "district_committee", _("Ban Chỉ đạo cấp huyện")
    PROVINCIAL_COUNCIL = "provincial_council", _("Hội đồng thẩm định tỉnh")


#: What the votes in favour are divided by, as the kept rule says.
_BASE = Case(When(denominator="members", then=F("members")), default=F("present"))


class Vote(models.Model):
    """One vote of one body on a dossier. The rule it was counted by is kept with it; nothing is overwritten.

    Of votes from before this record some columns are unknown, and then None: ``against``, ``invalid`` (blank ballots
    among them), ``is_secret``, ``quorum_percent``, ``rule_verified`` and ``minutes``.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="votes")
    body = models.CharField(max_length=20, choices=VotingBody.choices)
    met_on = models.DateField()
    members = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField()
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField(null=True)
    invalid = models.PositiveSmallIntegerField(null=True)
    is_secret = models.BooleanField(null=True)
    threshold_percent = models.DecimalField(max_digits=5, decimal_places=2)
    denominator = models.CharField(max_length=10)
    quorum_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rule_source = models.TextField(blank=True)
    rule_verified = models.BooleanField(null=True)
    passed = models.BooleanField()
    conclusion = models.TextField(blank=True)
    chair_name = models.CharField(max_length=150, blank=True)
    secretary_name = models.CharField(max_length=150, blank=True)
    minutes = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["dossier", "body"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(present__lte=F("members")) & Q(in_favour__lte=F("present")) & Q(members__gt=0),
                name="vote_counts",
            ),
            models.CheckConstraint(
                condition=Q(against__isnull=True)
                | Q(invalid__isnull=True)
                | Q(present__gte=F("in_favour") + F("against") + F("invalid")),
                name="vote_has_a_ballot_for_each_present",
            ),
            models.CheckConstraint(
                condition=Q(passed=False) | Q(in_favour__gte=_BASE * F("threshold_percent") / Decimal(100)),
                name="passed_vote_reached_its_threshold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.body} {self.in_favour}/{self.present}/{self.members}"

    @property
    def base(self) -> int:
        """What the votes in favour are divided by."""
        return self.members if self.denominator == "members" else self.present
