"""Extending a deadline: who may, how far, and what everybody reads of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted, StaleForm, all_acts
from dossiers.appraisal.acts import GoOnWithoutAnswer
from dossiers.appraisal.models import Opinion, SupplementRequest
from dossiers.dossier.contents import TELLERS
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from storage import ledger
from tests.world import World
from workflows.calendars.working_days import Calendar
from workflows.clocks import working_days_between
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.extensions import (
    COMPLETION,
    ExtendDeadline,
    ExtendForAnswer,
    ExtendForCommune,
    ExtendForCompletion,
    ExtendForDepartments,
    ExtendForDistrict,
    ExtendForOffice,
    ExtendForPreparation,
)
from workflows.models import WorkItem
from workflows.notifications.reminding import remind
from workflows.selectors import due_in_words

pytestmark = pytest.mark.django_db
LAW = Calendar()


def open_items(dossier: Dossier) -> list[WorkItem]:
    """Return the open work, but the confirmations that run beside the appraisal."""
    items = WorkItem.objects.filter(dossier=dossier, closed_at=None).exclude(node__startswith="check_")
    return list(items.select_related("agency").order_by("agency__name"))


def extend(
    journey: Journey, *items: WorkItem, days: int = 4, reason: str = "Chờ kết quả", **more: Any
) -> Any:
    return journey.do(
        ExtendForDepartments,
        journey.office,
        items=[one.pk for one in items],
        days=days,
        reason=reason,
        **more,
    )


def test_the_office_extends_one_departments_deadline_and_the_history_tells_it(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    chosen, other, *_rest = open_items(journey.dossier)
    before = chosen.due_on
    assert before is not None

    act = extend(journey, chosen)

    for item in (chosen, other):
        item.refresh_from_db()
    assert chosen.due_on is not None
    assert working_days_between(before, chosen.due_on, LAW) == chosen.extended_days == 4
    assert (other.due_on, other.extended_days) == (before, 0)
    assert act.entry.payload["deadlines"][0]["after"] == chosen.due_on.isoformat()
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=journey.dossier).user)
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert "gia hạn 4 ngày" in history and "Chờ kết quả" in history
    overview = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert "dừng 0, gia hạn 4, hạn" in overview and "Lý do gia hạn: Chờ kết quả" in overview


def test_beyond_what_the_procedure_allows_it_is_refused(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    item = open_items(journey.dossier)[0]
    extend(journey, item, days=6)
    with pytest.raises(ActRefused) as refused:
        extend(journey, item, days=5)
    assert refused.value.codes == {"limit"}
    extend(journey, item, days=4)
    item.refresh_from_db()
    assert item.extended_days == 10


def test_what_is_missing_is_refused_and_changes_nothing(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    item = open_items(journey.dossier)[0]
    with pytest.raises(ActRefused) as refused:
        extend(journey, days=0, reason=" ")
    assert refused.value.codes == {"items", "days", "reason"}
    opinion = next(one for one in journey.waiting_opinions() if one.department_id == item.agency_id)
    journey.find(opinion)
    journey.sign(opinion)
    entries = ledger.entries(journey.dossier.stream).count()
    with pytest.raises(ActRefused) as refused:
        extend(journey, item)
    assert refused.value.codes == {"items"}
    assert ledger.entries(journey.dossier.stream).count() == entries


def test_the_same_form_sent_twice_extends_once(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    item = open_items(journey.dossier)[0]
    extend(journey, item, extended_before=0)
    with pytest.raises(StaleForm):
        extend(journey, item, extended_before=0)
    item.refresh_from_db()
    assert item.extended_days == 4


def test_the_districts_chair_extends_the_officers_deadline_until_it_is_verified(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    chair = journey.district(Role.DISTRICT_CHAIR)
    journey.receive()
    journey.examine()
    (item,) = open_items(journey.dossier)
    assert ExtendForDistrict.is_open_to(chair, journey.dossier)
    journey.do(ExtendForDistrict, chair, items=[item.pk], days=2, reason="Đi thực địa")
    journey.verify()
    assert ExtendForDistrict.is_open_to(chair, journey.dossier), "the hearing has a deadline of its own"
    journey.hear_district()
    assert not ExtendForDistrict.is_open_to(chair, journey.dossier)


def extend_commune(journey: Journey, act: type[ExtendDeadline], by: Actor, node: str) -> None:
    """Give the commune as much time as the procedure allows; nobody else can, and nobody any further."""
    (item,) = [one for one in open_items(journey.dossier) if one.role == Role.COMMUNE_CHAIR]
    assert item.node == node and item.due_on is not None
    everybody = [journey.chair, journey.office, journey.receiving_chair, journey.receiving_officer]
    may = {
        (other.__name__, actor.role)
        for other in (ExtendForPreparation, ExtendForCompletion, ExtendForCommune)
        for actor in everybody
        if other.is_open_to(actor, journey.dossier)
    }
    assert may == {(act.__name__, by.role)}
    limit = get_procedure(journey.dossier.procedure).steps[node].max_extension_days
    given = {"items": [item.pk], "reason": "Mưa bão kéo dài"}
    with pytest.raises(ActRefused) as refused:
        journey.do(act, by, days=limit + 1, **given)
    assert refused.value.codes == {"limit"}
    journey.do(act, by, days=limit, **given)
    before, item = item.due_on, WorkItem.objects.get(pk=item.pk)
    assert item.due_on is not None and item.due_on > before
    assert (item.extended_days, item.extension_reason) == (limit, "Mưa bão kéo dài")
    assert in_step(journey.refresh())


def test_who_receives_what_the_commune_submits_gives_it_more_time_before(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.DRAFTING)
    district = journey.district(Role.DISTRICT_CHAIR)
    extend_commune(journey, ExtendForPreparation, district, "draft_plan")
    client.force_login(journey.chair.user)
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert "gia hạn 10 ngày" in history and "Mưa bão kéo dài" in history
    journey.advance_to(State.IMPLEMENTING, files=1)
    extend_commune(journey, ExtendForPreparation, district, "implement")
    journey.advance_to(State.CONSULTING, files=1)
    extend_commune(journey, ExtendForPreparation, district, "consult")
    journey.advance_to(State.PROVINCIAL_INTAKE, files=1)
    journey.return_at_intake()
    extend_commune(journey, ExtendForPreparation, district, "complete")


def test_the_office_gives_more_time_for_what_the_appraisal_found_unmet(world: World) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    journey.fail_council()
    extend_commune(journey, ExtendForCompletion, journey.office, COMPLETION)


def test_without_a_district_the_office_gives_the_commune_more_time(world: World) -> None:
    journey = world.two_tiers().dossier(State.DRAFTING)
    extend_commune(journey, ExtendForPreparation, journey.office, "draft_plan")
    journey.advance_to(State.IMPLEMENTING, files=1)
    extend_commune(journey, ExtendForPreparation, journey.office, "implement")


def test_every_reason_stands_beside_the_deadline_and_what_has_all_its_days_is_offered_no_more(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.DRAFTING)
    district = journey.district(Role.DISTRICT_CHAIR)
    (item,) = open_items(journey.dossier)
    for days, reason in ((7, "Mưa lũ"), (3, "Cán bộ nghỉ ốm")):
        assert ExtendForPreparation.is_open_to(district, journey.dossier)
        journey.do(ExtendForPreparation, district, items=[item.pk], days=days, reason=reason)
    item.refresh_from_db()
    assert (item.extended_days, item.extension_reason) == (10, "Mưa lũ; Cán bộ nghỉ ốm")
    assert not ExtendForPreparation.is_open_to(district, journey.dossier)
    client.force_login(district.user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "gia-han-lap-ho-so"])
    shown = client.get(page).content.decode()
    assert "Đã gia hạn đủ số ngày mà quy trình cho phép." in shown and "đã gia hạn 10 ngày" in shown
    assert "tối đa 10 ngày" in shown and 'name="items"' not in shown


def test_the_only_agency_is_chosen_already(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    client.force_login(journey.district(Role.DISTRICT_CHAIR).user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "gia-han-lap-ho-so"])
    assert re.search(r'name="items"[^>]*checked', client.get(page).content.decode())


def test_the_history_tells_every_extension() -> None:
    assert {act.name for act in all_acts() if issubclass(act, ExtendDeadline)} <= set(TELLERS)


def test_late_work_stays_open_and_nothing_is_approved_by_waiting(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    WorkItem.objects.filter(dossier=journey.dossier, closed_at=None).update(due_on=date(2023, 1, 3))
    assert journey.refresh().state == State.APPRAISING
    assert len(open_items(journey.dossier)) == len(journey.waiting_opinions())


def test_the_page_shows_the_running_deadlines_and_extends_those_chosen(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    chosen, *others = open_items(journey.dossier)
    client.force_login(journey.office.user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "gia-han-so-nganh"])
    shown = client.get(page).content.decode()
    assert shown.count('name="items"') == 1 + len(others) + 2, "and the two confirmations"
    assert "15 ngày làm việc kể từ" in shown
    given = {
        "revision": journey.dossier.revision,
        "extended_before": 0,
        "items": [chosen.pk],
        "days": 3,
        "reason": "Chờ kết quả kiểm nghiệm",
    }
    assert client.post(page, {**given, "days": 11}).status_code == 409
    assert client.post(page, given).status_code == 302
    chosen.refresh_from_db()
    assert chosen.extended_days == 3
    # The form is sent again as it was: the page shows how it is now and asks anew.
    answer = client.post(page, given)
    assert answer.status_code == 409
    assert 'name="extended_before" value="3"' in answer.content.decode()


CODES = {"Sở Y tế": "14.2", "Sở Xây dựng": "1.1"}
WHY = "Chờ kết quả xét nghiệm nước của Trung tâm Y tế huyện"


def ask(journey: Journey, department: str) -> Actor:
    """Let a department ask for one of its indicators; return its head."""
    opinion = Opinion.objects.of_round(journey.dossier, 1).get(department__short_name=department)
    journey.ask_supplement(opinion, [CODES[department]])
    return journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)


def test_a_department_gives_the_commune_more_time_for_its_own_request_only(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    head, other = (ask(journey, department) for department in CODES)
    asked = WorkItem.objects.filter(dossier=journey.dossier, node="supplement").select_related("dossier")
    own, foreign = (asked.get(task__department=one.agency) for one in (head, other))
    before = own.due_on
    assert before is not None and list(ExtendForAnswer.open_items(head, journey.dossier)) == [own]
    for items in ([foreign.pk], [own.pk, foreign.pk]):
        with pytest.raises(ActRefused) as refused:
            journey.do(ExtendForAnswer, head, items=items, days=2, reason=WHY)
        assert refused.value.codes == {"items"}
    with pytest.raises(NotPermitted):
        journey.do(ExtendForAnswer, journey.chair, items=[own.pk], days=2, reason=WHY)

    journey.do(ExtendForAnswer, head, items=[own.pk], days=2, reason=WHY)

    for item in (own, foreign):
        item.refresh_from_db()
    assert own.due_on is not None and working_days_between(before, own.due_on, LAW) == 2
    assert (foreign.due_on, foreign.extended_days) == (before, 0)
    assert f"dừng 0, gia hạn 2, hạn {own.due_on.day}/" in due_in_words(own, LAW).arithmetic
    with pytest.raises(ActRefused) as refused:
        journey.do(ExtendForAnswer, head, items=[own.pk], days=4, reason=WHY)
    assert refused.value.codes == {"limit"}
    appraisal = WorkItem.objects.get(dossier=journey.dossier, node="appraise", agency=head.agency)
    assert appraisal.extended_days == 0 and appraisal.stops.get().resumed_at is None


def test_a_department_waits_for_the_new_deadline_and_then_gives_no_more_time(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    head = ask(journey, "Sở Y tế")
    asked = WorkItem.objects.filter(dossier=journey.dossier, node="supplement")
    # Late already: more time makes it on time again.
    asked.update(opened_at="2023-02-01T08:00+07:00", due_on=date(2023, 2, 8))
    journey.do(ExtendForAnswer, head, items=[asked.get().pk], days=1, reason=WHY)
    assert asked.get().due_on == date(2023, 2, 9)
    journey.do(GoOnWithoutAnswer, head, reasons="Xã không trả lời")
    assert not ExtendForAnswer.is_open_to(head, journey.refresh())


def test_why_a_department_gives_more_time_is_sealed_like_what_it_asked_for(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING)
    head, other = (ask(journey, department) for department in CODES)
    page = reverse("dossier:act", args=[journey.dossier.pk, "gia-han-tra-loi-bo-sung"])
    client.force_login(head.user)
    shown = client.get(page).content.decode()
    assert shown.count('name="items"') == 1 and "5 ngày làm việc kể từ" in shown
    (own,) = ExtendForAnswer.open_items(head, journey.dossier)
    given = {"revision": journey.dossier.revision, "extended_before": 0, "items": [own.pk], "days": 3}
    assert client.post(page, {**given, "reason": WHY}).status_code == 302
    for actor in (journey.chair, head, world.actor(Role.INSPECTOR)):
        client.force_login(actor.user)
        history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
        assert "gia hạn 3 ngày" in history and WHY in history, actor.role
    client.force_login(journey.chair.user)
    for told in (reverse("home"), reverse("appraisal:supplements", args=[journey.dossier.pk])):
        assert f"Lý do gia hạn: {WHY}" in client.get(told).content.decode(), told
    others = [other, journey.office, journey.district(Role.DISTRICT_CHAIR), world.actor(Role.FRONT_OFFICER)]
    for actor in others:
        client.force_login(actor.user)
        for name in ("dossier:overview", "dossier:history", "appraisal:supplements", "appraisal:board"):
            told = client.get(reverse(name, args=[journey.dossier.pk])).content.decode()
            assert WHY not in told, (actor.role, name)
    client.force_login(journey.office.user)
    board = client.get(reverse("board")).content.decode()
    assert "gia hạn 3" in board and WHY not in board
    WorkItem.objects.filter(pk=own.pk).update(due_on=date(2023, 1, 3))
    remind(timezone.now())
    reminders = client.get(reverse("notifications:list")).content.decode()
    assert "UBND xã Liêm Tuyền quá hạn" in reminders and "gia hạn 3" in reminders and WHY not in reminders
    for request in SupplementRequest.objects.of_dossier(journey.dossier):
        journey.write_answers(request)
        journey.send_answer(request)
    journey.appraise()
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert WHY in history, "all have signed"


def test_nobody_extends_what_the_procedure_does_not_let_be_extended(world: World) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    chair = world.actor(Role.PROVINCIAL_CHAIR)
    (item,) = open_items(journey.dossier)
    assert item.node == "intake" and not ExtendForOffice.is_open_to(chair, journey.dossier)
    with pytest.raises(ActRefused) as refused:
        journey.do(ExtendForOffice, chair, items=[item.pk], days=1, reason="Nhiều hồ sơ")
    assert refused.value.codes == {"items"}
