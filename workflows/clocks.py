"""Working-day arithmetic for Vietnam.

The day on which a period starts does not count; a period that ends on a day off runs to the next working day (Bộ luật
Dân sự 2015, Điều 147 and 148, not compared with the gazette). Days off and swapped working Saturdays come from the
``holidays`` library; years it only estimates are estimates here too.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from dossiers.procedures import Duration
from dossiers.procedures.procedure import DayUnit


@cache
def calendar() -> holidays.HolidayBase:
    """Return Vietnam's public holidays, filled year by year on demand."""
    return holidays.country_holidays("VN")


def is_working_day(day: date) -> bool:
    return calendar().is_working_day(day)


def due_date(start: date, duration: Duration) -> date:
    """Return the last day of a period that starts with the arrival on ``start``."""
    if duration.unit is DayUnit.WORKING:
        return add_working_days(start, duration.days)
    end = start + timedelta(days=duration.days)
    while not is_working_day(end):
        end += timedelta(days=1)
    return end


def add_working_days(start: date, days: int) -> date:
    """Return the ``days``-th working day after ``start``."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to ``end`` inclusive; negative when ``end`` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
