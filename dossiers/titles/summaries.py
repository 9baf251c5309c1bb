"""What people read before they act on a review or a case of revocation."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.consultation.models import Consultation, OpinionSummary, WrittenOpinion
from dossiers.consultation.window import window_of
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.policies.visibility import may_see_revocation_opinion
from dossiers.procedures import get_procedure
from dossiers.results.models import SelfVerdict

from .cases import lies_in_a_district
from .models import Correction, Review, RevocationOpinion
from .rule import Standing, assess
from .standings import ReviewedCriterion, assessment_of, reviewed_criteria, revocation_procedure


def review_context(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return how a review stands: criteria, counts, corrections, and what the rule of revocation would say."""
    review = Review.objects.select_related(
        "title__commune__parent", "prefilled_from__commune", "confirmed_by"
    ).get(pk=dossier.pk)
    criteria = reviewed_criteria(review)
    by_verdict = {verdict: sum(one.verdict == verdict for one in criteria) for verdict in SelfVerdict}
    indicators = [row for one in criteria for row in one.indicators]
    return {
        "review": review,
        "held": review.title,
        "criteria": criteria,
        "met": by_verdict[SelfVerdict.MET] + by_verdict[SelfVerdict.NOT_APPLICABLE],
        "unmet": [one for one in criteria if one.verdict == SelfVerdict.NOT_MET],
        "open_count": sum(row.verdict == SelfVerdict.UNKNOWN for row in indicators),
        "prefilled_count": sum(row.is_prefilled for row in indicators),
        "corrections": Correction.objects.filter(review=review, round=review.round).select_related(
            "result__indicator", "by"
        ),
        "reckoning": _reckoning(review, criteria),
    }


def _reckoning(review: Review, criteria: list[ReviewedCriterion]) -> str:
    """Return the arithmetic of revocation on the verdicts as they are, empty while something is not concluded."""
    rule = revocation_procedure(in_district=lies_in_a_district(review.title)).revocation_rule
    level = rule.compared_by[review.title.level]
    compared = [one for one in criteria if one.criterion.set.level == level]
    if not compared or any(one.verdict == SelfVerdict.UNKNOWN for one in compared):
        return ""
    standings = [
        Standing(
            one.criterion.number,
            one.criterion.name,
            one.criterion.is_critical_for_revocation,
            one.verdict,
        )
        for one in compared
    ]
    return assess(standings, rule).sentence


def revocation_context(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the whole case as far as it is open to the actor: reckoning, hearing, opinions, report, decision."""
    case = dossier.revocation
    rule = get_procedure(dossier.procedure).revocation_rule
    opinions = RevocationOpinion.objects.filter(revocation=case).select_related("department", "signed_by")
    mine = {"dossier": dossier}
    return {
        "case": case,
        "held": case.title,
        "rule": rule,
        "assessment": assessment_of(case.review, rule),
        "window": window_of(dossier),
        "publications": Consultation.objects.filter(**mine).select_related("report", "recorded_by"),
        "written": WrittenOpinion.objects.filter(**mine).select_related("document", "recorded_by"),
        "hearings": OpinionSummary.objects.filter(**mine).select_related("document", "recorded_by"),
        "opinions": [(one, may_see_revocation_opinion(actor, dossier, one)) for one in opinions],
        "decision": getattr(dossier, "decision", None),
        "publication": getattr(dossier, "publication", None),
    }


REVIEW = Summary("titles/review_facts.html", review_context)
CASE = Summary("titles/case_facts.html", revocation_context)
