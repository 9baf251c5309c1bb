"""Batches (đợt): the dossiers of one title year that the council considers together.

The year of the title is not the year of the meeting: the third batch of 2022 may meet in 2023.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dossiers.organisations.models import AdministrativeUnit


class Batch(models.Model):
    """One batch of a province and title year; it takes in dossiers from ``opens_on`` to ``closes_on`` inclusive."""

    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="batches")
    title_year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    opens_on = models.DateField()
    closes_on = models.DateField()
    council_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-title_year", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "title_year", "number"], name="one_batch_of_a_number_a_year"
            ),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="batch_period"),
            models.CheckConstraint(
                condition=Q(council_on__isnull=True) | Q(council_on__gte=F("opens_on")),
                name="council_meets_after_the_batch_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.title_year})"

    @property
    def stream(self) -> str:
        """The name of this batch's stream in the ledger."""
        return f"batch:{self.pk}"


class BatchEntry(models.Model):
    """A dossier in a batch. One that goes to another batch leaves its entry behind, with ``left_at``."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="entries")
    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="batch_entries")
    put_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(left_at__isnull=True), name="one_batch_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.dossier_id}"
