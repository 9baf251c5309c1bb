"""The days off of public servants from 2023 to 2026, written down from the press, against the calendar.

A block of days is everything from the first day off to the last, weekends within it too. What no notice was found for
is marked unverified: it follows from Bộ luật Lao động 2019, Điều 112, and the lunar calendar.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workflows.calendars.loading import load_swaps
from workflows.calendars.working_days import Calendar, current_calendars

#: (first day off, last day off, source)
BLOCKS = [
    (date(2022, 12, 31), date(2023, 1, 2), "Điều 112: 01/01 là Chủ nhật, nghỉ bù; unverified"),
    (date(2023, 1, 20), date(2023, 1, 26), "Tết Quý Mão, thông báo của Bộ LĐTBXH cho năm 2023"),
    (date(2023, 4, 29), date(2023, 5, 3), "10/3 âm và 30/4 trùng cuối tuần, nghỉ bù 02-03/5/2023"),
    (date(2023, 9, 1), date(2023, 9, 4), "Quốc khánh 2023, thông báo của Bộ LĐTBXH cho năm 2023"),
    (date(2024, 1, 1), date(2024, 1, 1), "Điều 112; unverified"),
    (date(2024, 2, 8), date(2024, 2, 14), "Tết Giáp Thìn, thông báo của Bộ LĐTBXH cho năm 2024"),
    (date(2024, 4, 18), date(2024, 4, 18), "10/3 âm; unverified"),
    (date(2024, 4, 27), date(2024, 5, 1), "hoán đổi 29/4 sang 04/5/2024, CV 2450/VPCP-KGVX"),
    (date(2024, 8, 31), date(2024, 9, 3), "Quốc khánh 2024"),
    (date(2025, 1, 1), date(2025, 1, 1), "Điều 112; unverified"),
    (date(2025, 1, 25), date(2025, 2, 2), "Tết Ất Tỵ, TB 6150/TB-BLĐTBXH"),
    (date(2025, 4, 5), date(2025, 4, 7), "10/3 âm là thứ Hai"),
    (date(2025, 4, 30), date(2025, 5, 4), "hoán đổi 02/5 sang 26/4/2025, TB 6150/TB-BLĐTBXH"),
    (date(2025, 8, 30), date(2025, 9, 2), "Quốc khánh 2025, TB 6150/TB-BLĐTBXH"),
    (date(2026, 1, 1), date(2026, 1, 4), "hoán đổi 02/01 sang 10/01/2026, báo 24h 26/12/2025"),
    (date(2026, 2, 14), date(2026, 2, 22), "Tết Bính Ngọ, TB 9441/TB-BNV/2025"),
    (date(2026, 4, 25), date(2026, 4, 27), "10/3 âm là Chủ nhật, nghỉ bù"),
    (date(2026, 4, 30), date(2026, 5, 3), "Điều 112; unverified"),
    (date(2026, 8, 29), date(2026, 9, 2), "hoán đổi 31/8 sang 22/8/2026, TB 9441/TB-BNV/2025"),
    (date(2026, 11, 24), date(2026, 11, 24), "NQ 28/2026/QH16; unverified"),
]
SATURDAYS_WORKED = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}


@pytest.fixture
def country(db: None) -> Calendar:
    load_swaps()
    return current_calendars().country


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


@pytest.mark.parametrize(("first", "last", "source"), BLOCKS, ids=lambda part: str(part)[:10])
def test_a_block_of_days_off_begins_and_ends_where_it_was_announced(
    country: Calendar, first: date, last: date, source: str
) -> None:
    assert not any(country.is_working_day(day) for day in _days(first, last)), source
    for beside in (first - timedelta(days=1), last + timedelta(days=1)):
        expected = beside.weekday() < 5 or beside in SATURDAYS_WORKED
        assert country.is_working_day(beside) is expected, (beside, source)


def test_there_are_no_other_days_off_and_no_other_saturdays_worked(country: Calendar) -> None:
    off = set().union(*(_days(first, last) for first, last, _source in BLOCKS))
    for day in _days(date(2023, 1, 1), date(2026, 12, 31)):
        expected = day in SATURDAYS_WORKED or (day.weekday() < 5 and day not in off)
        assert country.is_working_day(day) is expected, day
