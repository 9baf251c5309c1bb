"""Reading dossiers: progress, lists, the path and the history. Every function has a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from dossiers.results.models import IndicatorResult, SelfVerdict
from storage.ledger import Entry

from .models import Dossier, DossierQuerySet, State

SETTLED = Q(results__self_verdict__in=[SelfVerdict.MET, SelfVerdict.NOT_APPLICABLE])

#: The main line of the procedure as people see it: label source and the states that belong to the step.
PATH: list[tuple[State, frozenset[State]]] = [
    (State.DRAFTING, frozenset({State.DRAFTING})),
    (State.PLAN_SUBMITTED, frozenset({State.PLAN_SUBMITTED})),
    (State.IMPLEMENTING, frozenset({State.IMPLEMENTING, State.RETURNED})),
    (State.DISTRICT_REVIEW, frozenset({State.DISTRICT_REVIEW})),
    (State.PROVINCIAL_INTAKE, frozenset({State.PROVINCIAL_INTAKE})),
    (State.APPRAISING, frozenset({State.APPRAISING, State.CONSOLIDATING})),
    (State.COUNCIL, frozenset({State.COUNCIL})),
    (State.DECIDING, frozenset({State.DECIDING, State.RECOGNISED})),
    (State.PUBLISHED, frozenset({State.PUBLISHED})),
]


@dataclass(frozen=True)
class CriterionProgress:
    """How one criterion of a dossier stands; a criterion is met when all of its indicators are settled."""

    number: int
    name: str
    settled: int
    total: int

    @property
    def is_met(self) -> bool:
        return self.settled == self.total


def criteria_progress(dossier: Dossier) -> list[CriterionProgress]:
    """Return the progress over the criteria, in order. One query."""
    rows = (
        IndicatorResult.objects.filter(dossier=dossier)
        .values("indicator__criterion__number", "indicator__criterion__name")
        .annotate(
            total=Count("pk"),
            settled=Count("pk", filter=Q(self_verdict__in=[SelfVerdict.MET, SelfVerdict.NOT_APPLICABLE])),
        )
        .order_by("indicator__criterion__number")
    )
    return [
        CriterionProgress(
            number=row["indicator__criterion__number"],
            name=row["indicator__criterion__name"],
            settled=row["settled"],
            total=row["total"],
        )
        for row in rows
    ]


def with_progress(dossiers: DossierQuerySet) -> DossierQuerySet:
    """Annotate ``settled_count`` and ``indicator_count`` for lists."""
    return dossiers.annotate(
        indicator_count=Count("results", distinct=True),
        settled_count=Count("results", filter=SETTLED, distinct=True),
    )


def path_of(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the steps of the main line with ``done``, ``current`` or ``ahead`` for the progress line."""
    position = next((n for n, (_label, states) in enumerate(PATH) if dossier.state in states), None)
    steps = []
    for n, (label, _states) in enumerate(PATH):
        if position is None or n > position:
            state = "ahead"
        elif n < position or dossier.state == State.PUBLISHED:
            state = "done"
        else:
            state = "current"
        steps.append({"label": label.label, "state": state})
    return steps


def history_of(dossier: Dossier) -> QuerySet[Entry]:
    """Return the ledger entries of the dossier, newest first."""
    return Entry.objects.filter(stream=dossier.stream).order_by("-sequence")
