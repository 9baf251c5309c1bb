"""Who of an agency is at work: taken, given back, handed over, seen by colleagues; never in the way of the work."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.appraisal.acts import AcceptDossier
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import AppraisePlan
from dossiers.security.findings import security_agency_id
from storage import ledger
from tests.dossiers.people import colleague, name_substitute, standing_in
from tests.world import World
from workflows.assignments import ReassignWork, ReleaseWork, TakeWork, own_work
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.notifications.models import Kind, Reminder
from workflows.notifications.reminding import remind


def item_of(journey: object) -> WorkItem:
    return WorkItem.objects.select_related("taken_by").get(dossier=journey.dossier, closed_at=None)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_take_release_take(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer = journey.district(Role.DISTRICT_OFFICER)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    journey.do(TakeWork, officer)
    assert item_of(journey).taken_by == officer.user
    with pytest.raises(ActRefused) as refused:
        journey.do(TakeWork, other)
    assert f"{officer.user.full_name} đang xử lý từ" in str(refused.value)
    with pytest.raises(ActRefused) as refused:
        journey.do(ReleaseWork, other)
    assert refused.value.codes == {"not_mine"}
    journey.do(ReleaseWork, officer)
    assert item_of(journey).taken_by is None
    journey.do(TakeWork, other)
    assert in_step(journey.refresh()) and ledger.verify(journey.dossier.stream).ok


@pytest.mark.django_db
def test_what_somebody_took_others_of_the_agency_still_do(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer = journey.district(Role.DISTRICT_OFFICER)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    journey.do(TakeWork, officer)
    journey.do(AppraisePlan, other, recommends_approval=True, summary="Đủ")
    assert item_of(journey).node == "decide_plan" and item_of(journey).taken_by is None


@pytest.mark.django_db
def test_the_head_hands_work_over_for_a_reason_and_to_somebody_who_does_it(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer, chair = journey.district(Role.DISTRICT_OFFICER), journey.district(Role.DISTRICT_CHAIR)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    journey.do(TakeWork, officer)
    with pytest.raises(ActRefused):
        journey.do(ReassignWork, other, to=other.appointment.pk, reason="x")
    for to, reason, codes in (
        (other.appointment.pk, " ", {"reason"}),
        (chair.appointment.pk, "Đi công tác", {"to"}),
        (officer.appointment.pk, "Đi công tác", {"same"}),
        (journey.official.appointment.pk, "Đi công tác", {"to"}),
    ):
        with pytest.raises(ActRefused) as refused:
            journey.do(ReassignWork, chair, to=to, reason=reason)
        assert refused.value.codes == codes
    done = journey.do(ReassignWork, chair, to=other.appointment.pk, reason="Đi công tác")
    assert item_of(journey).taken_by == other.user
    assert done.entry.payload["from"] == officer.user.full_name


@pytest.mark.django_db
def test_people_without_open_work_take_nothing(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    for actor in (journey.chair, journey.office, journey.district(Role.DISTRICT_CHAIR)):
        assert not TakeWork.is_open_to(actor, journey.dossier)
        with pytest.raises(ActRefused) as refused:
            journey.do(TakeWork, actor)
        assert refused.value.codes == {"no_work"}
    elsewhere = world.people.committee(world.commune("Xã Mộc Bắc").parent, Role.DISTRICT_OFFICER)  # type: ignore[arg-type]
    with pytest.raises(ActRefused) as refused:
        journey.do(TakeWork, elsewhere)
    assert refused.value.codes == {"place"}


@pytest.mark.django_db
def test_the_inbox_is_narrowed_to_mine_and_to_what_nobody_took(world: World, client: Client) -> None:
    first = world.dossier(State.PLAN_SUBMITTED, files=0)
    second = world.dossier(State.PLAN_SUBMITTED, "Xã Liêm Tiết", files=0)
    officer = first.district(Role.DISTRICT_OFFICER)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    client.force_login(officer.user)
    inbox = client.get(reverse("work")).content.decode()
    assert inbox.count("Nhận việc<") == 2 and "Chưa ai nhận (2)" in inbox
    take = reverse("dossier:act", args=[first.dossier.pk, "nhan-viec"])
    answer = client.post(take, {"revision": first.dossier.revision, "acting_as": officer.key})
    assert answer.status_code == 302
    for share, shows in (("", (True, True)), ("cua-toi", (True, False)), ("chua-nhan", (False, True))):
        page = client.get(reverse("work"), {"loc": share}).content.decode()
        assert ("Xã Liêm Tuyền · 2023" in page, "Xã Liêm Tiết · 2023" in page) == shows, share
    client.force_login(other.user)
    taken = f"{officer.user.full_name} đang xử lý từ"
    assert taken in client.get(reverse("work")).content.decode()
    assert "Xã Liêm Tuyền · 2023" not in client.get(reverse("work"), {"loc": "cua-toi"}).content.decode()
    for address in (
        reverse("dossier:overview", args=[first.dossier.pk]),
        reverse("dossier:act", args=[first.dossier.pk, "tham-dinh-de-an"]),
    ):
        assert taken in client.get(address).content.decode()
    refused = client.post(take, {"revision": first.dossier.revision})
    assert refused.status_code == 409 and taken in refused.content.decode()
    assert second.dossier.pk


@pytest.mark.django_db
def test_the_head_hands_over_on_a_page(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    head = world.actor(Role.DEPARTMENT_HEAD)
    client.force_login(head.user)
    address = reverse("dossier:act", args=[journey.dossier.pk, "giao-viec"])
    shown = client.get(address).content.decode()
    assert officer.user.full_name in shown and journey.official.user.full_name not in shown
    given = {"revision": journey.dossier.revision, "to": officer.appointment.pk, "reason": ""}
    assert client.post(address, given).status_code == 409
    assert client.post(address, {**given, "reason": "Phụ trách y tế"}).status_code == 302
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert f"giao cho {officer.user.full_name}" in history and "Phụ trách y tế" in history


@pytest.mark.django_db
def test_reminders_go_to_who_took_it_and_when_late_to_everybody(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer = journey.district(Role.DISTRICT_OFFICER)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    stand_in = colleague(officer.agency, Role.DISTRICT_CHAIR)
    journey.do(TakeWork, officer)
    substitution = name_substitute(officer, stand_in)
    remind(timezone.now())
    told = {one.person_id: one for one in Reminder.objects.filter(dossier=journey.dossier)}
    assert told.keys() == {officer.user.pk, stand_in.user.pk}
    assert told[stand_in.user.pk].substitution == substitution
    assert told[stand_in.user.pk].appointment == officer.appointment
    WorkItem.objects.filter(dossier=journey.dossier, closed_at=None).update(due_on="2023-01-03")
    remind(timezone.now())
    late = Reminder.objects.filter(dossier=journey.dossier, kind=Kind.LATE).values_list("person", flat=True)
    assert {officer.user.pk, other.user.pk, stand_in.user.pk} == set(late)


@pytest.mark.django_db
def test_a_reminder_of_the_absent_leads_the_substitute_there_as_the_substitute(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair, officer = journey.district(Role.DISTRICT_CHAIR), journey.district(Role.DISTRICT_OFFICER)
    journey.appraise_plan()
    substitution = name_substitute(chair, officer)
    remind(timezone.now())
    mine = Reminder.objects.get(person=officer.user, settled_at=None)
    client.force_login(officer.user)
    page = client.get(reverse("notifications:list")).content.decode()
    assert f"anh/chị đang thay {chair.user.full_name}" in page
    answer = client.get(reverse("notifications:open", args=[mine.pk]))
    assert answer.status_code == 302
    assert f"Thay {chair.user.full_name} ·" in client.get(answer["Location"]).content.decode()
    type(substitution).objects.filter(pk=substitution.pk).update(
        revoked_at=timezone.now(), revocation_reason="x"
    )
    assert client.get(reverse("notifications:open", args=[mine.pk])).status_code == 404


@pytest.mark.django_db
def test_a_substitute_takes_for_the_absent_who_finds_it_under_mine(world: World, client: Client) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    absent = journey.office
    substitute = colleague(absent.agency, Role.COORDINATION_OFFICER, "Vũ Thị Thay")
    journey.do(TakeWork, standing_in(substitute, name_substitute(absent, substitute)))
    item = item_of(journey)
    assert (item.taken_by, item.taken_in) == (substitute.user, absent.appointment)
    client.force_login(absent.user)
    mine = client.get(reverse("work"), {"loc": "cua-toi"}).content.decode()
    assert f"Vũ Thị Thay, thay {absent.user.full_name}, đang xử lý từ" in mine
    journey.do(AcceptDossier, absent)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told_who(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer = journey.district(Role.DISTRICT_OFFICER)
    other = colleague(officer.agency, Role.DISTRICT_OFFICER)
    barrier = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def take(actor: object) -> None:
        try:
            act = TakeWork(actor=actor, dossier=journey.dossier)
            barrier.wait(timeout=30)
            act.perform()
            outcomes[actor.user.full_name] = "done"  # type: ignore[attr-defined]
        except ActRefused as refused:
            outcomes[actor.user.full_name] = str(refused)  # type: ignore[attr-defined]
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[one]) for one in (officer, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    taker = item_of(journey).taken_by
    assert taker is not None and outcomes.pop(taker.full_name) == "done"
    (told,) = outcomes.values()
    assert f"{taker.full_name} đang xử lý từ" in told


# --- several works of one agency on one dossier -----------------------------------------------------------


@pytest.mark.django_db
def test_the_police_with_two_works_takes_each_by_its_own_button(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    police = journey.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    works = {one.node: one for one in own_work(police, journey.dossier)}
    assert set(works) == {"appraise", "check_security"}
    client.force_login(police.user)
    inbox = client.get(reverse("work")).content.decode()
    overview = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    for page in (inbox, overview):
        assert page.count('btn-sm">Nhận việc<') == 2
        for work in works.values():
            assert f'name="work" value="{work.pk}"' in page and work.title in page
    take = reverse("dossier:act", args=[journey.dossier.pk, "nhan-viec"])
    choice = client.get(take).content.decode()
    assert choice.count('type="radio" name="work"') == 2
    security = works["check_security"]
    sent = {"revision": journey.dossier.revision, "acting_as": police.key, "work": security.pk}
    assert client.post(take, sent).status_code == 302
    security.refresh_from_db()
    works["appraise"].refresh_from_db()
    assert security.taken_by == police.user and works["appraise"].taken_by is None
    assert client.post(take, sent).status_code == 409, "that one is taken"
    assert client.post(take, {**sent, "work": works["appraise"].pk}).status_code == 302
    assert not TakeWork.is_open_to(police, journey.dossier)
    journey.do(ReleaseWork, police, work=security.pk)
    left = [one.node for one in ReleaseWork.choices(police, journey.dossier)]
    assert left == ["appraise"], "only what was given back is free again"


@pytest.mark.django_db
def test_work_of_another_agency_is_not_taken_by_its_number(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    police = journey.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    foreign = journey.dossier.work_items.filter(closed_at=None).exclude(agency=police.agency)[0]
    with pytest.raises(ActRefused) as refused:
        journey.do(TakeWork, police, work=foreign.pk)
    assert refused.value.codes == {"no_work"}


@pytest.mark.django_db
def test_a_page_counts_agencies_once_and_alike(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    agencies = journey.dossier.work_items.filter(closed_at=None).values("agency").distinct().count()
    assert journey.dossier.work_items.filter(closed_at=None).count() > agencies
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    page = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert f"Đang ở: {agencies} cơ quan" in page and f"({agencies} cơ quan)" in page
    panel = page[page.index('aria-labelledby="turn-title"') :]
    panel = panel[: panel.index("</section>")]
    assert panel.count("<li>") == agencies
    assert set(re.findall(r"(\d+) cơ quan", page)) == {str(agencies)}
