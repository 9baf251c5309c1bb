"""The rules as people read them: procedures with their steps and votes, criteria sets with their thresholds.

Everything comes from the flows, the acts, the procedures' data and the criteria sets; nothing is written here twice.
Each rule carries its source and whether somebody compared it with the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from viewflow.workflow.base import Node

from dossiers.acts import DossierAct, LegalBasis
from dossiers.criteria.models import (
    Assignment,
    Confidence,
    CriteriaSet,
    Criterion,
    Indicator,
    TitleLevel,
)
from dossiers.criteria.selectors import responsibilities
from dossiers.criteria.thresholds import YearTableThreshold, threshold_for
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Level, Role
from dossiers.organisations.models.appointments import ROLE_PLACES
from dossiers.procedures import (
    Duration,
    Procedure,
    get_procedure,
    procedures,
)
from dossiers.programmes.models import Programme

from .engine import begun_by, broken_off_by, nodes_in_order
from .nodes import ActNode
from .work_items import LEVEL_OF_ROLE


@dataclass(frozen=True)
class Outcome:
    """An act that ends a step. ``path`` are the titles of what follows, up to the next step or the end.

    ``by`` names who does it where that is not who does the step: a sender who takes back what they submitted.
    ``basis`` is what the act rests on in this version of the procedure.
    """

    act: type[DossierAct]
    path: tuple[str | Promise, ...]
    basis: LegalBasis
    by: str = ""


@dataclass(frozen=True)
class Step:
    """One step: who does it, how it ends, by when. ``is_for_each_department`` when all departments do it at once."""

    name: str
    title: str | Promise
    role: Role
    outcomes: tuple[Outcome, ...]
    deadline: Duration | None
    is_for_each_department: bool
    level: Level | None = None

    @property
    def agency(self) -> str:
        """The kind of agency at which the role sits, and its level."""
        place = ROLE_PLACES[self.role]
        if self.level is not None:
            place = place._replace(levels=frozenset({self.level}))
        kinds, levels = (", ".join(sorted(str(one.label) for one in some)) for some in place)
        return f"{kinds} ({levels[:1].lower()}{levels[1:]})"


@dataclass(frozen=True)
class ProcedureLaw:
    """One version of the procedure with its steps; ``other_acts`` begin it or break it off, each with its basis."""

    procedure: Procedure
    steps: tuple[Step, ...]
    other_acts: tuple[tuple[type[DossierAct], LegalBasis], ...]

    @property
    def comparisons(self) -> list[tuple[str, str]]:
        """By which level's set each title is held against the rule of revocation, in words."""
        rule = self.procedure.revocation
        pairs = rule.compared_by.items() if rule else ()
        return [(str(TitleLevel(title).label), str(TitleLevel(level).label)) for title, level in pairs]


def procedure_laws() -> list[ProcedureLaw]:
    """Return every version of the procedure. No query."""
    return [
        ProcedureLaw(procedure, tuple(steps_of(procedure.code)), tuple(_other_acts(procedure.code)))
        for procedure in procedures().values()
    ]


def _other_acts(procedure: str) -> Iterator[tuple[type[DossierAct], LegalBasis]]:
    for act in (begun_by(procedure), broken_off_by(procedure)):
        if act is not None:
            yield act, act.basis_under(procedure)


def steps_of(procedure: str) -> Iterator[Step]:
    """Yield the steps of a procedure in the order in which a dossier comes to them. Raises KeyError."""
    deadlines = get_procedure(procedure).steps
    for node in nodes_in_order(procedure):
        if isinstance(node, ActNode):
            yield Step(
                name=node.name,
                title=node.task_title,
                role=node.role,
                outcomes=tuple(
                    Outcome(
                        act,
                        tuple(_path(target)) if target else (),
                        act.basis_under(procedure),
                        _by(act, node.role),
                    )
                    for act, target in node.routes
                ),
                deadline=deadlines.get(node.clock),
                is_for_each_department=node.is_for_each_department,
                level=node.level or LEVEL_OF_ROLE.get(node.role),
            )


def _by(act: type[DossierAct], role: Role) -> str:
    roles = act.authority.roles
    return "" if role in roles else ", ".join(sorted(str(one.label) for one in roles))


def _path(node: Node) -> Iterator[str | Promise]:
    """Yield the titles from ``node`` through the gateways to the next step or the end."""
    yield node.task_title
    if not isinstance(node, ActNode):
        for edge in node._outgoing():
            if not (isinstance(edge.dst, ActNode) and edge.dst.leads_nowhere):
                yield from _path(edge.dst)


@dataclass(frozen=True)
class SetInUse:
    """A criteria set that dossiers are judged by, with how its indicators are known: the counts add up to all."""

    criteria_set: CriteriaSet
    verified: int
    found: int
    unverified: int


def sets_in_use(province: AdministrativeUnit) -> list[SetInUse]:
    """Return the sets that the province's programmes and dossiers go by, the newest version first. One query."""
    indicators = "criteria__indicators"
    is_verified = Q(**{f"{indicators}__verified": True})
    is_found = Q(**{f"{indicators}__threshold_confidence": Confidence.FOUND}) & ~is_verified
    programmes = Programme.objects.filter(province=province).values("criteria_set")
    dossiers = Dossier.objects.filter(province=province).values("criteria_set")
    rows = CriteriaSet.objects.filter(Q(pk__in=programmes) | Q(pk__in=dossiers)).annotate(
        total=Count(indicators),
        verified_count=Count(indicators, filter=is_verified),
        found_count=Count(indicators, filter=is_found),
    )
    return [
        SetInUse(
            criteria_set=row,
            verified=row.verified_count,
            found=row.found_count,
            unverified=row.total - row.verified_count - row.found_count,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class CriticalCriteria:
    """The criteria of one set that weigh more in a revocation, and where that was read."""

    criteria_set: CriteriaSet
    criteria: tuple[Criterion, ...]
    sources: tuple[str, ...]


def critical_criteria() -> list[CriticalCriteria]:
    """Return the critical criteria of the newest version of each real set. One query."""
    rows = (
        Criterion.objects.filter(is_critical_for_revocation=True, set__demonstration=False)
        .select_related("set")
        .order_by("set__code", "-set__version", "number")
    )
    found: dict[str, list[Criterion]] = {}
    for row in rows:
        listed = found.setdefault(row.set.code, [])
        if not listed or listed[0].set_id == row.set_id:
            listed.append(row)
    return [
        CriticalCriteria(listed[0].set, tuple(listed), _sources_of_critical(listed[0].set))
        for listed in found.values()
    ]


def _sources_of_critical(criteria_set: CriteriaSet) -> tuple[str, ...]:
    sources = criteria_set.notes.get("revocation_critical_criteria", {}).get("source", ())
    return (sources,) if isinstance(sources, str) else tuple(sources)


@dataclass(frozen=True)
class IndicatorLaw:
    """One indicator with what it requires (by year of title where that differs) and who is responsible for it."""

    indicator: Indicator
    requirements: tuple[str, ...]
    assignment: Assignment | None


@dataclass(frozen=True)
class CriteriaLaw:
    """A criteria set with its indicators. ``usual_source`` is that of most assignments, so that it is read once."""

    criteria_set: CriteriaSet
    groups: tuple[tuple[Criterion, tuple[IndicatorLaw, ...]], ...]
    usual_source: str


def law_of_set(criteria_set: CriteriaSet, province: AdministrativeUnit) -> CriteriaLaw:
    """Return a set with every indicator, and who in the province is responsible for it today. Two queries."""
    assignments = responsibilities(criteria_set, timezone.localdate(), province=province)
    indicators = (
        Indicator.objects.filter(criterion__set=criteria_set)
        .select_related("criterion")
        .order_by("criterion__number", "position")
    )
    laws = [
        IndicatorLaw(one, _requirements(one, criteria_set), assignments.get(one.pk)) for one in indicators
    ]
    sources = Counter(assignment.source for assignment in assignments.values())
    return CriteriaLaw(
        criteria_set=criteria_set,
        groups=tuple(
            (criterion, tuple(group))
            for criterion, group in groupby(laws, lambda law: law.indicator.criterion)
        ),
        usual_source=next((source for source, _times in sources.most_common(1)), ""),
    )


def _requirements(indicator: Indicator, criteria_set: CriteriaSet) -> tuple[str, ...]:
    threshold = threshold_for(indicator)
    years = sorted(threshold.levels) if isinstance(threshold, YearTableThreshold) else [criteria_set.valid_to]
    return tuple(threshold.describe(year) for year in years)
