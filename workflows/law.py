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

from dossiers.acts import DossierAct
from dossiers.acts.registry import get_act
from dossiers.criteria.models import Assignment, Confidence, CriteriaSet, Criterion, Indicator
from dossiers.criteria.selectors import responsibilities
from dossiers.criteria.thresholds import YearTableThreshold, threshold_for
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.organisations.models.appointments import ROLE_PLACES
from dossiers.procedures import Duration, Procedure, get_procedure, procedures
from dossiers.programmes.models import Programme

from .engine import REGISTER, WITHDRAW, nodes_in_order
from .nodes import ActNode


@dataclass(frozen=True)
class Outcome:
    """An act that ends a step. ``path`` are the titles of what follows, up to the next step or the end."""

    act: type[DossierAct]
    path: tuple[str | Promise, ...]


@dataclass(frozen=True)
class Step:
    """One step: who does it, how it ends, by when. ``is_for_each_department`` when all departments do it at once."""

    name: str
    title: str | Promise
    role: Role
    outcomes: tuple[Outcome, ...]
    deadline: Duration | None
    is_for_each_department: bool

    @property
    def agency(self) -> str:
        """The kind of agency at which the role sits, and its level."""
        place = ROLE_PLACES[self.role]
        kinds, levels = (", ".join(sorted(str(one.label) for one in some)) for some in place)
        return f"{kinds} ({levels[:1].lower()}{levels[1:]})"


@dataclass(frozen=True)
class ProcedureLaw:
    """One version of the procedure with its steps; ``other_acts`` begin it or break it off."""

    procedure: Procedure
    steps: tuple[Step, ...]
    other_acts: tuple[type[DossierAct], ...]


def procedure_laws() -> list[ProcedureLaw]:
    """Return every version of the procedure. No query."""
    other_acts = (get_act(REGISTER), get_act(WITHDRAW))
    return [
        ProcedureLaw(procedure, tuple(steps_of(procedure.code)), other_acts)
        for procedure in procedures().values()
    ]


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
                    Outcome(act, tuple(_path(target)) if target else ()) for act, target in node.routes
                ),
                deadline=deadlines.get(node.clock),
                is_for_each_department=node.is_for_each_department,
            )


def _path(node: Node) -> Iterator[str | Promise]:
    """Yield the titles from ``node`` through the gateways to the next step or the end."""
    yield node.task_title
    if not isinstance(node, ActNode):
        for edge in node._outgoing():
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
