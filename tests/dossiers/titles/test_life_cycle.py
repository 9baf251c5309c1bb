"""Random officials do legal and illegal things to a title's reviews and its revocation; the invariants must hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dossiers.acts import ActRefused, DossierAct, all_acts
from dossiers.dossier.models import Dossier, Purpose, State, transition_sources
from dossiers.organisations.models import Agency, AgencyKind, Level, Role
from dossiers.policies import Actor
from dossiers.recognition.models import DecisionKind
from dossiers.results.acts import FigureInput
from dossiers.titles.models import Review, Revocation, RevocationOpinion, Title, TitleStatus
from dossiers.titles.standings import assessment_of, revocation_procedure
from storage import ledger
from tests.dossiers.titles.conftest import UNMET, entered
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.engine import in_step

#: Acts on a dossier about a title; what opens one is a rule of its own.
OF_TITLES = ("review.", "revocation.", "opinion.on_revocation", "result.report")
ACTS = {act.name: act for act in all_acts() if act.name.startswith(OF_TITLES) and act.lawful_states()}
NAMES = sorted(ACTS)


def inputs_for(act: type[DossierAct], afterwards: Afterwards, good: bool) -> dict[str, Any]:
    """Return inputs of an act: plausible ones, or ones that must be refused."""
    text = "Nội dung" if good else " "
    today = timezone.localdate() + timedelta(days=0 if good else 3)
    paper = afterwards.paper()
    first = afterwards.results().first()
    decision = {"number": text, "signed_on": today, "reasons": text, "document": paper}
    inputs: dict[str, dict[str, Any]] = {
        "result.report": {"rows": [FigureInput(first.pk if first else 0, "true" if good else "-4")]},
        "review.submit": {"statement": text},
        "review.correct": {
            "result": first.pk if first else 0,
            "verdict": "not_met" if good else "",
            "reason": text,
        },
        "review.examine": {"recommends_confirming": True, "summary": text},
        "review.confirm": {"number": text, "dated_on": today},
        "review.return": {"reasons": text},
        "review.cancel": {"reasons": text},
        "revocation.republish": {
            "first_day": today - timedelta(days=30),
            "places": text,
            "document": paper,
        },
        "revocation.front_opinion": {
            "number": text,
            "dated_on": today - timedelta(days=1),
            "stance": "for",
            "document": paper,
        },
        "revocation.summarise": {"dated_on": today, "summary": text, "document": paper},
        "revocation.propose": {"number": text, "dated_on": today, "document": paper},
        "revocation.withdraw": {"reasons": text},
        "revocation.return": {"reasons": text},
        "opinion.on_revocation": {"agrees": good, "reasons": text, "number": text},
        "revocation.report": {"report": text},
        "revocation.revoke": decision,
        "revocation.keep": decision,
        "revocation.publish": {"published_on": today, "channel": text},
    }
    return inputs.get(act.name, {})


class TitleLifeCycle(RuleBasedStateMachine):
    """One title that starts before its review, in it, or under revocation, and everybody who may or may not act."""

    world: World
    people: list[Actor]
    stages: dict[str, tuple[int, int]]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.afterwards: Afterwards | None = None

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    @rule(data=st.data())
    def start(self, data: st.DataObject) -> None:
        if self.afterwards is not None:
            return
        title_id, dossier_id = self.stages[data.draw(st.sampled_from(sorted(self.stages)))]
        title = Title.objects.select_related("commune__parent").get(pk=title_id)
        self.afterwards = Afterwards(self.world.people, title)
        self.afterwards.go_on_with(Dossier.objects.get(pk=dossier_id))

    @rule(name=st.sampled_from(NAMES), who=st.integers(0, 10_000), good=st.booleans())
    def attempt(self, name: str, who: int, good: bool) -> None:
        """Somebody tries something: mostly the wrong person at the wrong time."""
        if self.afterwards is not None:
            self._try(ACTS[name], self.people[who % len(self.people)], good)

    @rule(pick=st.integers(0, 10_000), good=st.booleans())
    def attempt_allowed(self, pick: int, good: bool) -> None:
        """Somebody who may, does what is open to them."""
        if self.afterwards is None:
            return
        dossier = self.afterwards.refresh()
        open_now = [
            (actor, act)
            for act in (ACTS[name] for name in NAMES)
            if act.is_lawful_for(dossier)
            for actor in self.people
            if act.authority.denial(actor, dossier) is None
        ]
        if open_now:
            actor, act = open_now[pick % len(open_now)]
            self._try(act, actor, good)

    @rule(extraordinary=st.booleans())
    def go_on(self, extraordinary: bool) -> None:
        """The office opens the next review; where the last one falls under the rule the district opens a case."""
        if self.afterwards is None:
            return
        latest = Review.objects.filter(title=self.afterwards.title, meets__isnull=False).first()
        self.afterwards.paper()
        try:
            with transaction.atomic():
                if latest is not None and not extraordinary:
                    self.afterwards.open_revocation(latest)
                else:
                    self.afterwards.open_review(2025)
        except ActRefused:
            self.afterwards.refresh()

    def _try(self, act: type[DossierAct], actor: Actor, good: bool) -> None:
        assert self.afterwards is not None
        dossier = self.afterwards.refresh()
        before, lawful = dossier.state, act.is_lawful_for(dossier)
        status = self.afterwards.title.status
        entries = ledger.verify(dossier.stream).entries
        # Outside of what a refusal takes back: the file is used again by the next act.
        inputs = inputs_for(act, self.afterwards, good)
        try:
            with transaction.atomic():
                act(actor=actor, dossier=dossier, **inputs).perform()
        except ActRefused:
            assert self.afterwards.refresh().state == before
            assert ledger.verify(dossier.stream).entries == entries
            assert self.afterwards.title.status == status
        else:
            assert lawful, f"{act.name} was done in {before}"
            self._assert_authority(actor, act, dossier)
            assert ledger.verify(dossier.stream).entries == entries + 1
            after = self.afterwards.refresh().state
            if act.transition:
                assert before in transition_sources(Dossier, act.transition) and after != before
            changed = self.afterwards.title.status != status
            assert changed is (act.name == "revocation.revoke"), "only the decision changes the title"

    def _assert_authority(self, actor: Actor, act: type[DossierAct], dossier: Dossier) -> None:
        """Said anew, without the policies' own code: role, level and assignment."""
        commune = dossier.commune
        place = {
            Level.COMMUNE: commune.pk,
            Level.DISTRICT: commune.parent_id,
            Level.PROVINCE: dossier.province_id,
        }
        assert actor.unit.pk == place[Level(actor.unit.level)]
        if act.name in ("revocation.revoke", "revocation.keep"):
            assert actor.role is Role.PROVINCIAL_CHAIR
        if act.name.startswith(("revocation.propose", "revocation.publish", "review.confirm")):
            assert actor.role is Role.DISTRICT_CHAIR, "three levels of government"
        if actor.role is Role.DEPARTMENT_HEAD:
            assert RevocationOpinion.objects.filter(
                revocation=dossier.pk, department=actor.agency, signed_by=actor.user
            ).exists()

    @invariant()
    def state_and_flow_agree(self) -> None:
        if self.afterwards is not None:
            assert in_step(self.afterwards.refresh())

    @invariant()
    def the_title_is_revoked_by_a_decision_and_nothing_else(self) -> None:
        if self.afterwards is None:
            return
        title = self.afterwards.title
        decided = Revocation.objects.filter(title=title, dossier__decision__kind=DecisionKind.REVOKE)
        assert (title.status == TitleStatus.REVOKED) is decided.exists()
        for case in decided:
            found = assessment_of(case.review, revocation_procedure(in_district=True).revocation_rule)
            assert found is not None and found.falls_under
        assert Revocation.objects.filter(title=title, is_open=True).count() <= 1

    @invariant()
    def what_is_known_is_what_the_latest_review_found(self) -> None:
        if self.afterwards is None:
            return
        title = self.afterwards.title
        latest = Review.objects.filter(title=title, meets__isnull=False).first()
        assert title.meets_set is (latest.meets if latest else None)
        assert (title.short_since is not None) is (title.meets_set is False)

    @invariant()
    def histories_are_unbroken(self) -> None:
        if self.afterwards is not None:
            for stream in (self.afterwards.dossier.stream, self.afterwards.title.stream):
                assert ledger.verify(stream).ok


def _stages(world: World) -> dict[str, tuple[int, int]]:
    """Bring one title to each stage: before, in and after its review, and along its revocation."""
    communes = iter(one for one in world.communes() if one.parent and one.parent.code == "347")
    stages = {}
    under_revocation = [
        State.REVOCATION_HEARING,
        State.REVOCATION_INTAKE,
        State.REVOCATION_APPRAISING,
        State.REVOCATION_REPORTING,
        State.REVOCATION_DECIDING,
        State.REVOKED,
    ]
    afterwards = entered(world, next(communes).name)
    afterwards.open_review(2025)
    stages["reviewing"] = (afterwards.title.pk, afterwards.dossier.pk)
    afterwards = entered(world, next(communes).name)
    afterwards.open_review(2025)
    afterwards.report_criteria_unmet(UNMET)
    afterwards.submit_review()
    stages["review_submitted"] = (afterwards.title.pk, afterwards.dossier.pk)
    for state in under_revocation:
        afterwards = entered(world, next(communes).name)
        afterwards.revoke_by(afterwards.review(2025, criteria_unmet=UNMET), state)
        assert afterwards.dossier.purpose == Purpose.REVOCATION
        stages[state.value] = (afterwards.title.pk, afterwards.dossier.pk)
    return stages


@pytest.mark.django_db
def test_random_officials_never_take_a_title_away_but_by_the_procedure(world: World) -> None:
    TitleLifeCycle.world = world
    TitleLifeCycle.stages = _stages(world)
    city = {title.commune for title in Title.objects.select_related("commune__parent")}
    agencies = Agency.objects.filter(
        unit__in=city | {one.parent for one in city},
        kind__in=[AgencyKind.PEOPLES_COMMITTEE, AgencyKind.FATHERLAND_FRONT],
    )
    ids = {agency.pk for agency in agencies} | set(world.province.agencies.values_list("pk", flat=True))
    TitleLifeCycle.people = [
        actor for (agency, _role), actor in world.people._actors.items() if agency in ids
    ]
    run_state_machine_as_test(
        TitleLifeCycle,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
