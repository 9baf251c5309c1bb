"""What the page of the calendar shows of one year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from dossiers.policies import Actor
from storage import ledger
from storage.ledger import Entry

from ..models import CalendarDay
from .changes import UNSET
from .working_days import STREAM, public_holidays

LATEST = 20


@dataclass(frozen=True)
class Change:
    """One entry of the calendar's stream. ``moved`` counts the open deadlines that it put off or brought forward."""

    entry: Entry
    day: date
    is_removal: bool
    moved: int


def days_of(actor: Actor, year: int) -> QuerySet[CalendarDay]:
    """Return the table's days of a year that hold in the actor's province."""
    own = Q(province=None) | Q(province=actor.unit)
    return CalendarDay.objects.filter(own, date__year=year).select_related("province")


def law_days_of(year: int) -> list[tuple[date, str]]:
    """Return the days off of a year that the library knows, with their Vietnamese names. No query."""
    found = public_holidays()
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [(day, found[day]) for day in days if day.year == year and day in found]


def law_saturdays_of(year: int) -> list[date]:
    """Return the days of a weekend on which the library knows people to work. No query."""
    return sorted(day for day in public_holidays().weekend_workdays if day.year == year)


def changes_of(actor: Actor) -> list[Change]:
    """Return the latest changes that hold in the actor's province, newest first. One query."""
    own = Q(subject__province="") | Q(subject__province=actor.unit.code)
    return [
        Change(
            entry=entry,
            day=date.fromisoformat(entry.subject["date"]),
            is_removal=entry.act == UNSET,
            moved=len(entry.payload["deadlines"]),
        )
        for entry in ledger.entries(STREAM).filter(own).order_by("-sequence")[:LATEST]
    ]
