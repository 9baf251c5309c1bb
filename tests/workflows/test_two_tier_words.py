"""Where there is no district, no page of a dossier speaks of one, nor of Hà Nam's plan for three levels.

Facts of the past stay: that there is no district any more, and that a period is as it was in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.html import strip_tags

from dossiers.acts import all_acts
from dossiers.criteria.models import Criterion, Indicator
from dossiers.debts.figures import debt_agency_id
from dossiers.dossier.models import State
from dossiers.organisations.models import AgencyKind, Role
from dossiers.plans.acts import CapitalInput, PutWork
from dossiers.plans.models import CapitalSource
from dossiers.policies import Actor
from dossiers.procedures import procedures
from dossiers.security.findings import security_agency_id
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.law import procedure_laws

pytestmark = pytest.mark.django_db
PAST = re.compile(r"(không còn|hết) cấp huyện|cấp huyện trước đây")
FORBIDDEN = re.compile(r"[Hh]uyện|1465")
LINK = re.compile(r'href="(/[^"#?]*)')
#: Pages that are not about one dossier, and files.
ELSEWHERE = {"law", "criteria_law", "procedure_bpmn", "results:archive"}


def _people(journey: Journey, state: State) -> Iterator[Actor]:
    """Yield an inspector, who sees all there is, and those who have something to do in the state."""
    province = journey.programme.province
    yield journey.people.of_kind(province, AgencyKind.INSPECTORATE, Role.INSPECTOR)
    match state:
        case State.DRAFTING | State.IMPLEMENTING:
            yield from (journey.official, journey.chair)
        case State.CONSULTING:
            yield from (journey.official, journey.chair, journey.front)
        case State.APPRAISING:
            department = journey.results().exclude(department=None)[0].department
            assert department is not None
            yield journey.people.at(department, Role.DEPARTMENT_OFFICER)
            yield journey.people.at(department, Role.DEPARTMENT_HEAD)
            yield journey.people.at(debt_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
            yield journey.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
            yield from (journey.office, journey.chair)
        case State.COUNCIL:
            yield journey.people.of_kind(province, AgencyKind.APPRAISAL_COUNCIL, Role.COUNCIL_SECRETARY)
        case _:
            yield from (journey.office, journey.receiving_chair)


def _pages(client: Client, journey: Journey, seen: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield address and contents of every kind of page that can be reached and was not seen; the first ones always."""
    pk = journey.dossier.pk
    first = [reverse("home"), reverse("dossier:overview", args=[pk])]
    waiting = list(first)
    while waiting:
        address = waiting.pop()
        try:
            match = resolve(address)
        except Resolver404:
            continue
        kind = (match.view_name, match.kwargs.get("slug", ""))
        if (kind in seen and address not in first) or match.view_name in ELSEWHERE:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        # What is closed to one person, as links beside a gate may be, is open to another.
        seen.add(kind)
        text = answer.content.decode()
        yield address, text
        if address == first[1] or address not in first:
            waiting += [link for link in LINK.findall(text) if f"/ho-so/{pk}/" in link and link not in first]


def _said(text: str, names: list[str]) -> list[str]:
    """Return what a page says of districts, but for the names of criteria and facts of the past."""
    words = " ".join(strip_tags(re.sub(r"<(script|style).*?</\1>", "", text, flags=re.S)).split())
    for name in names:
        words = words.replace(name, "")
    words = PAST.sub("", words)
    return [words[max(0, hit.start() - 60) : hit.end() + 60] for hit in FORBIDDEN.finditer(words)]


def test_no_page_of_a_dossier_speaks_of_a_district(world: World, client: Client) -> None:
    ninh_binh = world.two_tiers()
    journey = ninh_binh.journey()
    set_ = ninh_binh.programme.criteria_set
    names = [" ".join(one.name.split()) for one in Indicator.objects.filter(criterion__set=set_)]
    names += [one.name for one in Criterion.objects.filter(set=set_)]
    hints = {hint for one in Indicator.objects.filter(criterion__set=set_) for hint in one.evidence_hints}
    names = sorted({*names, *hints}, key=len, reverse=True)
    found: dict[tuple[str, str], str] = {}
    visited: set[str] = set()
    states = [
        State.DRAFTING,
        State.PLAN_SUBMITTED,
        State.IMPLEMENTING,
        State.CONSULTING,
        State.PROVINCIAL_INTAKE,
    ]
    states += [
        State.APPRAISING,
        State.CONSOLIDATING,
        State.COUNCIL,
        State.DECIDING,
        State.RECOGNISED,
        State.PUBLISHED,
    ]
    for state in states:
        journey.advance_to(state, files=1)
        seen: set[tuple[str, str]] = set()
        for actor in _people(journey, state):
            client.force_login(actor.user)
            for address, text in _pages(client, journey, seen):
                match = resolve(address)
                visited.add(str(match.kwargs.get("slug") or match.view_name))
                for said in _said(text, names):
                    found[(str(match.view_name), said)] = f"{state} {actor.role} {address}"
    assert not found, "\n".join(f"{where}: …{said}… ({at})" for (where, said), at in found.items())
    assert {
        "tham-dinh-de-an",
        "phe-duyet-de-an",
        "tham-tra",
        "cong-bo",
        "recognition:papers",
        "plans:works",
    } <= visited
    assert {
        "dossier:history",
        "dossier:conditions",
        "ky-tham-dinh",
        "trinh-hoi-dong",
        "xac-nhan-no-dong",
    } <= visited


def test_no_step_act_or_gate_of_a_version_without_a_district_names_one() -> None:
    laws = [law for law in procedure_laws() if "-2-cap-" in law.procedure.code]
    assert len(laws) == 5
    for law in laws:
        said = [f"{step.title} {step.agency}" for step in law.steps]
        said += [f"{one.act.label} {one.basis.citation}" for step in law.steps for one in step.outcomes]
        said += [f"{act.label} {basis.citation}" for act, basis in law.other_acts]
        said += [f"{gate.title} {gate.citation} {gate.source}" for gate in law.procedure.gates]
        said += [one.source for one in law.procedure.steps.values()]
        assert [text for text in said if FORBIDDEN.search(PAST.sub("", text))] == []


def test_bases_in_the_data_are_of_acts_that_exist() -> None:
    names = {act.name for act in all_acts()}
    for procedure in procedures().values():
        assert set(procedure.bases) <= names


def test_the_budget_of_a_district_is_no_source_where_there_is_none(world: World, client: Client) -> None:
    journey = world.two_tiers().dossier(State.DRAFTING)
    client.force_login(journey.official.user)
    page = client.get(reverse("plans:add_work", args=[journey.dossier.pk])).content.decode()
    assert "Ngân sách xã" in page and "Ngân sách huyện" not in page
    act = PutWork(
        actor=journey.official,
        dossier=journey.dossier,
        title="Đường trục",
        total=10,
        due_year=2025,
        due_quarter=1,
        capital=[CapitalInput(CapitalSource.DISTRICT, 2025, 10)],
    )
    assert [one.code for one in act.refusals()] == ["source"]
    three = world.dossier(State.DRAFTING, files=0)
    client.force_login(three.official.user)
    page = client.get(reverse("plans:add_work", args=[three.dossier.pk])).content.decode()
    assert "Ngân sách huyện" in page
