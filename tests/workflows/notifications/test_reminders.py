"""Each person hears once of each thing, at its newest threshold, whenever the worker comes back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dossiers.dossier.models import State
from dossiers.organisations.models import Appointment, Role
from tests.workflows.notifications.work import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    officer,
    open_item,
    told,
    unsettled,
)
from tests.world import World
from workflows.calendars.working_days import Calendar
from workflows.extensions import ExtendForDepartments
from workflows.models import WorkItem
from workflows.notifications.models import Reminder
from workflows.notifications.occasions import stage_by_deadline
from workflows.notifications.reminding import remind

NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2023, 7, 31), None),
        (date(2023, 8, 4), None),
        (MONDAY, ("soon", 0)),
        (WEDNESDAY, ("soon", 0)),
        (THURSDAY, ("today", 0)),
        (FRIDAY, ("late", 1)),
        (SATURDAY, ("late", 1)),
        (date(2023, 8, 16), ("late", 1)),
        (date(2023, 8, 17), ("late", 5)),
        (date(2023, 8, 23), ("late", 5)),
        (date(2023, 8, 24), ("late", 10)),
        (date(2028, 8, 1), ("late", 250)),
    ],
)
def test_the_newest_threshold_of_a_deadline_on_thursday(
    today: date, expected: tuple[str, int] | None
) -> None:
    assert stage_by_deadline(THURSDAY, today, Calendar()) == expected


def test_work_is_late_from_the_first_day_off_on() -> None:
    assert stage_by_deadline(FRIDAY, SATURDAY, Calendar()) == ("late", 1)


@pytest.mark.django_db
def test_who_does_and_who_prepares_the_work_hear_of_each_threshold_once(world: World) -> None:
    open_item(world, State.DRAFTING, due_on=date(2023, 8, 16))
    days = [MONDAY, MONDAY, FRIDAY, SATURDAY, NEXT_MONDAY, date(2023, 8, 16), date(2023, 8, 17)]
    for day in days:
        remind(at(day))
    expected = [("new", 0), ("soon", 0), ("today", 0), ("late", 1)]
    assert told(world.actor(Role.COMMUNE_CHAIR).user) == expected
    assert told(world.actor(Role.COMMUNE_OFFICIAL).user) == expected
    latest = unsettled().filter(person=world.actor(Role.COMMUNE_CHAIR).user)
    assert [(one.kind, one.threshold) for one in latest] == [("late", 1)]


@pytest.mark.django_db
def test_a_worker_that_was_down_tells_what_holds_and_nothing_stale(world: World) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=WEDNESDAY)
    remind(at(MONDAY))
    remind(at(THURSDAY + timedelta(days=7)))
    assert told(officer(world).user) == [("soon", 0), ("late", 5)]


@pytest.mark.django_db
def test_late_work_is_told_to_the_head_and_the_coordination_office(world: World) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    remind(at(MONDAY))
    above = [world.actor(Role.DISTRICT_CHAIR).user, world.actor(Role.COORDINATION_OFFICER).user]
    assert [told(user) for user in above] == [[], []]
    remind(at(TUESDAY))
    assert [told(user) for user in above] == [[("escalated", 1)]] * 2
    assert told(officer(world).user) == [("today", 0), ("late", 1)]
    assert set(Reminder.objects.values_list("person", flat=True)) == {
        officer(world).user.pk,
        *(user.pk for user in above),
    }


@pytest.mark.django_db
def test_work_that_is_done_or_has_a_later_deadline_now_is_settled(world: World) -> None:
    item = open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    remind(at(TUESDAY))
    assert unsettled().count() == 3
    WorkItem.objects.filter(pk=item.pk).update(due_on=FRIDAY)
    remind(at(TUESDAY, 8))
    assert [(one.kind, one.person) for one in unsettled()] == [("soon", officer(world).user)]
    WorkItem.objects.filter(pk=item.pk).update(closed_at=at(TUESDAY, 9))
    remind(at(TUESDAY, 10))
    assert not unsettled().exists()


@pytest.mark.django_db
def test_a_commune_hears_that_its_plan_was_returned(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    remind(timezone.now())
    assert told(journey.chair.user) == [("returned", 0)]


@pytest.mark.django_db
def test_a_commune_hears_once_of_the_decision(world: World) -> None:
    journey = world.dossier(State.RECOGNISED)
    remind(timezone.now())
    journey.publish()
    remind(timezone.now())
    remind(timezone.now() + timedelta(days=20))
    assert told(journey.chair.user) == [("recognised", 0)]
    assert told(journey.official.user) == [("recognised", 0)]


@pytest.mark.django_db
def test_old_decisions_are_no_news(world: World) -> None:
    journey = world.dossier(State.RECOGNISED)
    remind(timezone.now() + timedelta(days=15))
    assert told(journey.chair.user) == []


@pytest.mark.django_db
def test_who_left_hears_nothing_and_who_has_two_roles_hears_once(world: World) -> None:
    item = open_item(world, State.DRAFTING)
    official, chair = (world.actor(role) for role in (Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR))
    Appointment.objects.appoint(
        user=chair.user, agency=chair.agency, role=Role.COMMUNE_OFFICIAL, starts_on=date(2023, 1, 1)
    )
    official.user.is_active = False
    official.user.save()
    remind(at(MONDAY))
    assert told(official.user) == []
    assert told(chair.user) == [("new", 0)]
    Appointment.objects.filter(user=chair.user).update(ends_on=MONDAY)
    remind(at(TUESDAY))
    assert not unsettled(item.dossier).exists()


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_instant_make_one_reminder_each(s3: str) -> None:
    world = World.ensure()
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    barrier = threading.Barrier(4)

    def run(_number: int) -> None:
        try:
            barrier.wait(timeout=30)
            remind(at(TUESDAY))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(run, range(4)))
    assert Reminder.objects.count() == 3


def test_an_extended_deadline_is_told_and_its_thresholds_are_told_anew(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = journey.waiting_opinions()[0]
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    WorkItem.objects.filter(dossier=journey.dossier).update(opened_at=at(MONDAY), due_on=TUESDAY)
    remind(at(MONDAY))
    assert told(head.user) == [("soon", 0)]
    item = WorkItem.objects.get(node="appraise", agency=opinion.department_id, dossier=journey.dossier)
    journey.do(ExtendForDepartments, journey.office, items=[item.pk], days=10, reason="Chờ kết quả")
    far = MONDAY + timedelta(days=14)
    WorkItem.objects.filter(pk=item.pk).update(due_on=far)
    for hour in (9, 10):
        remind(at(MONDAY, hour))
    assert sorted(told(head.user)) == [("extended", 10), ("new", 0), ("soon", 0)]
    assert Reminder.objects.get(person=head.user, kind="soon").settled_at is not None
    remind(at(far - timedelta(days=1)))
    soon = Reminder.objects.get(person=head.user, kind="soon")
    assert (soon.due_on, soon.settled_at) == (far, None), "the same threshold of another deadline"
