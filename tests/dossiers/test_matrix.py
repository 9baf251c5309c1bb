"""The permission matrix is true: the page is up to date, and the acts do as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossiers.acts import all_acts
from dossiers.debts.figures import debt_agency_id
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies.matrix import allows, matrix_page
from dossiers.procedures import ReceivingLevel
from dossiers.security.findings import security_agency_id
from tests.world import World
from workflows.demonstration.journey import Journey

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"

#: Written by hand from the procedure, not read from the acts: the legal acts, who does them, and when.
OPEN_STATES = {
    "drafting",
    "plan_submitted",
    "implementing",
    "consulting",
    "district_review",
    "provincial_intake",
    "appraising",
    "consolidating",
    "council",
    "deciding",
    "recognised",
    "returned",
    "reviewing",
    "review_submitted",
    "revocation_hearing",
    "revocation_intake",
    "revocation_appraising",
    "revocation_reporting",
    "revocation_deciding",
    "revoked",
}
DOERS = {
    "commune_official",
    "commune_chair",
    "front_officer",
    "district_officer",
    "division_head",
    "district_chair",
    "department_officer",
    "department_head",
    "coordination_officer",
    "council_secretary",
    "provincial_chair",
}
HANDS_OVER = {
    "commune_chair",
    "district_chair",
    "department_head",
    "provincial_chair",
    "front_officer",
    "coordination_officer",
    "council_secretary",
}
PROCEDURE = {
    "plan.submit": ({"commune_chair"}, {"drafting"}),
    "plan.appraise": ({"district_officer"}, {"plan_submitted"}),
    "plan.approve": ({"district_chair"}, {"plan_submitted"}),
    "plan.return": ({"district_chair"}, {"plan_submitted"}),
    "plan.write_section": ({"commune_official", "commune_chair"}, {"drafting"}),
    "plan.set_targets": ({"commune_official", "commune_chair"}, {"drafting"}),
    "plan.put_work": ({"commune_official", "commune_chair"}, {"drafting"}),
    "plan.remove_work": ({"commune_official", "commune_chair"}, {"drafting"}),
    "result.report": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned", "reviewing", "appraising"},
    ),
    "result.attach": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned", "reviewing", "appraising"},
    ),
    "result.detach": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned", "reviewing", "appraising"},
    ),
    "plan.report_payments": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned"},
    ),
    "consultation.open": ({"commune_chair"}, {"implementing"}),
    "consultation.republish": ({"commune_chair"}, {"consulting"}),
    "consultation.broadcast": ({"commune_official", "commune_chair"}, {"consulting"}),
    "consultation.remove_broadcast": ({"commune_official", "commune_chair"}, {"consulting"}),
    "consultation.front_opinion": ({"front_officer"}, {"consulting"}),
    "consultation.opinion": ({"commune_official", "commune_chair"}, {"consulting"}),
    "consultation.summarise": ({"commune_official", "commune_chair"}, {"consulting"}),
    "consultation.vote": ({"commune_official", "commune_chair"}, {"consulting"}),
    "result.replace": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned", "reviewing", "appraising"},
    ),
    "result.restore": (
        {"commune_official", "commune_chair"},
        {"implementing", "consulting", "returned", "reviewing", "appraising"},
    ),
    "dossier.register": ({"commune_chair"}, set()),
    "dossier.submit": ({"commune_chair"}, {"consulting", "returned"}),
    "district.accept": ({"district_officer"}, {"district_review"}),
    "district.guide": ({"district_officer"}, {"district_review"}),
    "district.publish_list": ({"district_officer"}, {"district_review"}),
    "district.front_opinion": ({"front_officer"}, {"district_review"}),
    "district.opinion": ({"district_officer"}, {"district_review"}),
    "district.summarise": ({"district_officer"}, {"district_review"}),
    "survey.record": ({"front_officer"}, {"district_review"}),
    "district.vote": ({"district_officer"}, {"district_review"}),
    "division.sign": ({"division_head"}, {"district_review"}),
    "dossier.verify": ({"district_officer"}, {"district_review"}),
    "dossier.forward": ({"district_chair"}, {"district_review"}),
    "dossier.return": ({"district_chair"}, {"district_review"}),
    "dossier.accept": ({"coordination_officer"}, {"provincial_intake"}),
    "dossier.return_at_intake": ({"coordination_officer"}, {"provincial_intake"}),
    "opinion.find": ({"department_officer", "department_head"}, {"appraising"}),
    "opinion.sign": ({"department_head"}, {"appraising"}),
    "opinion.ask_supplement": ({"department_head"}, {"appraising"}),
    "opinion.withdraw_request": ({"department_head"}, {"appraising"}),
    "opinion.go_on": ({"department_head"}, {"appraising"}),
    "opinion.correct": ({"department_head"}, {"appraising", "consolidating"}),
    "supplement.write": ({"commune_official", "commune_chair"}, {"appraising"}),
    "supplement.send": ({"commune_chair"}, {"appraising"}),
    "dossier.consolidate": ({"coordination_officer"}, {"consolidating"}),
    "dossier.request_completion": ({"coordination_officer"}, {"consolidating"}),
    "dossier.submit_completion": ({"commune_chair"}, {"returned"}),
    "council.pass": ({"council_secretary"}, {"council"}),
    "debt.confirm": ({"department_head"}, {"appraising", "consolidating"}),
    "security.confirm": ({"department_head"}, {"appraising", "consolidating"}),
    "batch.put": (
        {"coordination_officer"},
        {"provincial_intake", "appraising", "consolidating", "council"},
    ),
    "council.pass_with_conditions": ({"council_secretary"}, {"council"}),
    "conditions.report": ({"commune_chair"}, {"deciding"}),
    "conditions.confirm": ({"coordination_officer"}, {"deciding"}),
    "conditions.reject": ({"coordination_officer"}, {"deciding"}),
    "council.fail": ({"council_secretary"}, {"council"}),
    "decision.recognise": ({"provincial_chair"}, {"deciding"}),
    "decision.refuse": ({"provincial_chair"}, {"deciding"}),
    "recognition.publish": ({"district_chair"}, {"recognised"}),
    "deadline.extend_departments": ({"coordination_officer"}, {"appraising", "revocation_appraising"}),
    "deadline.extend_answer": ({"department_head"}, {"appraising"}),
    "deadline.extend_office": ({"provincial_chair"}, {"revocation_intake", "revocation_reporting"}),
    "deadline.extend_commune": (
        {"district_chair", "coordination_officer"},
        {"reviewing", "revocation_hearing"},
    ),
    "deadline.extend_preparation": (
        {"district_chair"},
        {"drafting", "implementing", "consulting", "returned"},
    ),
    "deadline.extend_completion": ({"coordination_officer"}, {"returned"}),
    "deadline.extend_district_chair": ({"coordination_officer"}, {"review_submitted", "revocation_hearing"}),
    "deadline.extend_front": ({"district_chair", "commune_chair"}, {"revocation_hearing"}),
    "eligibility.prior_title": (
        {"commune_official", "commune_chair"},
        {"drafting", "implementing", "consulting", "returned"},
    ),
    "eligibility.choose_field": ({"commune_official", "commune_chair"}, {"drafting", "implementing"}),
    "dossier.move": (
        {"coordination_officer"},
        {
            *("drafting", "plan_submitted", "implementing", "consulting", "district_review"),
            *("provincial_intake", "appraising", "consolidating", "council", "deciding", "recognised"),
            "returned",
        },
    ),
    "deadline.extend_district": (
        {"district_chair"},
        {"plan_submitted", "district_review", "review_submitted", "revocation_hearing"},
    ),
    "review.open": ({"coordination_officer"}, set()),
    "review.cancel": ({"coordination_officer"}, {"reviewing"}),
    "review.submit": ({"commune_chair"}, {"reviewing"}),
    "review.correct": (
        {"district_officer", "district_chair", "coordination_officer"},
        {"review_submitted"},
    ),
    "review.examine": ({"district_officer"}, {"review_submitted"}),
    "review.confirm": ({"district_chair", "coordination_officer"}, {"review_submitted"}),
    "review.return": ({"district_chair", "coordination_officer"}, {"review_submitted"}),
    "revocation.open": ({"district_officer", "commune_official", "commune_chair"}, set()),
    "revocation.republish": (
        {"district_officer", "commune_official", "commune_chair"},
        {"revocation_hearing"},
    ),
    "revocation.front_opinion": ({"front_officer"}, {"revocation_hearing"}),
    "revocation.summarise": (
        {"district_officer", "commune_official", "commune_chair"},
        {"revocation_hearing"},
    ),
    "revocation.propose": ({"district_chair", "commune_chair"}, {"revocation_hearing"}),
    "revocation.withdraw": (
        {"district_chair", "commune_chair"},
        {"revocation_hearing", "revocation_intake", "revocation_appraising", "revocation_reporting"},
    ),
    "revocation.dispatch": ({"coordination_officer"}, {"revocation_intake"}),
    "revocation.return": ({"coordination_officer"}, {"revocation_intake"}),
    "opinion.on_revocation": ({"department_head"}, {"revocation_appraising"}),
    "revocation.report": ({"coordination_officer"}, {"revocation_reporting"}),
    "revocation.revoke": ({"provincial_chair"}, {"revocation_deciding"}),
    "revocation.keep": ({"provincial_chair"}, {"revocation_deciding"}),
    "revocation.publish": ({"district_chair", "commune_chair"}, {"revoked"}),
    "plan.recall": ({"commune_chair"}, {"plan_submitted"}),
    "dossier.recall": ({"commune_chair"}, {"district_review"}),
    "dossier.recall_resubmission": ({"commune_chair"}, {"district_review"}),
    "dossier.recall_forwarding": ({"district_chair"}, {"provincial_intake"}),
    "submission.open_at_district": (
        {"district_officer", "district_chair"},
        {"plan_submitted", "district_review"},
    ),
    "submission.open_at_province": ({"coordination_officer"}, {"provincial_intake"}),
    "work.take": (DOERS, OPEN_STATES),
    "work.release": (DOERS, OPEN_STATES),
    "work.reassign": (HANDS_OVER, OPEN_STATES),
    "dossier.withdraw": (
        {"commune_chair"},
        {
            "drafting",
            "plan_submitted",
            "implementing",
            "consulting",
            "district_review",
            "provincial_intake",
            "appraising",
            "consolidating",
            "returned",
        },
    ),
}
#: Of the Front's acts those that its officer at the district does; the others are the commune's.
OF_DISTRICTS_FRONT = {"survey.record", "district.front_opinion"}
#: Acts of one department that the procedure names, with who that is.
CONFIRMING = {"debt.confirm": debt_agency_id, "security.confirm": security_agency_id}


#: During the appraisal these also ask that a department waits for a supplement.
OF_SUPPLEMENTS = {
    "result.report",
    "result.attach",
    "result.detach",
    "result.replace",
    "result.restore",
    "opinion.withdraw_request",
    "opinion.go_on",
    "supplement.write",
    "supplement.send",
    "deadline.extend_answer",
}


#: Also depend on where the dossier was returned from, on what was found, on the title, and on whose turn it is.
NEEDS_MORE = {
    "dossier.submit_completion",
    "dossier.request_completion",
    "dossier.recall_resubmission",
    "eligibility.choose_field",
    "work.take",
    "work.release",
    "work.reassign",
}


#: What differs where there is no district: the province receives what communes submit.
WITHOUT_DISTRICT = {
    "plan.appraise": ({"coordination_officer"}, {"plan_submitted"}),
    "plan.approve": ({"provincial_chair"}, {"plan_submitted"}),
    "plan.return": ({"provincial_chair"}, {"plan_submitted"}),
    "dossier.verify": ({"coordination_officer"}, {"provincial_intake"}),
    "recognition.publish": ({"provincial_chair"}, {"recognised"}),
    "deadline.extend_office": (
        {"provincial_chair"},
        {
            *("plan_submitted", "provincial_intake", "review_submitted"),
            *("revocation_intake", "revocation_reporting"),
        },
    ),
    "deadline.extend_district_chair": ({"coordination_officer"}, set()),
    "deadline.extend_preparation": (
        {"coordination_officer"},
        {"drafting", "implementing", "consulting", "returned"},
    ),
    "dossier.recall": ({"commune_chair"}, {"provincial_intake"}),
    "dossier.recall_resubmission": ({"commune_chair"}, {"provincial_intake"}),
    "submission.open_at_province": ({"coordination_officer"}, {"plan_submitted", "provincial_intake"}),
}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == matrix_page(), "run: python manage.py permission_matrix"


def test_every_cell_is_what_the_procedure_says() -> None:
    acts = {act.name: act for act in all_acts()}
    assert set(acts) == set(PROCEDURE)
    for level, procedure in (
        (ReceivingLevel.DISTRICT, PROCEDURE),
        (ReceivingLevel.PROVINCE, {**PROCEDURE, **WITHOUT_DISTRICT}),
    ):
        for name, (roles, states) in procedure.items():
            for role in Role:
                for state in State:
                    expected = role in roles and state in states
                    assert allows(role, state, acts[name], level) is expected, (level, role, state, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state",
    [
        State.DRAFTING,
        State.PLAN_SUBMITTED,
        State.IMPLEMENTING,
        State.CONSULTING,
        State.DISTRICT_REVIEW,
        State.APPRAISING,
        State.CONSOLIDATING,
        State.COUNCIL,
        State.DECIDING,
        State.RECOGNISED,
        State.PUBLISHED,
    ],
)
def test_real_people_at_a_real_dossier_agree_with_the_page(world: World, state: State) -> None:
    journey: Journey = world.dossier(state, files=1)
    for role in Role:
        for act in all_acts():
            if role is Role.FRONT_OFFICER and act.name in OF_DISTRICTS_FRONT:
                actor = journey.district_front
            elif role is Role.DEPARTMENT_HEAD and act.name in CONFIRMING:
                actor = world.people.at(CONFIRMING[act.name](journey.dossier), role)
            else:
                actor = world.actor(role, of=journey.dossier)
            open_now = act.is_open_to(actor, journey.dossier)
            if state == State.APPRAISING and act.name in {*OF_SUPPLEMENTS, "opinion.correct"}:
                assert not open_now, (role, act.name)  # nobody asked yet, and nobody signed
                continue
            if act.name.startswith("conditions.") or act.name == "division.sign":
                continue  # also depend on whether the council set conditions, or the district asked its divisions
            if act.name in NEEDS_MORE:
                continue
            assert open_now is allows(role, state, act), (role, state, act.name)
