"""The table of days on which the calendar differs from the days off that the law fixes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CalendarDay(models.Model):
    """A day that works although it would not, or the other way round; ``province`` is None for the whole country.

    Where a province and the country say different things of a day, the province's holds there. Written by
    ``changes`` only, because every row is an entry in the ledger and moves due dates.
    """

    date = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    province = models.ForeignKey(
        "organisations.AdministrativeUnit", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "province"], nulls_distinct=False, name="one_word_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {'works' if self.works else 'off'}"
