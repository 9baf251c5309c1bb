"""What a review begins with: the figures that were last accepted for the title, held against the set of its year."""

from __future__ import annotations

from collections.abc import Iterable

from dossiers.criteria.models import CriteriaSet, Indicator
from dossiers.criteria.selectors import responsible_agencies
from dossiers.criteria.thresholds import InvalidFigure, threshold_for
from dossiers.dossier.models import Dossier
from dossiers.results.models import IndicatorResult, SelfVerdict

from .models import Review, Title

#: What is taken over of an indicator with the same code.
TAKEN_OVER = ("value", "figure_year", "figure_source", "note", "not_applicable", "not_applicable_reason")


def last_accepted(title: Title) -> Dossier | None:
    """Return the dossier with the title's latest accepted figures: a confirmed review, else the recognised dossier."""
    review = Review.objects.filter(title=title, meets__isnull=False).select_related("dossier").first()
    if review is not None:
        return review.dossier
    return title.decision.dossier if title.decision else None


def results_of_review(
    dossier: Dossier, sets: Iterable[CriteriaSet], source: Dossier | None
) -> list[IndicatorResult]:
    """Return the unsaved results of a review on these sets, with the figures of ``source`` where it has them.

    Each indicator is assigned to the department responsible when the review is opened. Two queries for each set, and
    one.
    """
    known = {}
    if source is not None:
        rows = IndicatorResult.objects.filter(dossier=source).select_related("indicator")
        known = {row.indicator.code: row for row in rows}
    results: list[IndicatorResult] = []
    for criteria_set in sets:
        agencies = responsible_agencies(
            criteria_set, on=dossier.registered_at.date(), province=dossier.province
        )
        for indicator in Indicator.objects.filter(criterion__set=criteria_set).order_by("position"):
            result = IndicatorResult(
                dossier=dossier,
                indicator=indicator,
                department_id=agencies.get(indicator.pk),
                position=len(results) + 1,
            )
            if (earlier := known.get(indicator.code)) is not None:
                _take_over(result, earlier)
            results.append(result)
    return results


def _take_over(result: IndicatorResult, earlier: IndicatorResult) -> None:
    if earlier.not_applicable and not result.indicator.not_applicable_allowed:
        return
    threshold = threshold_for(result.indicator)
    try:
        met = threshold.evaluate(earlier.value, year=result.dossier.title_year).met
    except (InvalidFigure, ValueError, ArithmeticError):
        # The set of this year counts in another way: the old figure says nothing by it.
        return
    for name in TAKEN_OVER:
        setattr(result, name, getattr(earlier, name))
    if result.not_applicable:
        result.self_verdict = SelfVerdict.NOT_APPLICABLE
    else:
        verdicts = {True: SelfVerdict.MET, False: SelfVerdict.NOT_MET, None: SelfVerdict.UNKNOWN}
        result.self_verdict = verdicts[met]
