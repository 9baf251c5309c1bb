"""Stopping a clock and letting it go on: the due date moves by the days it stood still."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.dossier.models import State
from tests.world import World
from workflows.calendars.working_days import Calendar
from workflows.deadlines import days_stopped
from workflows.models import ClockStop, WorkItem
from workflows.selectors import due_in_words
from workflows.stops import NotStopped, resume, stop

pytestmark = pytest.mark.django_db
LAW = Calendar()
JULY = st.integers(4, 31).map(lambda day: at(date(2023, 7, day)))


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def item(world: World) -> WorkItem:
    """Fifteen working days from Monday 3/7/2023: due on the 24th."""
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.receive()
    journey.examine()
    found = WorkItem.objects.get(dossier=journey.dossier, node="verify", closed_at=None)
    found.opened_at, found.due_on = at(date(2023, 7, 3)), date(2023, 7, 24)
    found.save()
    return found


def stopped(item: WorkItem, since: datetime, reason: str = "chờ xã bổ sung") -> ClockStop:
    return stop(item, at=since, reason=reason, act="opinion.ask")


def test_the_due_date_moves_by_the_working_days_of_the_stop(item: WorkItem) -> None:
    one = stopped(item, at(date(2023, 7, 10)))
    moved = resume(one, at=at(date(2023, 7, 14)), act="opinion.answer")
    assert (moved.due_on, days_stopped(moved, LAW)) == (date(2023, 7, 28), 4)
    said = due_in_words(moved, LAW, today=date(2023, 7, 17)).arithmetic
    assert said.startswith(
        "15 ngày làm việc kể từ 3/7/2023, dừng 4, gia hạn 0, hạn 28/7/2023\nCăn cứ: bước 8, 9"
    )


def test_while_it_stands_still_the_work_is_neither_late_nor_soon(item: WorkItem) -> None:
    stopped(item, at(date(2023, 7, 10)))
    due = due_in_words(item, LAW, today=date(2023, 12, 1))
    assert (due.tone, due.text) == ("paused", "Tạm dừng từ 10/7/2023: chờ xã bổ sung")


def test_stopped_and_resumed_on_one_day_moves_nothing(item: WorkItem) -> None:
    one = stopped(item, at(date(2023, 7, 10), 8))
    assert resume(one, at=at(date(2023, 7, 10), 17), act="x").due_on == date(2023, 7, 24)


def test_overlapping_stops_count_once_and_the_clock_goes_on_with_the_last(item: WorkItem) -> None:
    first = stopped(item, at(date(2023, 7, 10)))
    second = stopped(item, at(date(2023, 7, 12)), "chờ xã giải trình")
    resumed = resume(first, at=at(date(2023, 7, 14)), act="x")
    assert due_in_words(resumed, LAW).tone == "paused"
    resumed = resume(second, at=at(date(2023, 7, 18)), act="x")
    assert (resumed.due_on, days_stopped(resumed, LAW)) == (date(2023, 8, 1), 6)


def test_a_stop_that_began_after_the_due_date_does_not_excuse_it(item: WorkItem) -> None:
    one = stopped(item, at(date(2023, 7, 26)))
    assert resume(one, at=at(date(2023, 8, 9)), act="x").due_on == date(2023, 7, 24)


def test_resuming_twice_is_refused_and_changes_nothing(item: WorkItem) -> None:
    one = stopped(item, at(date(2023, 7, 10)))
    resume(one, at=at(date(2023, 7, 11)), act="x")
    with pytest.raises(NotStopped):
        resume(one, at=at(date(2023, 7, 20)), act="x")
    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 25)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=st.lists(st.tuples(JULY, JULY).map(sorted), max_size=4), data=st.data())
def test_whatever_order_stops_end_in_the_due_date_is_the_same(
    item: WorkItem, spans: list[list[datetime]], data: st.DataObject
) -> None:
    dues = set()
    for order in (range(len(spans)), data.draw(st.permutations(range(len(spans))))):
        with transaction.atomic():
            stops = [stopped(item, since) for since, _until in spans]
            for n in order:
                resume(stops[n], at=spans[n][1], act="x")
            item.refresh_from_db()
            dues.add(item.due_on)
            transaction.set_rollback(True)
        item.refresh_from_db()
    (due,) = dues
    assert due is not None and due >= date(2023, 7, 24)
