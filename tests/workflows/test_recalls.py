"""Taking back what was submitted: until the receiver opens it, with a reason, in one step of flow and state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused, DossierAct
from dossiers.appraisal.acts import ReturnAtIntake
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from storage import ledger
from tests.dossiers.people import colleague, name_substitute
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import Task, WorkItem
from workflows.recalls import (
    OpenAtDistrict,
    OpenAtProvince,
    OpenSubmission,
    Recall,
    RecallDossier,
    RecallForwarding,
    RecallPlan,
    RecallResubmission,
)

REASON = "Thiếu phụ lục vốn"


def open_item(journey: Journey) -> WorkItem:
    return WorkItem.objects.select_related("agency").get(dossier=journey.dossier, closed_at=None)


def recall(journey: Journey, act: type[Recall], by: Any) -> None:
    journey.do(act, by, reasons=REASON)
    assert in_step(journey.refresh())
    assert ledger.verify(journey.dossier.stream).ok


@pytest.mark.django_db
def test_the_commune_takes_the_plan_back_with_its_old_deadline_and_submits_again(world: World) -> None:
    journey = world.dossier(State.DRAFTING, files=0)
    journey.draft()
    drafting = open_item(journey)
    journey.submit_plan()
    recall(journey, RecallPlan, journey.chair)
    assert journey.dossier.state == State.DRAFTING
    resumed = open_item(journey)
    assert (resumed.node, resumed.due_on, resumed.opened_at) == (
        "draft_plan",
        drafting.due_on,
        drafting.opened_at,
    )
    received = WorkItem.objects.get(dossier=journey.dossier, node="appraise_plan")
    assert received.closing_act == "plan.recall"
    assert Task.objects.get(pk=received.task_id).status == "CANCELED"
    journey.submit_plan()
    assert journey.refresh().state == State.PLAN_SUBMITTED and in_step(journey.dossier)


@pytest.mark.django_db
def test_a_dossier_goes_back_to_where_it_was_submitted_from(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    assert not RecallResubmission.is_lawful_for(journey.dossier)
    recall(journey, RecallDossier, journey.chair)
    assert journey.dossier.state == State.CONSULTING
    # The Front has given its opinion: nobody asks it again.
    assert open_item(journey).node == "consult"
    journey.submit()
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    journey.submit()
    assert not RecallDossier.is_lawful_for(journey.refresh())
    recall(journey, RecallResubmission, journey.chair)
    assert journey.dossier.state == State.RETURNED
    assert journey.dossier.returned_from == State.DISTRICT_REVIEW
    assert not journey.dossier.results.filter(is_reopened=False).exists()
    journey.submit()
    assert journey.refresh().state == State.DISTRICT_REVIEW and in_step(journey.dossier)


@pytest.mark.django_db
def test_the_district_takes_a_forwarded_dossier_back_and_forwards_it_on_the_same_verification(
    world: World,
) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    recall(journey, RecallForwarding, journey.district(Role.DISTRICT_CHAIR))
    assert journey.dossier.state == State.DISTRICT_REVIEW
    assert open_item(journey).node == "forward"
    # The commune cannot take back what the district has worked on.
    assert not RecallDossier.is_open_to(journey.chair, journey.dossier)
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallDossier, journey.chair, reasons=REASON)
    assert refused.value.codes == {"handled"}
    journey.forward()
    journey.accept()
    assert journey.refresh().state == State.APPRAISING and in_step(journey.dossier)


@pytest.mark.django_db
def test_a_recall_needs_a_reason_and_the_right_person(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallPlan, journey.chair, reasons=" ")
    assert refused.value.codes == {"reasons"}
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallPlan, journey.official, reasons=REASON)
    assert refused.value.codes == {"role"}


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["dossier:overview", "plans:sections", "dossier:history"])
def test_whoever_at_the_receiver_opens_any_page_first_ends_the_recall(
    world: World, client: Client, page: str
) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    client.force_login(journey.chair.user)
    address = reverse("dossier:act", args=[journey.dossier.pk, "lay-lai-de-an"])
    assert "Lấy lại Đề án đã trình" in client.get(address).content.decode()
    assert open_item(journey).read_at is None, "the sender's own reading opens nothing"
    officer = journey.district(Role.DISTRICT_OFFICER)
    client.force_login(officer.user)
    client.get(reverse("dossiers"))
    assert open_item(journey).read_at is None, "a list is not the dossier"
    assert client.get(reverse(page, args=[journey.dossier.pk])).status_code == 200
    item = open_item(journey)
    assert item.read_by == officer.user
    entries = list(ledger.entries(journey.dossier.stream).filter(act="submission.open_at_district"))
    assert [entry.at for entry in entries] == [item.read_at]
    client.get(reverse(page, args=[journey.dossier.pk]))
    assert ledger.entries(journey.dossier.stream).filter(act="submission.open_at_district").count() == 1
    client.force_login(journey.chair.user)
    assert (
        "lay-lai-de-an"
        not in client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    )
    answer = client.post(address, {"revision": journey.dossier.revision, "reasons": REASON})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert f"({officer.user.full_name}) đã mở hồ sơ lúc" in text and REASON in text


@pytest.mark.django_db
def test_the_province_opening_is_recorded_too(world: World, client: Client) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    client.force_login(journey.office.user)
    client.get(reverse("dossier:overview", args=[journey.dossier.pk]))
    assert open_item(journey).read_by == journey.office.user
    assert not RecallForwarding.is_open_to(journey.district(Role.DISTRICT_CHAIR), journey.dossier)
    journey.do(ReturnAtIntake, journey.office, reasons="Thiếu biên bản")


@pytest.mark.django_db
def test_a_substitute_with_other_acts_opens_for_the_agency(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair = journey.district(Role.DISTRICT_CHAIR)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER)
    substitution = name_substitute(chair, deputy, acts=["dossier.forward"])
    client.force_login(deputy.user)
    client.post(reverse("switch_appointment"), {"substitution": substitution.pk})
    client.get(reverse("dossier:overview", args=[journey.dossier.pk]))
    assert open_item(journey).read_by == deputy.user
    entry = ledger.entries(journey.dossier.stream).get(act="submission.open_at_district")
    assert entry.actor["on_behalf_of"] == chair.user.full_name


@pytest.mark.django_db
def test_the_page_takes_it_back_and_the_history_says_why(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    client.force_login(journey.chair.user)
    overview = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert "lay-lai-de-an" in overview
    address = reverse("dossier:act", args=[journey.dossier.pk, "lay-lai-de-an"])
    answer = client.post(address, {"revision": journey.dossier.revision, "reasons": REASON})
    assert answer.status_code == 302
    assert REASON in client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()


@pytest.mark.django_db
def test_a_withdrawal_is_told_with_its_reason(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.withdraw()
    assert in_step(journey.refresh())
    assert not WorkItem.objects.filter(dossier=journey.dossier, closed_at=None).exists()
    for role in (Role.COMMUNE_OFFICIAL, Role.DISTRICT_OFFICER):
        client.force_login(world.actor(role, of=journey.dossier).user)
        page = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
        assert "Xã xin lùi thời gian" in page and journey.chair.user.full_name in page, role


@pytest.mark.django_db
def test_the_commune_cannot_take_back_what_the_district_forwarded(world: World) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    for act in (RecallDossier, RecallResubmission):
        with pytest.raises(ActRefused) as refused:
            journey.do(act, journey.chair, reasons=REASON)
        assert refused.value.codes == {"state"}


def a_plan_at_the_district(world: World) -> tuple[Journey, OpenSubmission, Recall]:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    officer = journey.district(Role.DISTRICT_OFFICER)
    return (
        journey,
        OpenAtDistrict(actor=officer, dossier=journey.dossier),
        RecallPlan(actor=journey.chair, dossier=journey.dossier, reasons=REASON),
    )


def a_dossier_at_the_province(world: World) -> tuple[Journey, OpenSubmission, Recall]:
    journey = world.two_tiers().dossier(State.DISTRICT_REVIEW)
    return (
        journey,
        OpenAtProvince(actor=journey.office, dossier=journey.dossier),
        RecallDossier(actor=journey.chair, dossier=journey.dossier, reasons=REASON),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("submitted", [a_plan_at_the_district, a_dossier_at_the_province])
@pytest.mark.parametrize("_round", range(4))
def test_opening_and_recalling_at_once_one_comes_first_and_the_other_is_told(
    s3: str, _round: int, submitted: Callable[[World], tuple[Journey, OpenSubmission, Recall]]
) -> None:
    journey, opening, recalling = submitted(World.ensure())
    before = journey.dossier.state
    barrier = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def perform(act: DossierAct) -> None:
        try:
            barrier.wait(timeout=30)
            act.perform()
            outcomes[act.name] = "done"
        except ActRefused as refused:
            outcomes[act.name] = str(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=perform, args=[act]) for act in (opening, recalling)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert list(outcomes.values()).count("done") == 1, outcomes
    after = journey.refresh()
    if outcomes[recalling.name] == "done":
        assert after.get_state_display() in outcomes[opening.name] and after.state != before
    else:
        assert "đã mở hồ sơ lúc" in outcomes[recalling.name]
        assert after.state == before
    assert in_step(journey.dossier)
