"""The procedure without districts: it runs to the end, the province receives, and nobody of a district has a voice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.appraisal.acts import AcceptDossier, ForwardDossier, VerifyDossier
from dossiers.dossier.models import State
from dossiers.organisations.models import AgencyKind, Role
from dossiers.plans.acts import AppraisePlan
from dossiers.procedures import get_procedure
from dossiers.security.models import SecurityFinding
from storage import ledger
from tests.world import TwoTiers, World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.moves.acts import MoveToProcedure
from workflows.recalls import Recall, RecallDossier, RecallPlan, RecallResubmission

pytestmark = pytest.mark.django_db
REASON = "Thiếu biên bản họp"


@pytest.fixture
def ninh_binh(world: World) -> TwoTiers:
    return world.two_tiers()


def _open_work(dossier_id: int) -> list[tuple[str, str, str]]:
    items = WorkItem.objects.filter(dossier=dossier_id, closed_at=None).select_related("agency__unit")
    return [(item.node, item.role, item.agency.unit.code) for item in items]


def test_it_runs_from_registration_to_publication(ninh_binh: TwoTiers) -> None:
    journey = ninh_binh.journey()
    passed = []
    for state in takewhile(lambda one: one != State.RETURNED, State):
        if state == State.DISTRICT_REVIEW:
            continue
        journey.advance_to(state, files=1)
        assert journey.dossier.state == state
        assert in_step(journey.refresh())
        passed.append(state)
    assert passed[-1] == State.PUBLISHED
    assert journey.dossier.procedure == "nang-cao-2-cap-2025"
    nodes = set(WorkItem.objects.filter(dossier=journey.dossier).values_list("node", flat=True))
    assert "forward" not in nodes and {"verify", "intake", "publish"} <= nodes


def test_the_office_and_the_chair_of_the_province_do_what_the_district_did(ninh_binh: TwoTiers) -> None:
    journey = ninh_binh.dossier(State.PLAN_SUBMITTED)
    assert _open_work(journey.dossier.pk) == [("appraise_plan", "coordination_officer", "37")]
    journey.appraise_plan()
    assert _open_work(journey.dossier.pk) == [("decide_plan", "provincial_chair", "37")]
    journey.approve_plan()
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    assert journey.dossier.state == State.PROVINCIAL_INTAKE
    assert _open_work(journey.dossier.pk) == [("verify", "coordination_officer", "37")]


def test_there_is_no_page_of_a_district_but_for_what_one_found_before_a_move(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    journey = ninh_binh.dossier(State.DISTRICT_REVIEW)
    district = reverse("district:district", args=[journey.dossier.pk])
    client.force_login(journey.office.user)
    overview = client.get(reverse("dossier:overview", args=[journey.dossier.pk]))
    assert overview.status_code == 200 and district not in overview.content.decode()
    assert client.get(district).status_code == 404
    moved = Journey(ninh_binh.people, world.programme, world.commune("Xã Đồn Xá"))
    moved.advance_to(State.DISTRICT_REVIEW, files=1)
    moved.verify()
    moved.hear_district()
    moved.do(MoveToProcedure, moved.office, to=get_procedure("nang-cao-2-cap-2025"), reason="Hết cấp huyện")
    shown = client.get(reverse("district:district", args=[moved.dossier.pk]))
    assert shown.status_code == 200 and "Ban Chỉ đạo huyện bỏ phiếu" in shown.content.decode()


def test_a_plan_is_taken_back_until_the_office_has_opened_it(ninh_binh: TwoTiers, client: Client) -> None:
    journey = ninh_binh.dossier(State.PLAN_SUBMITTED)
    journey.do(RecallPlan, journey.chair, reasons="Sửa lại mục vốn")
    assert _open_work(journey.dossier.pk) == [("draft_plan", "commune_chair", journey.commune.code)]
    journey.submit_plan()
    client.force_login(journey.office.user)
    assert client.get(reverse("dossier:overview", args=[journey.dossier.pk])).status_code == 200
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallPlan, journey.chair, reasons="Sửa lại mục vốn")
    assert refused.value.codes == {"opened"}


def test_a_dossier_is_taken_back_with_its_old_deadline_until_the_office_has_opened_it(
    ninh_binh: TwoTiers, client: Client
) -> None:
    journey = ninh_binh.dossier(State.CONSULTING)
    consulting = WorkItem.objects.get(dossier=journey.dossier, node="consult")
    # It began long ago: otherwise a new deadline would be the same.
    WorkItem.objects.filter(pk=consulting.pk).update(
        opened_at=consulting.opened_at - timedelta(days=9), due_on=date(2026, 1, 5), extended_days=2
    )
    consulting.refresh_from_db()
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    assert not RecallResubmission.is_lawful_for(journey.dossier)
    recall(journey, RecallDossier)
    assert journey.dossier.state == State.CONSULTING
    # The Front has given its opinion: nobody asks it again.
    (resumed,) = WorkItem.objects.filter(dossier=journey.dossier, closed_at=None)
    for name in ("node", "agency_id", "opened_at", "due_on", "extended_days"):
        assert getattr(resumed, name) == getattr(consulting, name), name
    received = WorkItem.objects.select_related("task").get(dossier=journey.dossier, node="verify")
    assert (received.closing_act, received.task.status) == ("dossier.recall", "CANCELED")
    journey.submit()
    assert _open_work(journey.dossier.pk) == [("verify", "coordination_officer", "37")]
    client.force_login(journey.chair.user)
    overview = reverse("dossier:overview", args=[journey.dossier.pk])
    assert "lay-lai-ho-so" in client.get(overview).content.decode()

    client.force_login(journey.office.user)
    assert client.get(overview).status_code == 200 == client.get(overview).status_code
    (opening,) = ledger.entries(journey.dossier.stream).filter(
        act="submission.open_at_province", at__gt=received.closed_at
    )
    item = WorkItem.objects.get(dossier=journey.dossier, closed_at=None)
    assert (item.read_by, item.read_at) == (journey.office.user, opening.at)
    client.force_login(journey.chair.user)
    assert "lay-lai-ho-so" not in client.get(overview).content.decode()
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallDossier, journey.chair, reasons=REASON)
    assert refused.value.codes == {"opened"}
    journey.verify()
    with pytest.raises(ActRefused) as refused:
        journey.do(RecallDossier, journey.chair, reasons=REASON)
    assert refused.value.codes == {"handled"}
    # What the office hands on to itself was not submitted to it: there is nothing to open.
    client.force_login(journey.office.user)
    client.get(overview)
    assert WorkItem.objects.get(dossier=journey.dossier, node="intake").read_at is None


def test_a_resubmission_is_taken_back_to_where_it_was_returned(ninh_binh: TwoTiers) -> None:
    journey = ninh_binh.dossier(State.DISTRICT_REVIEW)
    journey.verify()
    journey.return_at_intake()
    journey.submit()
    assert not RecallDossier.is_lawful_for(journey.refresh())
    recall(journey, RecallResubmission)
    assert (journey.dossier.state, journey.dossier.returned_from) == (State.RETURNED, State.PROVINCIAL_INTAKE)
    assert not journey.dossier.results.filter(is_reopened=False).exists()
    assert _open_work(journey.dossier.pk) == [("complete", "commune_chair", journey.commune.code)]
    journey.submit()
    journey.verify()
    journey.do(AcceptDossier, journey.office)
    assert journey.refresh().state == State.APPRAISING and in_step(journey.dossier)


def test_a_dossier_that_was_moved_is_taken_back_and_the_front_is_not_asked_again(
    world: World, ninh_binh: TwoTiers
) -> None:
    before = Journey(ninh_binh.people, world.programme, world.commune("Xã Đồn Xá"))
    before.advance_to(State.DISTRICT_REVIEW, files=1)
    consulted = WorkItem.objects.filter(dossier=before.dossier, node="consult")
    consulted.update(
        taken_by=before.chair.user, taken_in=before.chair.appointment, taken_at=before.dossier.state_since
    )
    before.do(MoveToProcedure, before.office, to=get_procedure("nang-cao-2-cap-2025"), reason="Hết cấp huyện")
    moved = Journey.of(ninh_binh.people, before.refresh())
    assert moved.commune != before.commune
    assert [node for node, _role, _unit in _open_work(moved.dossier.pk)] == ["verify"]
    recall(moved, RecallDossier)
    assert _open_work(moved.dossier.pk) == [("consult", "commune_chair", moved.commune.code)]
    resumed = WorkItem.objects.get(dossier=moved.dossier, closed_at=None)
    assert resumed.taken_by is None, "nobody of another commune is at work on it"


def recall(journey: Journey, act: type[Recall]) -> None:
    assert act.is_open_to(journey.chair, journey.refresh())
    journey.do(act, journey.chair, reasons=REASON)
    assert in_step(journey.refresh())
    assert ledger.verify(journey.dossier.stream).ok


def test_a_dossier_is_not_dispatched_before_it_was_verified(ninh_binh: TwoTiers) -> None:
    """Quyết định 18/2022/QĐ-TTg, Chương II: thẩm tra comes before thẩm định, whoever does it."""
    journey = ninh_binh.dossier(State.DISTRICT_REVIEW)
    with pytest.raises(ActRefused) as refused:
        journey.do(AcceptDossier, journey.office)
    assert refused.value.codes == {"not_verified"}
    journey.verify()
    assert _open_work(journey.dossier.pk) == [("intake", "coordination_officer", "37")]
    journey.verify()  # corrects the first report
    journey.do(AcceptDossier, journey.office)
    assert journey.dossier.state == State.APPRAISING


def test_the_police_of_the_new_province_is_asked_by_the_wording_of_2024(ninh_binh: TwoTiers) -> None:
    """Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d, as Quyết định 03/2024/QĐ-TTg has it."""
    journey = ninh_binh.dossier(State.APPRAISING)
    (item,) = WorkItem.objects.filter(dossier=journey.dossier, node="check_security", closed_at=None)
    assert item.agency.code == "cong-an-ninh-binh" and item.role == Role.DEPARTMENT_HEAD
    journey.confirm_security()
    finding = SecurityFinding.objects.get(dossier=journey.dossier)
    assert finding.department == item.agency and "An toàn về an ninh, trật tự" in finding.wording
    journey.appraise()
    journey.consolidate()
    assert in_step(journey.refresh())


def test_what_came_back_is_verified_anew(ninh_binh: TwoTiers) -> None:
    journey = ninh_binh.dossier(State.DISTRICT_REVIEW)
    journey.verify()
    journey.return_at_intake()
    assert _open_work(journey.dossier.pk) == [("complete", "commune_chair", journey.commune.code)]
    journey.submit()
    assert journey.dossier.state == State.PROVINCIAL_INTAKE
    with pytest.raises(ActRefused) as refused:
        journey.do(AcceptDossier, journey.office)
    assert refused.value.codes == {"not_verified"}
    journey.verify()
    journey.do(AcceptDossier, journey.office)
    assert in_step(journey.refresh())


def test_no_district_and_no_other_province_has_a_voice(world: World, ninh_binh: TwoTiers) -> None:
    submitted = ninh_binh.dossier(State.PLAN_SUBMITTED)
    reviewed = ninh_binh.dossier(State.DISTRICT_REVIEW, "Xã Bắc Lý")
    strangers = [world.actor(Role.DISTRICT_OFFICER), world.actor(Role.COORDINATION_OFFICER)]
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            submitted.do(AppraisePlan, stranger, recommends_approval=True, summary="Được")
        with pytest.raises(NotPermitted):
            reviewed.do(VerifyDossier, stranger, recommends_forwarding=True, summary="Được")
    for actor in (reviewed.office, world.actor(Role.DISTRICT_CHAIR)):
        with pytest.raises(ActRefused):
            reviewed.do(
                ForwardDossier,
                actor,
                number="1/TTr-UBND",
                dated_on=timezone.localdate(),
                document=reviewed.paper(),
            )


def test_with_three_tiers_the_office_of_the_province_does_not_stand_in_for_the_district(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    office = world.people.of_kind(world.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)
    with pytest.raises(NotPermitted):
        journey.do(AppraisePlan, office, recommends_approval=True, summary="Được")
    with pytest.raises(ActRefused):
        world.dossier(State.PROVINCIAL_INTAKE, "Xã Đinh Xá").do(
            VerifyDossier, office, recommends_forwarding=True, summary="Được"
        )
