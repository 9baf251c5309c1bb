"""A procedure version, read from the YAML files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


class DayUnit(StrEnum):
    """How a period is counted. Decrees that only say "ngày" mean calendar days."""

    WORKING = "working"
    CALENDAR = "calendar"


class Denominator(StrEnum):
    """What the votes in favour are divided by."""

    MEMBERS = "members"
    PRESENT = "present"


@dataclass(frozen=True)
class Duration:
    """A period for one step. ``verified`` is False until compared with the gazette.

    ``max_extension_days`` is how much longer, in the same unit, whoever set the period may make it; 0: not at all.
    """

    days: int
    unit: DayUnit
    source: str
    verified: bool
    max_extension_days: int


@dataclass(frozen=True)
class VoteRule:
    """When a vote passes: quorum in percent of the members, threshold in percent of the denominator."""

    threshold_percent: Decimal
    denominator: Denominator
    quorum_percent: Decimal
    source: str
    verified: bool

    def has_quorum(self, *, members: int, present: int) -> bool:
        return Decimal(present * 100) >= self.quorum_percent * members

    def passes(self, *, members: int, present: int, in_favour: int) -> bool:
        base = members if self.denominator is Denominator.MEMBERS else present
        return base > 0 and Decimal(in_favour * 100) >= self.threshold_percent * base


@dataclass(frozen=True)
class GateRule:
    """What the procedure asks before an act: the code names the function that looks, the parameters its numbers.

    ``stage`` is the legal state from which on the commune works on it. ``verified`` is False until compared with the
    gazette.
    """

    code: str
    acts: tuple[str, ...]
    stage: str
    title: str
    citation: str
    source: str
    verified: bool
    parameters: Mapping[str, Any]

    def vote(self) -> VoteRule:
        """Return the rule of a vote that the parameters describe; without a quorum of its own."""
        return _vote(
            {"quorum_percent": 0, "source": self.source, "verified": self.verified, **self.parameters}
        )


@dataclass(frozen=True)
class SupplementRule:
    """How often a department may ask for a supplement in one round of appraisal.

    ``max_turns`` None: as often as needed.
    """

    max_turns: int | None = None
    source: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Procedure:
    """One version of the procedure. Dossiers pin the code; the data of a published code do not change."""

    code: str
    title: str
    legal_basis: str
    source: str
    verified: bool
    steps: dict[str, Duration]
    council: VoteRule
    gates: tuple[GateRule, ...]
    supplements: SupplementRule = SupplementRule()

    def gate(self, code: str) -> GateRule:
        """Return the gate with this code. Raises KeyError when the procedure has none."""
        return {rule.code: rule for rule in self.gates}[code]

    def gates_at(self, act: str) -> tuple[GateRule, ...]:
        """Return the gates before an act, in order."""
        return tuple(rule for rule in self.gates if act in rule.acts)


def _vote(row: Mapping[str, Any]) -> VoteRule:
    return VoteRule(
        threshold_percent=Decimal(str(row["threshold_percent"])),
        denominator=Denominator(row["denominator"]),
        quorum_percent=Decimal(str(row["quorum_percent"])),
        source=row["source"],
        verified=row["verified"],
    )


def _read(path: Path) -> Procedure:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = {
        name: Duration(
            days=row["days"],
            unit=DayUnit(row["unit"]),
            source=row["source"],
            verified=row["verified"],
            max_extension_days=row.get("max_extension_days", 0),
        )
        for name, row in data["steps"].items()
    }
    gates = tuple(GateRule(**{"parameters": {}, **row, "acts": tuple(row["acts"])}) for row in data["gates"])
    return Procedure(
        code=data["code"],
        title=data["title"],
        legal_basis=data["legal_basis"],
        source=data["source"],
        verified=data["verified"],
        steps=steps,
        council=_vote(data["council"]),
        gates=gates,
        supplements=SupplementRule(**data.get("supplements", {})),
    )


@cache
def procedures() -> dict[str, Procedure]:
    """Return every procedure version by code."""
    found = (_read(path) for path in sorted(DATA.glob("*.yaml")))
    return {procedure.code: procedure for procedure in found}


def get_procedure(code: str) -> Procedure:
    """Return the procedure with this code. Raises KeyError when there is none."""
    return procedures()[code]
