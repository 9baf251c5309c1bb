"""What a commune plans, reports and proves for each indicator."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from storage.vietnamese import SearchableWords


class SelfVerdict(models.TextChoices):
    """What the pinned threshold says of the reported figure."""

    UNKNOWN = "", _("Chưa có số liệu")
    MET = "met", _("Đạt")
    NOT_MET = "not_met", _("Chưa đạt")
    NOT_APPLICABLE = "not_applicable", _("Không áp dụng")


class IndicatorResult(models.Model):
    """One indicator of one dossier: where it stood, what is planned, what is reported.

    Figures are kept as canonical text (plain decimals with a point, ``true``/``false``, or a step of the scale) in
    the indicator's unit. ``figure_year`` is the year of the figure, which may differ from the year of the title
    (Quyết định 18/2022/QĐ-TTg, Điều 2). ``department`` is pinned at registration.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="results")
    indicator = models.ForeignKey("criteria.Indicator", models.PROTECT, related_name="+")
    department = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()

    baseline_value = models.CharField(max_length=60, blank=True)
    target_value = models.CharField(max_length=60, blank=True)
    due_year = models.PositiveSmallIntegerField(null=True, blank=True)
    due_quarter = models.PositiveSmallIntegerField(null=True, blank=True)

    value = models.CharField(max_length=60, blank=True)
    figure_year = models.PositiveSmallIntegerField(null=True, blank=True)
    figure_source = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    not_applicable = models.BooleanField(default=False)
    not_applicable_reason = models.TextField(blank=True)
    self_verdict = models.CharField(
        max_length=16, choices=SelfVerdict.choices, default=SelfVerdict.UNKNOWN, blank=True
    )
    is_reopened = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["dossier", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "indicator"], name="one_result_an_indicator"),
            models.CheckConstraint(
                condition=models.Q(due_quarter__isnull=True)
                | models.Q(due_quarter__gte=1, due_quarter__lte=4),
                name="result_due_quarter",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["department", "dossier"])]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.indicator_id}"

    @property
    def is_settled(self) -> bool:
        """Met, or not applicable with a reason."""
        return self.self_verdict in (SelfVerdict.MET, SelfVerdict.NOT_APPLICABLE)


#: The fields of a result that reporting a figure writes.
FIGURE_FIELDS = (
    "value",
    "figure_year",
    "figure_source",
    "note",
    "not_applicable",
    "not_applicable_reason",
    "self_verdict",
)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def current(self) -> EvidenceQuerySet:
        return self.filter(removed_at__isnull=True)


class Evidence(models.Model):
    """A document that proves an indicator. Removing takes it off the list; row and file stay for the history.

    A row that was removed because a new version took its place points to that version's row, which inherits
    ``listed_at`` and so the place in the list. ``original_bytes`` is the size of the photo on the sender's machine
    where a smaller one was made of it there and sent.
    """

    result = models.ForeignKey(IndicatorResult, models.PROTECT, related_name="evidence")
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    caption = models.CharField(max_length=300, blank=True)
    caption_words = models.GeneratedField(
        expression=SearchableWords("caption"), output_field=SearchVectorField(), db_persist=True
    )
    original_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    listed_at = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["listed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["result", "document"],
                condition=models.Q(removed_at__isnull=True),
                name="evidence_listed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_by__isnull=True) | models.Q(removed_at__isnull=False),
                name="replaced_evidence_is_removed",
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["caption_words"], name="evidence_caption_words")]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.document_id}"
