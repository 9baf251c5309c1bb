"""Who hears of a supplement: the commune that it is asked for, the department when the answer has come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dossiers.appraisal.models import Opinion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from tests.workflows.notifications.work import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, at, told
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.models import ClockStop, WorkItem
from workflows.notifications.models import Reminder
from workflows.notifications.reminding import remind

pytestmark = pytest.mark.django_db


def _asked(world: World) -> tuple[Journey, Opinion]:
    """Return a dossier about whose department's deadline on Tuesday everybody was told before it asked."""
    journey = world.dossier(State.APPRAISING)
    opinion = next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Y tế")
    WorkItem.objects.filter(dossier=journey.dossier).update(opened_at=at(MONDAY), due_on=TUESDAY)
    remind(at(MONDAY))
    journey.ask_supplement(opinion, ["14.2"])
    WorkItem.objects.filter(node="supplement").update(opened_at=at(MONDAY), due_on=THURSDAY)
    ClockStop.objects.update(stopped_at=at(MONDAY, 9))
    return journey, opinion


def test_the_commune_hears_of_it_and_the_department_not_while_it_waits(world: World) -> None:
    journey, opinion = _asked(world)
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user
    before = told(head)
    assert before == [("soon", 0)]
    for day in (TUESDAY, WEDNESDAY, THURSDAY):
        remind(at(day))
    assert told(head) == before
    assert not Reminder.objects.filter(person=head, settled_at__isnull=True).exists()
    assert told(journey.chair.user) == told(journey.official.user) == [("soon", 0), ("today", 0)]


def test_a_supplement_with_time_left_is_its_own_kind(world: World) -> None:
    journey, _opinion = _asked(world)
    WorkItem.objects.filter(node="supplement").update(due_on=MONDAY + timedelta(days=30))
    remind(at(TUESDAY))
    assert told(journey.chair.user) == [("supplement", 0)]


def test_of_a_late_answer_the_head_hears_who_waits_for_it(world: World) -> None:
    journey, opinion = _asked(world)
    remind(at(FRIDAY))
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user
    assert told(journey.chair.user) == [("late", 1)]
    assert told(head) == [("soon", 0), ("escalated", 1)]
    assert ("escalated", 1) in told(journey.office.user)


def test_the_answer_is_told_once_and_the_deadline_that_moved_anew(world: World) -> None:
    journey, opinion = _asked(world)
    remind(at(TUESDAY))
    asked = opinion.supplements.get()
    journey.write_answers(asked)
    journey.send_answer(asked)
    ClockStop.objects.update(resumed_at=at(WEDNESDAY, 8))
    WorkItem.objects.filter(node="appraise", agency=opinion.department_id).update(due_on=FRIDAY)
    remind(at(WEDNESDAY, 9))
    remind(at(WEDNESDAY, 10))
    for role in (Role.DEPARTMENT_HEAD, Role.DEPARTMENT_OFFICER):
        person = journey.people.at(opinion.department_id, role).user
        assert sorted(told(person)) == [("answered", 1), ("soon", 0)]
        soon = Reminder.objects.get(person=person, kind="soon")
        assert soon.at == at(WEDNESDAY, 9) and soon.settled_at is None
    remind(at(FRIDAY))
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user
    assert sorted(told(head)) == [("answered", 1), ("soon", 0), ("today", 0)]
