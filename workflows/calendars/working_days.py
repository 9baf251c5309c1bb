"""Which days are working days.

Days off and swapped Saturdays come from the ``holidays`` library (Bộ luật Lao động 2019, Điều 112, and the yearly
notices it knows; years without a notice are its estimates). The table of ``CalendarDay`` goes before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

import holidays
from django.db import connection

from storage.ledger import Entry

from .models import CalendarDay

#: The stream of the ledger in which every change of the table is an entry.
STREAM = "calendar"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
LOCK_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"


@cache
def public_holidays() -> holidays.HolidayBase:
    """Return Vietnam's public holidays with Vietnamese names, filled year by year on demand."""
    return holidays.country_holidays("VN", language="vi")


@lru_cache(maxsize=10_000)
def _works_by_law(day: date) -> bool:
    return public_holidays().is_working_day(day)


@dataclass(frozen=True)
class Calendar:
    """The working days of one province. ``overrides`` says of a day whether it works, against the library."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        works = self.overrides.get(day)
        return _works_by_law(day) if works is None else works


@dataclass(frozen=True)
class Calendars:
    """The calendars of all provinces, as of one moment."""

    country: Calendar
    provinces: Mapping[int, Calendar]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[date, bool, int | None]]) -> Calendars:
        """Build them from (day, works, province or None); the order of the rows does not matter."""
        said: dict[int | None, dict[date, bool]] = defaultdict(dict)
        for day, works, province_id in rows:
            said[province_id][day] = works
        everywhere = said.pop(None, {})
        return cls(
            country=Calendar(everywhere),
            provinces={pk: Calendar({**everywhere, **own}) for pk, own in said.items() if pk is not None},
        )

    def of(self, province_id: int) -> Calendar:
        return self.provinces.get(province_id, self.country)


def read_calendars() -> Calendars:
    """Return the calendars as the table has them in this transaction. One query."""
    return Calendars.from_rows(CalendarDay.objects.values_list("date", "works", "province_id"))


#: What this process read last, under the hash of the newest entry of the stream at that time.
_known: tuple[str, Calendars] = ("", Calendars.from_rows([]))


def current_calendars() -> Calendars:
    """Return the calendars as committed now. One query, and a second one after a change.

    Every change appends to the stream, and the hash of its newest entry occurs once: as long as it is the same, the
    table says what this process read before. The hash is asked for first, so that what is kept is never older.
    """
    global _known
    newest = Entry.objects.filter(stream=STREAM).order_by("-sequence").values_list("hash", flat=True)[:1]
    version = next(iter(newest), "")
    if _known[0] != version:
        _known = (version, read_calendars())
    return _known[1]


def held_calendars() -> Calendars:
    """Return the calendars and keep them unchanged until the transaction ends: for acts that write due dates.

    Without that a change could recompute the due dates just before one that rests on the old calendar is committed.
    """
    _lock(LOCK_SHARED)
    return current_calendars()


def lock_calendar() -> None:
    """Wait until nobody holds the calendars, and keep others from holding them until the transaction ends."""
    _lock(LOCK)


def _lock(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [STREAM])
