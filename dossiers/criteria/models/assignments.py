"""Which agency of a province appraises which indicator, and since when."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from dossiers.organisations.models import AdministrativeUnit, Agency

from .indicators import Indicator


class Assignment(models.Model):
    """The responsible agency of one indicator in one province, from ``valid_from`` until the next assignment.

    One criterion is often split among several agencies, so assignments are per indicator. ``province`` is the
    agency's own; saving sets it.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="assignments")
    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", editable=False)
    valid_from = models.DateField()
    source = models.TextField(blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["indicator", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "province", "valid_from"], name="one_agency_an_indicator_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} → {self.agency_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.province_id = self.agency.unit_id
        super().save(*args, **kwargs)
