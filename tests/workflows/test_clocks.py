"""The arithmetic of deadlines, whatever the calendar says."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dossiers.procedures import DayUnit
from workflows.calendars.working_days import Calendar, Calendars
from workflows.clocks import Pause, due_date, paused_days, working_days_between

DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))
PERIODS = st.integers(1, 60)
UNITS = st.sampled_from(DayUnit)
CALENDARS = st.dictionaries(DAYS, st.booleans(), max_size=40).map(Calendar)
LAW = Calendar()


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    """Some pauses, which may overlap, near one day."""
    near = draw(DAYS)
    spans = draw(st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 30)), max_size=4))
    return [Pause(near + timedelta(days=a), near + timedelta(days=a + n)) for a, n in spans]


@given(DAYS, PERIODS, CALENDARS)
def test_counting_what_was_added_gives_it_back(start: date, days: int, calendar: Calendar) -> None:
    due = due_date(start, days, DayUnit.WORKING, calendar)
    assert working_days_between(start, due, calendar) == days
    assert working_days_between(due, start, calendar) == -days


@given(DAYS, PERIODS, UNITS, CALENDARS, pauses())
def test_a_due_date_is_a_working_day_after_the_start(
    start: date, days: int, unit: DayUnit, calendar: Calendar, stood: list[Pause]
) -> None:
    due = due_date(start, days, unit, calendar, stood)
    assert due > start and calendar.is_working_day(due)
    assert not any(due in pause for pause in stood)


@given(DAYS, PERIODS, UNITS, CALENDARS, pauses(), st.integers(0, 20), st.integers(0, 20))
def test_later_starts_and_longer_periods_never_end_earlier(
    start: date, days: int, unit: DayUnit, calendar: Calendar, stood: list[Pause], later: int, longer: int
) -> None:
    due = due_date(start, days, unit, calendar, stood)
    assert due <= due_date(start + timedelta(days=later), days, unit, calendar, stood)
    assert due <= due_date(start, days + longer, unit, calendar, stood)


@given(DAYS, PERIODS, CALENDARS, pauses())
def test_working_days_add_up_to_the_period_and_its_pauses(
    start: date, days: int, calendar: Calendar, stood: list[Pause]
) -> None:
    due = due_date(start, days, DayUnit.WORKING, calendar, stood)
    paused = paused_days(start, due, DayUnit.WORKING, calendar, stood)
    assert working_days_between(start, due, calendar) == days + paused


@given(DAYS, PERIODS, UNITS, CALENDARS, pauses())
def test_pauses_never_bring_the_end_forward_and_their_order_and_repetition_do_not_matter(
    start: date, days: int, unit: DayUnit, calendar: Calendar, stood: list[Pause]
) -> None:
    due = due_date(start, days, unit, calendar, stood)
    assert due >= due_date(start, days, unit, calendar)
    assert due == due_date(start, days, unit, calendar, [*reversed(stood), *stood])


@given(DAYS, PERIODS, UNITS, CALENDARS, st.integers(0, 60))
def test_a_pause_after_the_end_comes_too_late(
    start: date, days: int, unit: DayUnit, calendar: Calendar, length: int
) -> None:
    due = due_date(start, days, unit, calendar)
    assert due_date(start, days, unit, calendar, [Pause(due, due + timedelta(days=length))]) == due


@given(
    st.lists(st.tuples(DAYS, st.booleans(), st.sampled_from([None, 1, 2])), unique_by=lambda row: row[::2]),
    st.randoms(use_true_random=False),
    DAYS,
)
def test_overrides_commute(
    rows: list[tuple[date, bool, int | None]], random: st.DataObject, day: date
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Calendars.from_rows(rows) == Calendars.from_rows(shuffled)


def test_a_province_goes_before_the_country_and_only_at_home() -> None:
    day = date(2023, 7, 3)
    calendars = Calendars.from_rows([(day, True, 1), (day, False, None)])
    assert calendars.of(1).is_working_day(day)
    assert not calendars.of(2).is_working_day(day)


def test_the_first_day_of_a_pause_still_runs_and_one_on_the_same_day_is_none() -> None:
    start, monday = date(2023, 7, 3), date(2023, 7, 10)
    same_day = due_date(start, 15, DayUnit.WORKING, LAW, [Pause(monday, monday)])
    assert same_day == due_date(start, 15, DayUnit.WORKING, LAW) == date(2023, 7, 24)
    four = [Pause(monday, date(2023, 7, 14))]
    assert due_date(start, 15, DayUnit.WORKING, LAW, four) == date(2023, 7, 28)
    assert paused_days(start, date(2023, 7, 28), DayUnit.WORKING, LAW, four) == 4


def test_a_pause_over_a_holiday_gives_no_day_back_twice() -> None:
    # From Thursday 31/8 to Wednesday 6/9/2023 only the 5th and 6th are working days.
    start, pause = date(2023, 8, 28), [Pause(date(2023, 8, 31), date(2023, 9, 6))]
    due = due_date(start, 5, DayUnit.WORKING, LAW, pause)
    assert due == date(2023, 9, 8)
    assert paused_days(start, due, DayUnit.WORKING, LAW, pause) == 2
    calendar_days = due_date(start, 5, DayUnit.CALENDAR, LAW, pause)
    assert calendar_days == date(2023, 9, 8)
    assert paused_days(start, calendar_days, DayUnit.CALENDAR, LAW, pause) == 6


def test_a_period_in_calendar_days_that_ends_on_a_day_off_runs_to_the_next_working_day() -> None:
    assert due_date(date(2023, 8, 18), 15, DayUnit.CALENDAR, LAW) == date(2023, 9, 5)
