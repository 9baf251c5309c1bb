"""The gates by code, and asking them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dossiers.acts.errors import Refusal
from dossiers.procedures import GateRule, get_procedure

from .answers import Answer

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: Looks at a dossier by a rule of its procedure. Reads only, by a fixed number of queries.
Gate = Callable[["Dossier", GateRule], Answer]

_gates: dict[str, Gate] = {}


def gate(code: str) -> Callable[[Gate], Gate]:
    """Decorator: make a gate known under the code that procedures name. Raises ValueError when it is taken."""

    def register(function: Gate) -> Gate:
        if code in _gates:
            raise ValueError(f"gate {code} is registered twice")
        _gates[code] = function
        return function

    return register


def registered() -> frozenset[str]:
    """Return the codes of all gates."""
    return frozenset(_gates)


@dataclass(frozen=True)
class Standing:
    """One rule of the procedure, by its code, and what its gate says of the dossier now."""

    procedure: str
    rule: GateRule
    answer: Answer


#: What gates have answered of one dossier, by their codes: a page about several acts asks each gate once.
Answers = dict[str, Answer]


def standings(
    dossier: Dossier, rules: Iterable[GateRule] | None = None, known: Answers | None = None
) -> list[Standing]:
    """Return how the dossier stands before the rules, by default all of its procedure, in their order.

    Gates in ``known`` are not asked again; those that are asked are added to it.
    """
    asked = get_procedure(dossier.procedure).gates if rules is None else rules
    answers: Answers = {} if known is None else known
    found = []
    for rule in asked:
        if rule.code not in answers:
            answers[rule.code] = _gates[rule.code](dossier, rule)
        found.append(Standing(dossier.procedure, rule, answers[rule.code]))
    return found


def refusals_at(act: str, dossier: Dossier, known: Answers | None = None) -> list[Refusal]:
    """Return what the gates before an act still lack; empty when the act may be done, or has no gates."""
    rules = get_procedure(dossier.procedure).gates_at(act)
    return [refusal for one in standings(dossier, rules, known) for refusal in one.answer.refusals]


def missing_at(act: str, dossier: Dossier, known: Answers | None = None) -> list[Refusal]:
    """Return the same of those gates only whose stage the dossier has reached: what can be worked on now."""
    from dossiers.dossier.models import State

    order = list(State)
    reached = [
        rule
        for rule in get_procedure(dossier.procedure).gates_at(act)
        if order.index(State(rule.stage)) <= order.index(State(dossier.state))
    ]
    return [refusal for one in standings(dossier, reached, known) for refusal in one.answer.refusals]
