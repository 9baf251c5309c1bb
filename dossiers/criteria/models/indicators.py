"""Criteria and their indicators, with threshold, source and how sure we are of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dossiers.criteria.kinds import Comparison, Confidence, IndicatorKind, ThresholdKind

from .frozen import FrozenModel
from .sets import CriteriaSet


class Criterion(FrozenModel):
    """One criterion of a set; it is met when all of its indicators are met or do not apply."""

    set = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    group = models.CharField(max_length=120)
    source = models.TextField(blank=True)
    is_critical_for_revocation = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["set", "number"]
        verbose_name_plural = "criteria"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["set", "number"], name="one_criterion_a_number"),
            models.UniqueConstraint(fields=["set", "code"], name="one_criterion_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Indicator(FrozenModel):
    """One indicator (chỉ tiêu) with its threshold. Judge figures with ``dossiers.criteria.thresholds``.

    ``position`` counts through the whole set. ``threshold`` is, by ``threshold_kind``: a decimal as text, a
    mapping of year to decimal as text, a step of ``scale``, true, or None. ``verified`` is true only when
    the threshold was read in two independent sources or in the text itself; ``name_verified`` says the same
    of the name. ``notes`` keeps what else the data say of the row (parts by sex, compound rules,
    amendments, other regions).
    """

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=16)
    name = models.TextField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=IndicatorKind.choices)
    unit = models.CharField(max_length=60)
    comparison = models.CharField(max_length=8, choices=Comparison.choices)
    threshold_kind = models.CharField(max_length=12, choices=ThresholdKind.choices)
    threshold = models.JSONField(null=True, blank=True)
    scale = models.JSONField(default=list, blank=True)
    threshold_by = models.CharField(max_length=32, blank=True)
    not_applicable_allowed = models.BooleanField(default=False)
    province_may_set = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    evidence_hints = models.JSONField(default=list, blank=True)
    source = models.TextField(blank=True)
    name_source = models.TextField(blank=True)
    threshold_source = models.TextField(blank=True)
    threshold_confidence = models.CharField(max_length=12, choices=Confidence.choices)
    name_confidence = models.CharField(max_length=12, choices=Confidence.choices, blank=True)
    verified = models.BooleanField(default=False)
    name_verified = models.BooleanField(default=False)
    notes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["criterion__set", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["criterion", "code"], name="one_indicator_a_code"),
            models.UniqueConstraint(fields=["criterion", "position"], name="one_indicator_a_position"),
            models.CheckConstraint(
                condition=Q(threshold_kind=ThresholdKind.UNSET, threshold__isnull=True)
                | (~Q(threshold_kind=ThresholdKind.UNSET) & Q(threshold__isnull=False)),
                name="indicator_threshold_or_unset",
            ),
            models.CheckConstraint(
                condition=Q(verified=False) | Q(threshold_confidence=Confidence.VERIFIED),
                name="indicator_verified_only_if_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
