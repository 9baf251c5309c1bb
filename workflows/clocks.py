"""The arithmetic of deadlines on a given calendar.

The day on which a period starts does not count; a period that ends on a day off runs to the next working day (Bộ luật
Dân sự 2015, Điều 147 and 148, not compared with the gazette).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from dossiers.procedures import DayUnit

from .calendars.working_days import Calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """A clock stood still. As at the start of a period the first day is not counted: ``since`` still runs, and
    ``until``, on which it went on again, does not. Both on one day is no pause."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since < day <= self.until


def due_date(
    start: date, days: int, unit: DayUnit, calendar: Calendar, pauses: Collection[Pause] = ()
) -> date:
    """Return the last day of a period of ``days`` that starts with the arrival on ``start``.

    Each day of a pause puts the end off, once however many pauses it lies in; a pause after the end does not.
    """
    day = start
    while days > 0:
        day += ONE_DAY
        if _counts(day, unit, calendar) and not _stands_still(day, pauses):
            days -= 1
    while not calendar.is_working_day(day) or _stands_still(day, pauses):
        day += ONE_DAY
    return day


def paused_days(start: date, due: date, unit: DayUnit, calendar: Calendar, pauses: Collection[Pause]) -> int:
    """Return how many days from ``start`` to ``due`` did not count because of a pause, in the period's unit."""
    return sum(_counts(day, unit, calendar) and _stands_still(day, pauses) for day in _days(start, due))


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many working days lie after ``start`` up to ``end`` inclusive; negative when ``end`` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(day) for day in _days(start, end))


def _days(start: date, end: date) -> list[date]:
    """Return the days after ``start`` up to ``end`` inclusive."""
    return [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]


def _counts(day: date, unit: DayUnit, calendar: Calendar) -> bool:
    return unit == DayUnit.CALENDAR or calendar.is_working_day(day)


def _stands_still(day: date, pauses: Collection[Pause]) -> bool:
    return any(day in pause for pause in pauses)
