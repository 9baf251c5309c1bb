"""A procedure version, read from the YAML files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dossiers.organisations.reading import SAFE_LOADER

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
class RevocationRule:
    """When a title falls under revocation, by the share of criteria its commune does not meet.

    From ``alone_percent`` on in any case; from ``with_critical_percent`` on when a critical criterion is among them.
    ``compared_by`` names for each level of title the level of the criteria set it is held against.
    ``not_applicable_counts`` says whether criteria that do not apply are among all criteria (as met ones); otherwise
    they are left out. ``proposed_by`` is the level of government that gathers the case.
    """

    alone_percent: Decimal
    with_critical_percent: Decimal
    compared_by: Mapping[str, str]
    not_applicable_counts: bool
    proposed_by: str
    citation: str
    source: str
    verified: bool


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


class ReceivingLevel(StrEnum):
    """Which level receives what communes submit."""

    DISTRICT = "district"
    PROVINCE = "province"


@dataclass(frozen=True)
class Receiving:
    """Who appraises and approves the Đề án, verifies the dossier and publishes the recognition.

    With three levels of government that is the district. ``verified`` is False until compared with the gazette.
    """

    level: ReceivingLevel
    source: str
    verified: bool


@dataclass(frozen=True)
class Scope:
    """What a version is for: one level of title, the years of title, and when dossiers may be begun under it.

    ``title_level`` is a ``TitleLevel`` of criteria sets. ``ends_on`` is the last day, or None while it lasts.
    """

    title_level: str
    first_year: int
    last_year: int
    starts_on: date
    ends_on: date | None
    source: str
    verified: bool

    def covers(self, *, title_level: str, year: int, on: date) -> bool:
        """Say whether a dossier of this title and year may be begun under it on this day."""
        begun_in_time = self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)
        return title_level == self.title_level and self.first_year <= year <= self.last_year and begun_in_time


@dataclass(frozen=True)
class Succession:
    """What becomes of a dossier that was begun under another version: open steps and legal states by name.

    What is not named keeps its name; a step that becomes None ends with the move. A dossier is not moved while one of
    the steps in ``waits_for`` is open. ``source`` says why it may be moved.
    """

    steps: Mapping[str, str | None]
    states: Mapping[str, str]
    waits_for: tuple[str, ...]
    source: str
    verified: bool


@dataclass(frozen=True)
class Wording:
    """What a condition asks in the words of the law, of papers from ``starts_on`` until the next wording.

    ``verified`` is False until text and day were compared with the gazette.
    """

    starts_on: date
    text: str
    citation: str
    source: str
    verified: bool


@dataclass(frozen=True)
class SupplementRule:
    """How often a department may ask for a supplement in one round of appraisal.

    ``max_turns`` None: as often as needed.
    """

    max_turns: int | None = None
    source: str = ""
    verified: bool = False


@dataclass(frozen=True)
class ActBasis:
    """What an act rests on in one version, where that is not what the act itself names."""

    citation: str
    verified: bool


@dataclass(frozen=True)
class Procedure:
    """One version of the procedure. Dossiers pin the code; the data of a published code do not change.

    ``short_title`` tells it from the others where many are named at once.
    ``purpose`` is that of the dossiers that go by it. Only procedures of recognition have a scope, a receiving level
    and a council. ``takes_over`` names, by code, the versions from which dossiers in flight can be moved to this one.
    ``security_wordings`` are those of the condition on security and order, the earliest first. ``bases`` are, by the
    names of acts, what they rest on in this version where the articles that the acts name do not hold.
    """

    code: str
    title: str
    short_title: str
    legal_basis: str
    source: str
    verified: bool
    scope: Scope | None
    receiving: Receiving | None
    takes_over: Mapping[str, Succession]
    steps: dict[str, Duration]
    council_rule: VoteRule | None
    gates: tuple[GateRule, ...]
    supplements: SupplementRule = SupplementRule()
    purpose: str = "recognition"
    revocation: RevocationRule | None = None
    security_wordings: tuple[Wording, ...] = ()
    bases: Mapping[str, ActBasis] = field(default_factory=dict)

    @property
    def council(self) -> VoteRule:
        """The rule of the council's vote. Raises LookupError when the procedure has no council."""
        if self.council_rule is None:
            raise LookupError(f"{self.code} has no council")
        return self.council_rule

    @property
    def has_district(self) -> bool:
        """Say whether a district receives what communes submit."""
        return self.receiving is not None and self.receiving.level is ReceivingLevel.DISTRICT

    @property
    def revocation_rule(self) -> RevocationRule:
        """The rule of revocation. Raises LookupError when the procedure is about something else."""
        if self.revocation is None:
            raise LookupError(f"{self.code} is not about revocation")
        return self.revocation

    def gate(self, code: str) -> GateRule:
        """Return the gate with this code. Raises KeyError when the procedure has none."""
        return {rule.code: rule for rule in self.gates}[code]

    def has_gate(self, code: str) -> bool:
        """Say whether the procedure asks for what the gate with this code looks at."""
        return any(rule.code == code for rule in self.gates)

    def names_agency(self, code: str) -> bool:
        """Say whether a gate waits for the agency with this code."""
        return any(rule.parameters.get("agency") == code for rule in self.gates)

    def security_wording_on(self, day: date) -> Wording | None:
        """Return what the condition on security and order asks of a paper of this day, None before the first."""
        return next((one for one in reversed(self.security_wordings) if one.starts_on <= day), None)

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


def _receiving(row: Mapping[str, Any]) -> Receiving:
    return Receiving(**{**row, "level": ReceivingLevel(row["level"])})


def _revocation(row: Mapping[str, Any]) -> RevocationRule:
    return RevocationRule(
        **{
            **row,
            "alone_percent": Decimal(str(row["alone_percent"])),
            "with_critical_percent": Decimal(str(row["with_critical_percent"])),
        }
    )


def _read(data: Mapping[str, Any]) -> Procedure:
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
        short_title=data["short_title"],
        legal_basis=data["legal_basis"],
        source=data["source"],
        verified=data["verified"],
        scope=Scope(**data["scope"]) if "scope" in data else None,
        receiving=_receiving(data["receiving"]) if "receiving" in data else None,
        takes_over={
            code: Succession(
                **{"steps": {}, "states": {}, **row, "waits_for": tuple(row.get("waits_for", ()))}
            )
            for code, row in data.get("takes_over", {}).items()
        },
        steps=steps,
        council_rule=_vote(data["council"]) if "council" in data else None,
        gates=gates,
        supplements=SupplementRule(**data.get("supplements", {})),
        purpose=data.get("purpose", "recognition"),
        revocation=_revocation(data["revocation"]) if "revocation" in data else None,
        security_wordings=tuple(
            sorted(
                (Wording(**row) for row in data.get("security_wordings", ())), key=lambda one: one.starts_on
            )
        ),
        bases={
            act: ActBasis(row["citation"], row["verified"])
            for row in data.get("bases", ())
            for act in row["acts"]
        },
    )


def _completed(data: dict[str, Any], files: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a version's data with what it has in common with the version it is written from (``as_in``).

    Steps and gates are replaced by name, added at the end, and left out where ``without`` names them.
    """
    if "as_in" not in data:
        return data
    base = _completed(files[data["as_in"]], files)
    without = data.get("without", {})
    own = {row["code"]: row for row in data.get("gates", [])}
    gates = [
        own.pop(row["code"], row) for row in base["gates"] if row["code"] not in without.get("gates", [])
    ]
    steps = {name: row for name, row in base["steps"].items() if name not in without.get("steps", [])}
    common = {name: value for name, value in base.items() if name != "takes_over"}
    return {
        **common,
        **data,
        "scope": {**base["scope"], **data.get("scope", {})},
        "steps": {**steps, **data.get("steps", {})},
        "gates": [*gates, *own.values()],
    }


@cache
def procedures() -> dict[str, Procedure]:
    """Return every procedure version by code."""
    read = (
        yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
        for path in sorted(DATA.glob("*.yaml"))
    )
    files: dict[str, dict[str, Any]] = {data["code"]: data for data in read}
    return {code: _read(_completed(data, files)) for code, data in files.items()}


def get_procedure(code: str) -> Procedure:
    """Return the procedure with this code. Raises KeyError when there is none."""
    return procedures()[code]


def applicable(*, title_level: str, year: int, receiving: ReceivingLevel, on: date) -> Procedure | None:
    """Return the version under which a dossier of this title and year is begun on this day, None when there is none.

    ``receiving`` is the level above the commune: a district where it lies in one, else the province.
    """
    found = [
        (one.scope.starts_on, one.code)
        for one in procedures().values()
        if one.scope is not None
        and one.receiving is not None
        and one.receiving.level is receiving
        and one.scope.covers(title_level=title_level, year=year, on=on)
    ]
    return get_procedure(max(found)[1]) if found else None
