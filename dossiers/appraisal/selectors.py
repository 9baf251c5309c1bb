"""Reading opinions: progress is open to those who see the dossier, contents only when unsealed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.policies.visibility import may_see_opinion_contents
from dossiers.results.models import IndicatorResult

from .models import Finding, Opinion, Verdict


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
    def badge(self) -> str:
        return {"assigned": "waiting", "examining": "in_progress", "signed": "met"}[self.opinion.state]


def opinion_lines(actor: Actor, dossier: Dossier, number: int | None = None) -> list[OpinionLine]:
    """Return the opinions of a round (default: the current one). Two queries."""
    total = (
        IndicatorResult.objects.filter(dossier=dossier, department_id=OuterRef("department_id"))
        .order_by()
        .values("department_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    opinions = (
        Opinion.objects.of_round(dossier, number or dossier.appraisal_round)
        .select_related("department", "signed_by")
        .annotate(total=Coalesce(Subquery(total), 0), found=Count("findings"))
        .prefetch_related("findings__result__indicator", "findings__found_by")
    )
    return [
        OpinionLine(
            opinion=opinion,
            found=opinion.found,
            total=opinion.total,
            findings=list(opinion.findings.all())
            if may_see_opinion_contents(actor, dossier, opinion)
            else None,
        )
        for opinion in opinions
    ]


def own_opinion(actor: Actor, dossier: Dossier) -> Opinion | None:
    """Return the actor's department's opinion of the current round, if it has one to give."""
    return Opinion.objects.of_round(dossier, dossier.appraisal_round).filter(department=actor.agency).first()
