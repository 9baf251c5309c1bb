"""A province's yearly programme: the plan that communes register under."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from dossiers.organisations.models import AdministrativeUnit


class Programme(models.Model):
    """The year's programme of a province for one level of title, with the targets it set.

    Incomes are in million đồng per head and year; rates in percent.
    """

    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="programmes")
    year = models.PositiveSmallIntegerField()
    criteria_set = models.ForeignKey("criteria.CriteriaSet", models.PROTECT, related_name="+")
    procedure = models.SlugField(max_length=64)
    document = models.CharField(max_length=200)
    issued_on = models.DateField()
    communes_min = models.PositiveSmallIntegerField(null=True, blank=True)
    communes_max = models.PositiveSmallIntegerField(null=True, blank=True)
    income_target = models.DecimalField(max_digits=8, decimal_places=1, null=True, blank=True)
    poverty_target = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    insurance_target = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    source = models.TextField(blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "year", "criteria_set"], name="one_programme_a_year"),
            models.CheckConstraint(
                condition=models.Q(communes_max__isnull=True)
                | models.Q(communes_max__gte=models.F("communes_min")),
                name="programme_target_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.year})"

    @property
    def stream(self) -> str:
        """The name of this programme's stream in the ledger."""
        return f"programme:{self.pk}"
