"""Every version has its flow; what several versions have in common is alike in all of them."""

from __future__ import annotations

from typing import Any

import pytest

from dossiers.dossier.models import Dossier, State, transition_sources
from dossiers.procedures import ReceivingLevel, get_procedure, procedures
from workflows.engine import flow_of
from workflows.moves.acts import TRANSITIONS
from workflows.nodes import ActNode

THREE, TWO = "nang-cao-3-cap-2022", "nang-cao-2-cap-2025"
#: What a version without districts does differently on purpose, by step: who does it, or where it leads.
DIFFERENT = {
    *("appraise_plan", "decide_plan", "consult", "verify", "complete", "intake", "check_debt", "publish"),
}


def _steps(code: str) -> dict[str, ActNode]:
    nodes = flow_of(code).instance.nodes()
    return {node.name: node for node in nodes if isinstance(node, ActNode)}


def _shape(node: ActNode) -> tuple[Any, ...]:
    routes = [(act.name, target.name if target else None) for act, target in node.routes]
    return str(node.task_title), node.role, node.states, routes, [one.name for one in node.asides]


@pytest.mark.parametrize("code", sorted(procedures()))
def test_every_version_has_a_flow_of_its_own_whose_steps_lead_to_one_another(code: str) -> None:
    flow = flow_of(code)
    assert flow.procedure == code
    for node in flow.instance.nodes():
        assert node.flow_class is flow
        for edge in node._outgoing():
            assert edge.dst.flow_class is flow, (node.name, edge.dst.name)
    assert {node.clock for node in _steps(code).values()} == set(get_procedure(code).steps)


@pytest.mark.parametrize("receiving", list(ReceivingLevel))
def test_titles_of_one_tier_have_the_same_steps(receiving: ReceivingLevel) -> None:
    """Điều 5 of Quyết định 18/2022/QĐ-TTg is written for the three titles together."""
    codes = [one.code for one in procedures().values() if one.receiving and one.receiving.level is receiving]
    assert len(codes) == 3
    first, *others = ({name: _shape(node) for name, node in _steps(code).items()} for code in codes)
    assert all(other == first for other in others)


def test_without_districts_only_what_the_district_did_is_different() -> None:
    three, two = _steps(THREE), _steps(TWO)
    assert set(two) <= set(three)
    for name, node in two.items():
        shapes = _shape(three[name]), _shape(node)
        assert (shapes[0] != shapes[1]) is (name in DIFFERENT), (name, shapes)
    for node in two.values():
        assert "huyện" not in str(node.task_title).lower() and State.DISTRICT_REVIEW not in node.states
        assert not node.role.startswith("district")


@pytest.mark.parametrize("code", [code for code, one in procedures().items() if one.takes_over])
def test_what_a_version_says_of_dossiers_in_flight_fits_both_flows(code: str) -> None:
    steps = _steps(code)
    for source, rule in get_procedure(code).takes_over.items():
        before = _steps(source)
        assert set(rule.steps) | set(rule.waits_for) <= set(before)
        assert set(rule.steps.values()) - {None} <= set(steps)
        for change in rule.states.items():
            transition = TRANSITIONS[State(change[0]), State(change[1])]
            assert change[0] in transition_sources(Dossier, transition)
        for name, node in before.items():
            becomes = rule.steps.get(name, name)
            if becomes is None or name in rule.waits_for:
                continue
            after = steps.get(becomes)
            assert after is not None, f"{name} of {source} has no step in {code}: work there could not go on"
            assert {rule.states.get(one, one) for one in node.states} == after.states
