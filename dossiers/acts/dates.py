"""Dates that people write on papers: not in the future, and not before what they follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from .errors import Refusal
from .order import Dated, latest_before

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier
    from dossiers.policies import Actor


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
        message = _("Ngày %(day)s không thể trước %(earliest)s (%(why)s).") % {
            "day": day_in_words(day),
            "earliest": day_in_words(earliest),
            "why": why,
        }
        return [Refusal(field, message, field=field)]
    return []


class DatedAct(Protocol):
    """An act that enters a paper with a day."""

    actor: Actor
    dossier: Dossier
    today: date


def order_refusals(
    act: DatedAct, day: date, *, field: str, paper: str, also: Sequence[Dated] = ()
) -> list[Refusal]:
    """Return what is wrong with the day of a paper: later than today, or before what has to come before it.

    That are the papers before it, the first day of the procedure, and what ``also`` names. The refusal names both days.
    ``paper`` is one of ``order.AFTER``.
    """
    before = latest_before(paper, act.dossier, act.actor.agency.pk)
    latest = max([*also, *([before] if before else [])], key=lambda one: one.day, default=Dated(date.min, ""))
    return date_refusals(day, field=field, today=act.today, earliest=latest.day, why=latest.words)
