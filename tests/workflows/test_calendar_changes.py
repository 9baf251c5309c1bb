"""Changing the calendar: who may, what it moves, and what the ledger keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.procedures import DayUnit
from storage import ledger
from tests.world import World
from workflows.calendars.changes import set_day, unset_day
from workflows.calendars.loading import load_swaps
from workflows.calendars.working_days import STREAM, Calendar, current_calendars
from workflows.clocks import due_date
from workflows.deadlines import reckon
from workflows.demonstration.journey import Journey
from workflows.models import CalendarDay, WorkItem

pytestmark = pytest.mark.django_db


def put(world: World, day: date, *, works: bool = False, at_home: bool = False) -> CalendarDay:
    return set_day(
        actor=world.actor(Role.ADMINISTRATOR),
        day=day,
        works=works,
        name="Nghỉ hoán đổi",
        source="Thông báo 1/TB-BNV",
        province=world.province if at_home else None,
    )


def open_since(world: World, day: date, *, state: State = State.PROVINCIAL_INTAKE) -> WorkItem:
    """Return the open work item of a dossier that came in on the day, with its due date."""
    item = WorkItem.objects.get(dossier=world.dossier(state, files=1).dossier, closed_at=None)
    item.opened_at = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=9)
    item.due_on = day + timedelta(days=7)
    item.save()
    return item


def test_a_day_off_moves_the_open_deadlines_it_lies_in_and_says_so(world: World) -> None:
    item = open_since(world, date(2023, 7, 3))  # five working days: Monday the 10th

    put(world, date(2023, 7, 5))

    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 11)
    entry = ledger.entries(STREAM).get()
    assert entry.actor["role"] == "administrator"
    assert entry.payload["deadlines"] == [
        {"work_item": item.pk, "dossier": item.dossier_id, "before": "2023-07-10", "after": "2023-07-11"}
    ]


def test_taking_the_day_out_moves_them_back_and_keeps_the_reason(world: World) -> None:
    item = open_since(world, date(2023, 7, 3))
    row = put(world, date(2023, 7, 5))

    unset_day(actor=world.actor(Role.ADMINISTRATOR), row=row, reason="Ghi nhầm ngày")

    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 10)
    assert [entry.payload["reason"] for entry in ledger.entries(STREAM)] == ["", "Ghi nhầm ngày"]
    assert ledger.verify(STREAM).ok


def test_closed_work_and_days_outside_the_period_stay(world: World) -> None:
    item = open_since(world, date(2023, 7, 3))
    put(world, date(2023, 7, 3))
    put(world, date(2023, 7, 11))
    WorkItem.objects.filter(pk=item.pk).update(closed_at=timezone.now())
    put(world, date(2023, 7, 5))
    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 10)
    assert not any(entry.payload["deadlines"] for entry in ledger.entries(STREAM))


@pytest.mark.parametrize("first", [0, 1])
def test_the_order_of_entry_does_not_matter(world: World, first: int) -> None:
    item = open_since(world, date(2023, 7, 3))
    days = [(date(2023, 7, 5), False), (date(2023, 7, 8), True)]
    for day, works in (days[first], days[1 - first]):
        put(world, day, works=works)
    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 10)


def test_what_the_province_says_goes_before_what_the_country_says(world: World) -> None:
    item = open_since(world, date(2023, 7, 3))
    put(world, date(2023, 7, 5))
    put(world, date(2023, 7, 5), works=True, at_home=True)
    item.refresh_from_db()
    assert item.due_on == date(2023, 7, 10)


def test_nothing_changes_when_the_change_is_refused(world: World) -> None:
    row = put(world, date(2023, 7, 5))
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            unset_day(actor=world.actor(role), row=row, reason="x")
    with pytest.raises(ActRefused) as refused:
        put(world, date(2023, 7, 5), works=True)
    assert refused.value.codes == {"exists"}
    with pytest.raises(ActRefused) as refused:
        unset_day(actor=world.actor(Role.ADMINISTRATOR), row=row, reason=" ")
    assert refused.value.codes == {"reason"}
    assert ledger.entries(STREAM).count() == CalendarDay.objects.count() == 1


def test_new_work_is_due_by_the_calendar_as_it_is_now(world: World) -> None:
    today = timezone.localdate()
    before = world.dossier(State.PROVINCIAL_INTAKE, "Xã Liêm Tiết", files=1)
    put(world, today + timedelta(days=1))
    put(world, today + timedelta(days=2))
    after = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    dues = [WorkItem.objects.get(dossier=one.dossier, closed_at=None).due_on for one in (before, after)]
    assert dues[0] == dues[1]


def test_the_calendar_is_read_again_only_after_a_change(world: World) -> None:
    put(world, date(2023, 7, 5))
    current_calendars()
    with CaptureQueriesContext(connection) as queries:
        assert not current_calendars().country.is_working_day(date(2023, 7, 5))
    assert len(queries) == 1
    put(world, date(2023, 7, 6))
    with CaptureQueriesContext(connection) as queries:
        assert not current_calendars().country.is_working_day(date(2023, 7, 6))
    assert len(queries) == 2


def test_the_days_lua_brings_do_not_come_back_after_the_administrator_took_them_out(world: World) -> None:
    assert load_swaps() == 2
    row = CalendarDay.objects.get(date=date(2026, 1, 2))
    unset_day(actor=world.actor(Role.ADMINISTRATOR), row=row, reason="Không áp dụng")
    assert load_swaps() == 0
    assert not CalendarDay.objects.filter(date=date(2026, 1, 2)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_an_act_that_reckons_by_the_old_calendar(s3: str) -> None:
    world = World.ensure()
    journey = world.journey()
    next_working_day = due_date(timezone.localdate(), 1, DayUnit.WORKING, Calendar())
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            journey.register()
            change = pool.submit(_then_close, partial(put, world, next_working_day))
            with pytest.raises(TimeoutError):
                change.result(timeout=0.5)
        change.result(timeout=10)
    (moved,) = ledger.entries(STREAM).get().payload["deadlines"]
    item = WorkItem.objects.get(dossier=journey.dossier)
    assert item.due_on is not None and moved["after"] == item.due_on.isoformat() > moved["before"]


@pytest.mark.django_db(transaction=True)
def test_acts_and_changes_at_the_same_time_leave_no_date_of_an_old_calendar(s3: str) -> None:
    world = World.ensure()
    journeys = [
        world.dossier(State.DISTRICT_REVIEW, name, files=1)
        for name in ("Xã Liêm Tuyền", "Xã Liêm Tiết", "Xã Phù Vân")
    ]
    tomorrow = timezone.localdate() + timedelta(days=1)

    def carry(journey: Journey) -> None:
        journey.verify()
        journey.forward()
        journey.accept()

    def change() -> None:
        for n in range(6):
            put(world, tomorrow + timedelta(days=n), works=n % 2 == 0)

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(_then_close, partial(carry, one)) for one in journeys]
        jobs.append(pool.submit(_then_close, change))
    for job in jobs:
        job.result()

    calendars = current_calendars()
    items = WorkItem.objects.filter(closed_at=None).select_related("dossier")
    assert items.count() == 3 * (17 + 2), "the departments, and the two confirmations"
    assert [item for item in items if item.due_on != reckon(item, calendars.of(world.province.pk))] == []


def _then_close(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


def test_the_page_adds_and_removes_a_day(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.ADMINISTRATOR).user)
    page = reverse("calendar")
    given = {"day": "2023-03-03", "works": "0", "province_only": "1", "name": "Lễ hội", "source": "CV 12"}
    assert client.post(page, {**given, "source": " "}).status_code == 409
    answer = client.post(page, given, follow=True)
    assert "Lễ hội" in answer.content.decode()
    assert client.post(page, given).status_code == 409
    row = CalendarDay.objects.get()
    assert (row.province, row.works) == (world.province, False)
    remove = reverse("calendar_remove", args=[row.pk])
    assert "Xin nêu lý do" in client.post(remove, {"reason": " "}).content.decode()
    answer = client.post(remove, {"reason": "Ghi nhầm"}, follow=True)
    assert "Ghi nhầm" in answer.content.decode()
    assert not CalendarDay.objects.exists()


def test_the_page_lists_the_laws_days_and_swapped_saturdays(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.ADMINISTRATOR).user)
    shown = client.get(reverse("calendar"), {"nam": "2025"}).content.decode()
    assert "Quốc khánh" in shown and "26/4" in shown
