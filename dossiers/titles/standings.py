"""Reading how a review stands: verdicts with the district's corrections, criteria, and what the rule says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dossiers.criteria.models import Criterion
from dossiers.procedures import Procedure, RevocationRule, procedures
from dossiers.results.models import IndicatorResult, SelfVerdict

from .models import AssessedCriterion, Correction, Review
from .rule import Assessment, Standing, assess, standing_of


@dataclass(frozen=True)
class ReviewedIndicator:
    """One indicator of a review: what the commune found, and the district's correction if there is one."""

    result: IndicatorResult
    correction: Correction | None

    @property
    def verdict(self) -> SelfVerdict:
        """The verdict that counts."""
        return SelfVerdict(self.correction.verdict if self.correction else self.result.self_verdict)

    @property
    def is_prefilled(self) -> bool:
        """Whether the figure is still the one taken over when the review was opened."""
        return self.result.updated_at is None and bool(self.result.value or self.result.not_applicable)


@dataclass(frozen=True)
class ReviewedCriterion:
    """One criterion of a review with its indicators."""

    criterion: Criterion
    indicators: tuple[ReviewedIndicator, ...]

    @property
    def verdict(self) -> SelfVerdict:
        """met, not_met, not_applicable, or unknown while an indicator is not concluded and none is unmet."""
        verdicts = [one.verdict for one in self.indicators]
        if SelfVerdict.NOT_MET in verdicts:
            return SelfVerdict.NOT_MET
        return SelfVerdict.UNKNOWN if SelfVerdict.UNKNOWN in verdicts else standing_of(verdicts)

    @property
    def unmet(self) -> list[ReviewedIndicator]:
        return [one for one in self.indicators if one.verdict == SelfVerdict.NOT_MET]


def reviewed_criteria(review: Review) -> list[ReviewedCriterion]:
    """Return the criteria of a review in order, set by set. Two queries."""
    corrections = {one.result_id: one for one in Correction.objects.filter(review=review, round=review.round)}
    results = (
        IndicatorResult.objects.filter(dossier=review.dossier_id)
        .select_related("indicator__criterion__set", "department")
        .order_by("position")
    )
    grouped: dict[Criterion, list[ReviewedIndicator]] = defaultdict(list)
    for result in results:
        grouped[result.indicator.criterion].append(ReviewedIndicator(result, corrections.get(result.pk)))
    return [ReviewedCriterion(criterion, tuple(rows)) for criterion, rows in grouped.items()]


def rows_of(review: Review, criteria: list[ReviewedCriterion]) -> list[AssessedCriterion]:
    """Return the unsaved rows that fix how the criteria stand. Raises ValueError when something is not concluded."""
    return [
        AssessedCriterion(
            review=review,
            criterion=one.criterion,
            verdict=standing_of([row.verdict for row in one.indicators]),
            unmet=", ".join(row.result.indicator.code for row in one.unmet)[:300],
            is_critical=one.criterion.is_critical_for_revocation,
        )
        for one in criteria
    ]


def revocation_procedure(*, in_district: bool) -> Procedure:
    """Return the procedure of revocation where there are districts, or where there are none. Raises LookupError."""
    level = "district" if in_district else "commune"
    for procedure in procedures().values():
        if procedure.revocation is not None and procedure.revocation.proposed_by == level:
            return procedure
    raise LookupError(f"no procedure of revocation proposed by the {level}")


def assessment_of(review: Review, rule: RevocationRule) -> Assessment | None:
    """Return what the rule says of a confirmed review, None before. One query.

    Only the criteria of the set that the rule compares the title by are counted: those of a model commune are the
    advanced set's.
    """
    level = rule.compared_by[review.title.level]
    rows = [
        row
        for row in AssessedCriterion.objects.filter(review=review).select_related("criterion__set")
        if row.criterion.set.level == level
    ]
    if not rows:
        return None
    standings = [
        Standing(row.criterion.number, row.criterion.name, row.is_critical, SelfVerdict(row.verdict))
        for row in rows
    ]
    return assess(standings, rule)
