"""Reading dossiers: progress, lists and the path. Every function has a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.appraisal.models import Verdict
from dossiers.policies.visibility import findings_open_to_all
from dossiers.results.models import Evidence, IndicatorResult, SelfVerdict
from storage.ledger.models import Entry

from .models import Dossier, DossierQuerySet, Purpose, ReturnNotice, State

#: The main line of the procedure as people see it: the step's label and the states that belong to it.
PATH: list[tuple[str | Promise, frozenset[State]]] = [
    (State.DRAFTING.label, frozenset({State.DRAFTING})),
    (State.PLAN_SUBMITTED.label, frozenset({State.PLAN_SUBMITTED})),
    (State.IMPLEMENTING.label, frozenset({State.IMPLEMENTING})),
    (State.CONSULTING.label, frozenset({State.CONSULTING})),
    (State.DISTRICT_REVIEW.label, frozenset({State.DISTRICT_REVIEW})),
    (State.PROVINCIAL_INTAKE.label, frozenset({State.PROVINCIAL_INTAKE})),
    (State.APPRAISING.label, frozenset({State.APPRAISING, State.CONSOLIDATING})),
    (State.COUNCIL.label, frozenset({State.COUNCIL})),
    (State.DECIDING.label, frozenset({State.DECIDING})),
    (_("Công bố"), frozenset({State.RECOGNISED, State.PUBLISHED})),
]
REVIEW_PATH: list[tuple[str | Promise, frozenset[State]]] = [
    (State.REVIEWING.label, frozenset({State.REVIEWING})),
    (State.REVIEW_SUBMITTED.label, frozenset({State.REVIEW_SUBMITTED})),
    (State.REVIEWED.label, frozenset({State.REVIEWED})),
]
REVOCATION_PATH: list[tuple[str | Promise, frozenset[State]]] = [
    (_("Lấy ý kiến"), frozenset({State.REVOCATION_HEARING})),
    (_("Tỉnh tiếp nhận"), frozenset({State.REVOCATION_INTAKE})),
    (_("Sở, ngành thẩm định"), frozenset({State.REVOCATION_APPRAISING, State.REVOCATION_REPORTING})),
    (_("Trình quyết định"), frozenset({State.REVOCATION_DECIDING})),
    (_("Công bố"), frozenset({State.REVOKED, State.REVOCATION_PUBLISHED})),
]
PATHS = {
    Purpose.RECOGNITION: PATH,
    Purpose.REVIEW: REVIEW_PATH,
    Purpose.REVOCATION: REVOCATION_PATH,
}
#: Decided without going on: the line ends at the step of the decision.
ENDS_AT = {State.NOT_RECOGNISED: State.DECIDING, State.TITLE_KEPT: State.REVOCATION_DECIDING}


@dataclass(frozen=True)
class CriterionProgress:
    """How one criterion of a dossier stands.

    ``settled`` counts the indicators that the commune finds met (or not applicable) and proves, and that no department
    finds unmet; ``not_met`` those that a department does. Only opinions that are open to everybody are counted.
    """

    number: int
    name: str
    settled: int
    not_met: int
    total: int

    @property
    def is_met(self) -> bool:
        return self.settled == self.total


def with_standing(results: QuerySet[IndicatorResult]) -> QuerySet[IndicatorResult]:
    """Annotate ``has_evidence`` and ``is_found_unmet``."""
    evidence = Evidence.objects.current().filter(result=OuterRef("pk"))
    unmet = findings_open_to_all().filter(result=OuterRef("pk"), verdict=Verdict.NOT_MET)
    return results.annotate(has_evidence=Exists(evidence), is_found_unmet=Exists(unmet))


#: Of results with standing: met by the commune's own account, proven, and not found unmet.
SETTLED = Q(
    self_verdict__in=[SelfVerdict.MET, SelfVerdict.NOT_APPLICABLE], has_evidence=True, is_found_unmet=False
)


def criteria_progress(dossier: Dossier) -> list[CriterionProgress]:
    """Return the progress over the criteria, in order. One query."""
    rows = (
        with_standing(IndicatorResult.objects.filter(dossier=dossier))
        .values("indicator__criterion__number", "indicator__criterion__name")
        .annotate(
            total=Count("pk"),
            settled=Count("pk", filter=SETTLED),
            not_met=Count("pk", filter=Q(is_found_unmet=True)),
        )
        .order_by("indicator__criterion__number")
    )
    return [
        CriterionProgress(
            number=row["indicator__criterion__number"],
            name=row["indicator__criterion__name"],
            settled=row["settled"],
            not_met=row["not_met"],
            total=row["total"],
        )
        for row in rows
    ]


def open_notice(dossier: Dossier) -> ReturnNotice | None:
    """Return why the dossier was sent back while it is being put right, else None. At most one query."""
    if dossier.state not in (State.DRAFTING, State.RETURNED, State.REVIEWING, State.REVOCATION_HEARING):
        return None
    return dossier.notices.select_related("by", "agency").first()


@dataclass(frozen=True)
class EarlierReturn:
    """Why what is examined now was sent back before; ``is_unchanged``: it came again without any change."""

    notice: ReturnNotice
    is_unchanged: bool


def earlier_return(dossier: Dossier) -> EarlierReturn | None:
    """Return why the dossier was sent back before it came again, while it is examined, else None. Two queries."""
    notices = dossier.notices.select_related("by", "agency")
    match dossier.state:
        case State.PLAN_SUBMITTED | State.REVIEW_SUBMITTED:
            notices = notices.filter(from_state=dossier.state)
        case State.DISTRICT_REVIEW | State.PROVINCIAL_INTAKE | State.APPRAISING | State.CONSOLIDATING:
            notices = notices.exclude(from_state=State.PLAN_SUBMITTED)
        case _:
            return None
    notice = notices.first()
    if notice is None:
        return None
    unchanged = Entry.objects.filter(
        stream=dossier.stream, at__gt=notice.at, payload__unchanged_since_return=True
    )
    return EarlierReturn(notice, unchanged.exists())


def withdrawal_of(dossier: Dossier) -> Entry | None:
    """Return the entry by which the dossier was withdrawn or cancelled, else None. At most one query."""
    if dossier.state not in (State.WITHDRAWN, State.REVIEW_CANCELLED):
        return None
    ending = ("dossier.withdraw", "review.cancel")
    return Entry.objects.filter(stream=dossier.stream, act__in=ending).order_by("-sequence").first()


def with_progress(dossiers: DossierQuerySet) -> DossierQuerySet:
    """Annotate ``indicator_count``, ``settled_count`` and ``unmet_count``, counted as in ``criteria_progress``."""
    return dossiers.annotate(
        indicator_count=_count_of_results(Q()),
        settled_count=_count_of_results(SETTLED),
        unmet_count=_count_of_results(Q(is_found_unmet=True)),
    )


def _count_of_results(condition: Q) -> Coalesce:
    # Subqueries, not joins: the database then counts for the rows of one page only.
    results = with_standing(IndicatorResult.objects.filter(dossier=OuterRef("pk"))).filter(condition)
    return Coalesce(
        Subquery(results.order_by().values("dossier").annotate(n=Count("pk")).values("n")),
        0,
    )


def path_of(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the steps of the main line with their ``state`` for the progress line.

    A step is done, current, ahead, or returned: that is the one a dossier was sent back from. Empty for a dossier that
    ended beside the line, withdrawn or cancelled: it is at none of the steps, and comes to none.
    """
    is_returned = dossier.state == State.RETURNED
    reviews = {dossier.review_state, dossier.state, dossier.returned_from}
    path = PATHS[Purpose(dossier.purpose)]
    path = [step for step in path if step[1] != {State.DISTRICT_REVIEW} or State.DISTRICT_REVIEW in reviews]
    here = ENDS_AT.get(State(dossier.state), dossier.state)
    here = dossier.returned_from if is_returned else here
    position = next((n for n, (_label, states) in enumerate(path) if here in states), None)
    if position is None and dossier.is_final:
        return []
    steps = []
    for n, (label, _states) in enumerate(path):
        detail: str | Promise = ""
        if position is None or n > position:
            state = "ahead"
        elif n < position or dossier.is_final:
            state = "done"
        elif is_returned:
            state, detail = "returned", _("chờ xã bổ sung")
        else:
            state = "current"
        steps.append({"label": label, "state": state, "detail": detail})
    return steps
