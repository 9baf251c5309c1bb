"""The whole path through acts, with the returns that real dossiers meet."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted, StaleForm
from dossiers.appraisal.acts import Consolidate, SignOpinion
from dossiers.appraisal.models import Opinion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import SubmitPlan, WriteSection
from dossiers.recognition.acts import PassCouncil, Recognise
from dossiers.results.acts import FigureInput, ReportFigures, SubmitDossier
from dossiers.results.models import SelfVerdict
from dossiers.titles.models import Title
from storage import ledger
from tests.world import World
from workflows.engine import in_step
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db


def test_a_dossier_goes_from_registration_to_publication(world: World) -> None:
    journey = world.journey()
    for state in (
        State.DRAFTING,
        State.PLAN_SUBMITTED,
        State.IMPLEMENTING,
        State.CONSULTING,
        State.DISTRICT_REVIEW,
        State.PROVINCIAL_INTAKE,
        State.APPRAISING,
        State.CONSOLIDATING,
        State.COUNCIL,
        State.DECIDING,
        State.RECOGNISED,
        State.PUBLISHED,
    ):
        journey.advance_to(state, files=2)
        assert journey.dossier.state == state
        assert in_step(journey.dossier)
    title = Title.objects.get(commune=journey.commune)
    assert title.year == 2023
    checked = ledger.verify(journey.dossier.stream)
    assert checked.ok and checked.entries == 92
    assert not WorkItem.objects.filter(dossier=journey.dossier, closed_at__isnull=True).exists()


def test_seventeen_departments_get_their_own_indicators(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    opinions = Opinion.objects.filter(dossier=journey.dossier)
    assert opinions.count() == 17
    open_items = WorkItem.objects.filter(dossier=journey.dossier, node="appraise", closed_at__isnull=True)
    assert set(open_items.values_list("agency_id", flat=True)) == set(
        opinions.values_list("department_id", flat=True)
    )
    assert journey.dossier.results.exclude(department__isnull=True).count() == 75


def test_a_returned_plan_is_put_right_and_approved(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    assert journey.dossier.state == State.DRAFTING
    assert journey.dossier.notices.get().reasons
    journey.submit_plan()
    journey.appraise_plan()
    journey.approve_plan()
    assert journey.dossier.state == State.IMPLEMENTING
    assert in_step(journey.dossier)


def test_a_dossier_returned_by_the_district_is_submitted_again(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW)
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    assert journey.dossier.state == State.RETURNED
    assert in_step(journey.dossier)
    journey.submit()
    assert journey.dossier.state == State.DISTRICT_REVIEW


def test_not_met_reopens_only_that_indicator_and_only_its_department_signs_again(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"17.5"})
    with pytest.raises(ActRefused, match=r"17\.5"):
        Consolidate(actor=journey.office, dossier=journey.dossier, summary="x").perform()
    journey.request_completion()
    assert list(
        journey.dossier.results.filter(is_reopened=True).values_list("indicator__code", flat=True)
    ) == ["17.5"]
    locked = journey.dossier.results.get(indicator__code="1.1")
    with pytest.raises(ActRefused) as refused:
        row = FigureInput(result_id=locked.pk, value="true")
        ReportFigures(actor=journey.official, dossier=journey.dossier, rows=[row]).perform()
    assert refused.value.codes == {"locked"}
    journey.report(only={"17.5"})
    journey.submit_completion()
    waiting = journey.waiting_opinions()
    assert [opinion.department.short_name for opinion in waiting] == ["Sở TN&MT"]
    assert Opinion.objects.filter(dossier=journey.dossier, round=2, carried_over=True).count() == 16
    journey.appraise()
    journey.consolidate()
    assert journey.dossier.state == State.COUNCIL
    assert in_step(journey.dossier)


def test_a_vote_that_fails_sends_the_dossier_back_and_needs_a_change(world: World) -> None:
    journey = world.dossier(State.COUNCIL)
    journey.fail_council()
    assert journey.dossier.state == State.RETURNED
    with pytest.raises(ActRefused) as refused:
        journey.submit_completion()
    assert refused.value.codes == {"unchanged"}
    journey.attach(files=1, only={"18.1"})
    journey.submit_completion()
    assert len(journey.waiting_opinions()) == 1


@pytest.mark.parametrize(
    ("members", "present", "in_favour", "code"),
    [(21, 22, 20, "present"), (21, 20, 21, "in_favour"), (21, 10, 10, "quorum"), (21, 20, 17, "threshold")],
)
def test_impossible_or_losing_votes_do_not_pass(
    world: World, members: int, present: int, in_favour: int, code: str
) -> None:
    journey = world.dossier(State.COUNCIL)
    with pytest.raises(ActRefused) as refused:
        PassCouncil(
            actor=world.actor(Role.COUNCIL_SECRETARY),
            dossier=journey.dossier,
            **journey.ballots(
                journey.dossier.state_since.date(), members=members, present=present, in_favour=in_favour
            ),
        ).perform()
    assert refused.value.codes == {code}
    assert journey.refresh().state == State.COUNCIL


def test_the_plan_gate_names_every_missing_item(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    with pytest.raises(ActRefused) as refused:
        SubmitPlan(actor=journey.chair, dossier=journey.dossier).perform()
    kinds = [reason.code for reason in refused.value.reasons]
    assert (kinds.count("section"), kinds.count("target"), kinds.count("works")) == (8, 75, 1)
    assert all(reason.link and reason.rule for reason in refused.value.reasons)


def test_the_readiness_gate_names_every_missing_item(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    journey.consult()
    journey.report(unmet={"10.1"})
    with pytest.raises(ActRefused) as refused:
        SubmitDossier(actor=journey.chair, dossier=journey.dossier).perform()
    found = [(reason.code, reason.message) for reason in refused.value.reasons]
    assert sum(code == "evidence" for code, _message in found) == 75
    assert [message for code, message in found if code == "not_met"] == [
        "Chỉ tiêu 10.1 chưa đạt mức quy định."
    ]


def test_the_verdict_follows_the_pinned_threshold_of_the_title_year(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    income = journey.dossier.results.get(indicator__code="10.1")

    def report(value: str) -> str:
        row = FigureInput(result_id=income.pk, value=value)
        ReportFigures(actor=journey.official, dossier=journey.dossier, rows=[row]).perform()
        income.refresh_from_db()
        return income.self_verdict

    assert report("67,9") == SelfVerdict.NOT_MET
    assert report("68") == SelfVerdict.MET


def test_a_stale_section_is_refused_and_nothing_is_overwritten(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    section = journey.dossier.sections.first()
    assert section is not None
    inputs: dict[str, Any] = {"kind": section.kind, "section_revision": section.revision}
    WriteSection(actor=journey.official, dossier=journey.dossier, body="Bản một", **inputs).perform()
    with pytest.raises(StaleForm):
        WriteSection(actor=journey.chair, dossier=journey.dossier, body="Bản hai", **inputs).perform()
    section.refresh_from_db()
    assert section.body == "Bản một"


def test_the_neighbour_commune_and_the_wrong_level_may_not_act(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    neighbour = world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR)
    with pytest.raises(NotPermitted):
        SubmitPlan(actor=neighbour, dossier=journey.dossier).perform()
    with pytest.raises(NotPermitted):
        Recognise(
            actor=world.actor(Role.DISTRICT_CHAIR),
            dossier=journey.dossier,
            number="1",
            signed_on=journey.dossier.state_since.date(),
            document=journey.paper(),
        ).perform()


def test_a_department_signs_once(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = journey.waiting_opinions()[0]
    with pytest.raises(ActRefused) as refused:
        journey.sign(opinion)
    assert refused.value.codes == {"unfinished"}
    journey.find(opinion)
    journey.sign(opinion)
    head = world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    with pytest.raises(ActRefused) as refused:
        SignOpinion(actor=head, dossier=journey.dossier, number="2", dated_on=timezone.localdate()).perform()
    assert refused.value.codes == {"signed"}


def test_withdrawal_closes_the_work_everywhere(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.withdraw()
    assert journey.dossier.state == State.WITHDRAWN
    assert not WorkItem.objects.filter(dossier=journey.dossier, closed_at__isnull=True).exists()
    assert in_step(journey.dossier)
