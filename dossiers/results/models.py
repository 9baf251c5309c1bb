"""What a commune plans, reports and proves for each indicator."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from storage.vietnamese import SearchableWords

if TYPE_CHECKING:
    from dossiers.organisations.models import User


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

    While a department waits for a supplement the row says what was submitted. What the commune reports meanwhile
    stands in ``unsent`` until its chair sends it: the figure fields with ``revision``, ``updated_at`` (ISO 8601) and
    ``updated_by`` (id).
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
    unsent: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True, blank=True
    )

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

    @property
    def unsent_figure(self) -> dict[str, Any]:
        """The figure fields as the commune has them: reported anew and not sent, or as they were submitted."""
        return {name: (self.unsent or {}).get(name, getattr(self, name)) for name in FIGURE_FIELDS}

    @property
    def unsent_revision(self) -> int:
        """The revision that the commune's next change is based on."""
        return self.unsent["revision"] if self.unsent else self.revision

    def set_aside(self, *, at: datetime, by: int) -> None:
        """Move the figure that was put on this instance to ``unsent``. Save only ``unsent`` afterwards."""
        self.unsent = {
            **{name: getattr(self, name) for name in FIGURE_FIELDS},
            "revision": self.unsent_revision + 1,
            "updated_at": at.isoformat(),
            "updated_by": by,
        }

    def take_over_unsent(self) -> None:
        """Put what was reported and not sent in the place of the submitted figure, on this instance."""
        if self.unsent is None:
            return
        for name in FIGURE_FIELDS:
            setattr(self, name, self.unsent[name])
        self.revision = self.unsent["revision"]
        self.updated_at = datetime.fromisoformat(self.unsent["updated_at"])
        self.updated_by_id = self.unsent["updated_by"]


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


#: What publishing a figure that was set aside writes.
PUBLISHED_FIELDS = (*FIGURE_FIELDS, "revision", "updated_at", "updated_by", "unsent")


def listed(path: str = "", *, unsent: bool = False) -> models.Q:
    """Return the condition that evidence, which rows lead to by ``path``, is on its indicator's list.

    That is the list as it was submitted; with ``unsent`` the list that the commune works on.
    """
    is_there = models.Q(**{f"{path}removed_at__isnull": True})
    if unsent:
        return is_there & models.Q(**{f"{path}unsent_removed_at__isnull": True})
    return is_there & models.Q(**{f"{path}is_unsent": False})


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def current(self) -> EvidenceQuerySet:
        """Return what is listed as it was submitted: what others than the commune look at."""
        return self.filter(listed())

    def prepared(self) -> EvidenceQuerySet:
        """Return what the commune has on its lists, what it has not sent included."""
        return self.filter(listed(unsent=True))


class SubmittedManager(models.Manager["Evidence"]):
    """Leaves out what is the commune's own, so that whoever forgets to ask shows too little and never too much."""

    def get_queryset(self) -> models.QuerySet[Evidence]:
        return super().get_queryset().filter(is_unsent=False)


class Evidence(models.Model):
    """A document that proves an indicator. Removing takes it off the list; row and file stay for the history.

    A row that was removed because a new version took its place points to that version's row, which inherits
    ``listed_at`` and so the place in the list. ``original_bytes`` is the size of the photo on the sender's machine
    where a smaller one was made of it there and sent.

    While a department waits for a supplement, rows that the commune adds are ``is_unsent`` and those that it takes off
    keep their place and have ``unsent_removed_at``, until its chair sends both. A row that was never sent stays so for
    ever; ``objects`` does not have it, ``including_unsent`` does.
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
    is_unsent = models.BooleanField(default=False)
    unsent_removed_at = models.DateTimeField(null=True, blank=True)
    unsent_removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    #: Why a row that was never sent is off the list though the commune did not take it off; set for its own readers.
    put_aside = ""

    objects = SubmittedManager.from_queryset(EvidenceQuerySet)()
    including_unsent = EvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["listed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["result", "document"],
                condition=models.Q(removed_at__isnull=True, is_unsent=False),
                name="evidence_listed_once",
            ),
            models.UniqueConstraint(
                fields=["result", "document"],
                condition=models.Q(removed_at__isnull=True, unsent_removed_at__isnull=True),
                name="unsent_evidence_listed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_by__isnull=True)
                | models.Q(removed_at__isnull=False)
                | models.Q(unsent_removed_at__isnull=False),
                name="replaced_evidence_is_removed",
            ),
            models.CheckConstraint(
                condition=models.Q(unsent_removed_at__isnull=True)
                | models.Q(removed_at__isnull=True, is_unsent=False),
                name="only_submitted_evidence_waits_for_removal",
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["caption_words"], name="evidence_caption_words")]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.document_id}"

    def take_off(self, *, at: datetime, by: User, aside: bool, replaced_by: Evidence | None = None) -> None:
        """Take the row off the list and save it; with ``aside`` a submitted row goes when that is sent."""
        if aside and not self.is_unsent:
            self.unsent_removed_at, self.unsent_removed_by = at, by
        else:
            self.removed_at, self.removed_by = at, by
        self.replaced_by = replaced_by
        self.save()

    def put_back(self, *, at: datetime, by: User, aside: bool) -> None:
        """Put a row that was taken off back on the list and save; with ``aside`` as far as the commune prepares it.

        A row that was submitted as removed stays so, and one of the same file takes its place when it is sent.
        """
        if self.unsent_removed_at is not None:
            self.unsent_removed_at = self.unsent_removed_by = None
        elif aside and not self.is_unsent:
            self.pk, self.is_unsent, self.added_at, self.added_by = None, True, at, by
            self.removed_at = self.removed_by = None
            self._state.adding = True
        else:
            self.removed_at = self.removed_by = None
            self.is_unsent = aside
        self.save()

    def take_over_unsent(self) -> None:
        """Show on this instance that the commune took the row off, though that is not sent. Not to be saved."""
        if self.unsent_removed_at is not None:
            self.removed_at, self.removed_by = self.unsent_removed_at, self.unsent_removed_by
