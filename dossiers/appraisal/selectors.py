"""Reading opinions: progress is open to those who see the dossier, contents only when unsealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Appointment, Role
from dossiers.policies import Actor
from dossiers.policies.visibility import may_see_opinion_contents, sealed_rounds
from dossiers.results.models import IndicatorResult

from .models import Finding, Opinion, OpinionState, Verdict
from .signed_versions import Ending


@dataclass(frozen=True)
class OpinionLine:
    """One department's opinion as the actor may see it; ``findings`` is None while it is sealed."""

    opinion: Opinion
    found: int
    total: int
    findings: list[Finding] | None

    @property
    def has_unmet(self) -> bool:
        """Whether an open opinion finds something not met: the page then shows it unfolded."""
        return any(finding.verdict == Verdict.NOT_MET for finding in self.findings or [])

    @property
    def met(self) -> int:
        return self._count(Verdict.MET)

    @property
    def not_met(self) -> int:
        return self._count(Verdict.NOT_MET)

    @property
    def not_applicable(self) -> int:
        return self._count(Verdict.NOT_APPLICABLE)

    def _count(self, verdict: Verdict) -> int:
        return sum(finding.verdict == verdict for finding in self.findings or [])

    @property
    def is_corrected(self) -> bool:
        """Whether the signed text takes the place of one with a clerical error."""
        latest = next(iter(self.opinion.earlier_versions.all()), None)
        return latest is not None and latest.ending == Ending.CORRECTED

    @property
    def badge(self) -> str:
        return BADGES[self.opinion.state]


#: The word for the state of an opinion, one of the eight of the interface.
BADGES = {
    OpinionState.ASSIGNED: "waiting",
    OpinionState.EXAMINING: "in_progress",
    OpinionState.AWAITING_SUPPLEMENT: "returned",
    OpinionState.SIGNED: "met",
}

#: Of an opinion: how many indicators of its dossier the department is responsible for.
ASSIGNED = Coalesce(
    Subquery(
        IndicatorResult.objects.filter(
            dossier_id=OuterRef("dossier_id"), department_id=OuterRef("department_id")
        )
        .order_by()
        .values("department_id")
        .annotate(n=Count("pk"))
        .values("n")
    ),
    0,
)


def opinion_lines(actor: Actor, dossier: Dossier, number: int | None = None) -> list[OpinionLine]:
    """Return the opinions of a round (default: the current one). Seven queries."""
    sealed = sealed_rounds(dossier)
    opinions = (
        Opinion.objects.of_round(dossier, number or dossier.appraisal_round)
        .select_related("department", "signed_by")
        .annotate(total=ASSIGNED, found=Count("findings"))
        .prefetch_related("findings__result__indicator", "findings__found_by", "earlier_versions__signed_by")
    )
    return [
        OpinionLine(
            opinion=opinion,
            found=opinion.found,
            total=opinion.total,
            findings=list(opinion.findings.all())
            if may_see_opinion_contents(actor, opinion, sealed)
            else None,
        )
        for opinion in opinions
    ]


def own_opinion(actor: Actor, dossier: Dossier) -> Opinion | None:
    """Return the actor's department's opinion of the current round, if it has one to give."""
    return Opinion.objects.of_round(dossier, dossier.appraisal_round).filter(department=actor.agency).first()


@dataclass(frozen=True)
class Heads:
    """Who heads a department: alone asks for supplements and signs its opinion. ``names`` may be empty."""

    agency: str
    names: str


def heads_over(actor: Actor, opinion: Opinion | None) -> Heads | None:
    """Return who does what an officer prepares, while it is not signed; None for others. At most one query."""
    if actor.role is not Role.DEPARTMENT_OFFICER or opinion is None or opinion.state == OpinionState.SIGNED:
        return None
    current = Appointment.objects.current(timezone.localdate()).filter(
        agency=actor.agency, role=Role.DEPARTMENT_HEAD
    )
    names = [one.user.get_full_name() for one in current.select_related("user").order_by("pk")]
    return Heads(actor.agency.name, ", ".join(names))


def unconcluded(dossier: Dossier, department_id: int) -> QuerySet[IndicatorResult]:
    """Return which of its indicators a department has not concluded on in the current round, in order."""
    found = Finding.objects.filter(result=OuterRef("pk"), opinion__round=dossier.appraisal_round)
    mine = IndicatorResult.objects.filter(dossier=dossier, department_id=department_id)
    return mine.exclude(Exists(found)).order_by("position")


def concluded_by_dossier(department_id: int, dossier_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return (concluded, assigned) of a department in the current round of each dossier. One query."""
    opinions = (
        Opinion.objects.filter(department_id=department_id, dossier_id__in=dossier_ids)
        .filter(round=F("dossier__appraisal_round"))
        .order_by()
        .annotate(total=ASSIGNED, found=Count("findings"))
    )
    return {opinion.dossier_id: (opinion.found, opinion.total) for opinion in opinions}
