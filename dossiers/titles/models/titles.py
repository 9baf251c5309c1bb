"""The title a commune holds: a record of its own, which outlives the dossier it came from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.criteria.models import TitleLevel


class TitleStatus(models.TextChoices):
    """Whether the title stands in law. Whether the commune still meets a criteria set is another fact."""

    IN_FORCE = "in_force", _("Đang có hiệu lực")
    REVOKED = "revoked", _("Đã thu hồi")


class Origin(models.TextChoices):
    """How the title came into the register."""

    DECIDED = "decided", _("Công nhận trong phần mềm")
    PAPER = "paper", _("Nhập từ văn bản")
    CARRIED_OVER = "carried_over", _("Ghi cho đơn vị kế thừa")


class TitleQuerySet(models.QuerySet["Title"]):
    def in_force(self) -> TitleQuerySet:
        return self.filter(status=TitleStatus.IN_FORCE)

    def locked(self, pk: int) -> Title:
        """Return the title with its row locked until the transaction ends. Waits up to ``lock_timeout``.

        Whoever also locks a dossier locks that first.
        """
        return self.select_for_update(of=("self",)).select_related("commune__parent").get(pk=pk)


class Title(models.Model):
    """A title of a commune. Its ``year`` is the year assessed, not the year of the decision.

    ``number`` and ``signed_on`` are those of the decision by which it was granted. ``decision`` is None for what was
    decided outside the system; then ``document`` and ``grounds`` say what the entry rests on. ``criteria_set`` is the
    set it was granted by, None where that is not in the system. ``field`` is a model commune's outstanding field.

    ``meets_set`` is what the last confirmed review found on ``assessed_set`` for ``assessed_year`` (None: never
    reviewed), ``short_since`` the first year of review since which it falls short. Neither ever changes ``status``.
    Never deleted.
    """

    commune = models.ForeignKey("organisations.AdministrativeUnit", models.PROTECT, related_name="titles")
    level = models.CharField(max_length=16, choices=TitleLevel.choices)
    criteria_set = models.ForeignKey("criteria.CriteriaSet", models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    decision = models.OneToOneField(
        "recognition.Decision", models.PROTECT, null=True, blank=True, related_name="title"
    )
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    field = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=TitleStatus.choices, default=TitleStatus.IN_FORCE)
    revoked_on = models.DateField(null=True, blank=True)

    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.DECIDED)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    grounds = models.TextField(blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    meets_set = models.BooleanField(null=True)
    assessed_set = models.ForeignKey("criteria.CriteriaSet", models.PROTECT, null=True, related_name="+")
    assessed_year = models.PositiveSmallIntegerField(null=True)
    short_since = models.PositiveSmallIntegerField(null=True)

    objects = TitleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commune", "level", "year"],
                condition=models.Q(status=TitleStatus.IN_FORCE, decision__isnull=True),
                name="one_title_entered_a_level_and_year",
            ),
            models.CheckConstraint(
                condition=models.Q(origin=Origin.DECIDED, decision__isnull=False)
                | (~models.Q(origin=Origin.DECIDED) & models.Q(decision__isnull=True)),
                name="title_rests_on_a_decision_or_a_paper",
            ),
            models.CheckConstraint(
                condition=models.Q(status=TitleStatus.REVOKED, revoked_on__isnull=False)
                | models.Q(status=TitleStatus.IN_FORCE, revoked_on__isnull=True),
                name="title_revoked_on_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["level", "-year"])]

    def __str__(self) -> str:
        return f"{self.commune_id}: {self.level} {self.year}"

    @property
    def stream(self) -> str:
        """The name of this title's stream in the ledger."""
        return f"title:{self.pk}"

    @property
    def is_in_force(self) -> bool:
        return self.status == TitleStatus.IN_FORCE

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("titles are never deleted")
