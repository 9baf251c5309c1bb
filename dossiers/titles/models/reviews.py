"""Reviewing a title against the criteria set then in force."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.results.models import SelfVerdict

from .titles import Title


class ReviewKind(models.TextChoices):
    YEARLY = "yearly", _("Rà soát hằng năm")
    EXTRAORDINARY = "extraordinary", _("Rà soát đột xuất")


class ReviewQuerySet(models.QuerySet["Review"]):
    def counting(self) -> ReviewQuerySet:
        """Leave out those that were cancelled."""
        return self.filter(cancelled_at__isnull=True)


class Review(models.Model):
    """The review of a title for one year; its dossier carries figures, evidence, state and history.

    ``round`` counts how often the commune was asked: what the district corrected before a return no longer counts.
    ``meets`` is None until the review is confirmed by the paper with ``number`` and ``dated_on``; ``against_reasons``
    says why it was confirmed although it was recommended to return it. One that was opened by mistake and cancelled
    (``cancelled_at``) stays readable and counts for nothing.
    """

    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, primary_key=True, related_name="review")
    title = models.ForeignKey(Title, models.PROTECT, related_name="reviews")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=ReviewKind.choices, default=ReviewKind.YEARLY)
    reason = models.TextField(blank=True)
    prefilled_from = models.ForeignKey("dossier.Dossier", models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    statement = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    recommends_confirming = models.BooleanField(null=True)
    against_reasons = models.TextField(blank=True)
    meets = models.BooleanField(null=True)
    number = models.CharField(max_length=60, blank=True)
    dated_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-year", "-dossier_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title", "year"],
                condition=models.Q(kind=ReviewKind.YEARLY, cancelled_at__isnull=True),
                name="one_yearly_review_a_title",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_id}: {self.year}"


class Correction(models.Model):
    """The district's own verdict on one indicator, with reasons. The latest of the review's round counts."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="corrections")
    result = models.ForeignKey("results.IndicatorResult", models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=16, choices=SelfVerdict.choices)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(verdict="") & ~models.Q(reason=""), name="correction_says_what_and_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.verdict}"


class AssessedCriterion(models.Model):
    """How one criterion stood when the review was confirmed. Written once; a revocation rests on these rows.

    ``verdict`` is met, not_met or not_applicable (all of its indicators are). ``unmet`` are the codes of the
    indicators not met, joined by commas; ``is_critical`` is what the criteria set says of it for revocation.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="criteria")
    criterion = models.ForeignKey("criteria.Criterion", models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=SelfVerdict.choices)
    unmet = models.CharField(max_length=300, blank=True)
    is_critical = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["review", "criterion__set", "criterion__number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_standing_a_criterion"),
            models.CheckConstraint(
                condition=models.Q(
                    verdict__in=[SelfVerdict.MET, SelfVerdict.NOT_MET, SelfVerdict.NOT_APPLICABLE]
                ),
                name="assessed_criterion_is_concluded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.criterion_id}: {self.verdict}"
