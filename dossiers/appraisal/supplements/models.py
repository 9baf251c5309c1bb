"""A department's request for a supplement, and what is asked and answered on each of its indicators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.dossier.models import Dossier, State


class Outcome(models.TextChoices):
    """How a request ended."""

    OPEN = "", _("Chờ xã trả lời")
    ANSWERED = "answered", _("Xã đã trả lời")
    WITHDRAWN = "withdrawn", _("Cơ quan đã rút yêu cầu")
    UNANSWERED = "unanswered", _("Thẩm định tiếp, xã không trả lời")


class SupplementQuerySet(models.QuerySet["SupplementRequest"]):
    def of_dossier(self, dossier: Dossier) -> SupplementQuerySet:
        return self.filter(opinion__dossier=dossier)

    def awaited(self, dossier: Dossier) -> SupplementQuerySet:
        """Return the requests that the commune can answer now: none when the appraisal has ended."""
        found = self.of_dossier(dossier).filter(outcome=Outcome.OPEN)
        return found if dossier.state == State.APPRAISING else found.none()


class SupplementRequest(models.Model):
    """One department's written request to the commune during its appraisal of one round.

    ``turn`` counts the requests on one opinion. While ``outcome`` is empty the commune can answer, and only then are
    the indicators of the items open to it. ``ending_reason`` is why the department withdrew or went on.
    """

    opinion = models.ForeignKey("appraisal.Opinion", models.PROTECT, related_name="supplements")
    turn = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    answer_number = models.CharField(max_length=60, blank=True)
    answer_dated_on = models.DateField(null=True)
    ending_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = SupplementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "turn"], name="one_supplement_a_turn"),
            models.UniqueConstraint(
                fields=["opinion"], condition=models.Q(outcome=""), name="one_open_supplement_an_opinion"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", ended_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(ended_at__isnull=False)),
                name="ended_supplement_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id}/{self.turn}"

    @property
    def is_open(self) -> bool:
        return self.outcome == Outcome.OPEN


class SupplementItem(models.Model):
    """What is lacking on one indicator, and what the commune says to it.

    ``before`` and ``after`` are what the indicator showed when it was asked for and when the answer was sent
    (``snapshots``); ``after`` stays empty unless an answer was sent.
    """

    request = models.ForeignKey(SupplementRequest, models.PROTECT, related_name="items")
    result = models.ForeignKey("results.IndicatorResult", models.PROTECT, related_name="supplement_items")
    lacking = models.TextField()
    answer = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    after: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["result__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "result"], name="one_item_an_indicator"),
            models.CheckConstraint(condition=~models.Q(lacking=""), name="an_item_says_what_is_lacking"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.result_id}"
