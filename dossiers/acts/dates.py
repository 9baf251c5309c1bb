"""Dates that people write on papers: not in the future, and not before what they follow."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from .errors import Refusal


def day_in_words(day: date) -> str:
    """Return a day as people write it: 1/6/2023."""
    return f"{day.day}/{day.month}/{day.year}"


def date_refusals(day: date, *, field: str, today: date, earliest: date, why: str) -> list[Refusal]:
    """Return what is wrong with the date in ``field``; empty when it lies from ``earliest`` to ``today``.

    ``why`` is the reason a person reads for the earliest day, as in «ngày Hội đồng họp».
    """
    if day > today:
        return [Refusal(field, _("Ngày không thể ở tương lai."), field=field)]
    if day < earliest:
        message = _("Ngày không thể trước %(earliest)s (%(why)s).") % {
            "earliest": day_in_words(earliest),
            "why": why,
        }
        return [Refusal(field, message, field=field)]
    return []
