"""Figures that meet or miss a threshold, for demonstration and tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from dossiers.criteria.models import Indicator, ThresholdKind
from dossiers.criteria.thresholds import InvalidFigure, threshold_for
from dossiers.results.acts import FigureInput
from dossiers.results.models import IndicatorResult


def figure(indicator: Indicator, *, year: int, met: bool = True) -> str:
    """Return a figure, as a person would type it, that meets (or misses) the indicator's threshold in the year.

    Raises ValueError when the threshold is not set, because then nothing can be said to meet it.
    """
    threshold = threshold_for(indicator)
    for candidate in _candidates(indicator, year):
        try:
            canonical = threshold.canonical(candidate)
        except InvalidFigure:
            continue  # a fraction of something counted, or beside the scale
        if threshold.evaluate(canonical, year=year).met is met:
            return candidate
    raise ValueError(f"no figure with met={met} for indicator {indicator.code}")


def figures(
    results: Iterable[IndicatorResult], *, year: int, unmet: Collection[str], source: str
) -> list[FigureInput]:
    """Return what is reported of the results, but for those without a threshold; the codes in ``unmet`` fall short."""
    return [
        FigureInput(
            result_id=result.pk,
            value=figure(result.indicator, year=year, met=result.indicator.code not in unmet),
            figure_year=year,
            figure_source=source,
        )
        for result in results
        if result.indicator.threshold_kind != ThresholdKind.UNSET
    ]


def _candidates(indicator: Indicator, year: int) -> list[str]:
    match indicator.threshold_kind:
        case ThresholdKind.BOOLEAN:
            return ["true", "false"]
        case ThresholdKind.ORDINAL | ThresholdKind.LEVEL:
            return [str(step) for step in indicator.scale]
        case ThresholdKind.UNSET:
            return []
        case ThresholdKind.YEAR_TABLE:
            table = dict(indicator.threshold or {})
            base = Decimal(str(table.get(str(year), next(iter(table.values())))))
        case _:
            base = Decimal(str(indicator.threshold))
    steps = (Decimal(0), Decimal("2.5"), Decimal(1), Decimal("-0.5"), Decimal("-1"), Decimal("-5"))
    values = [base + step for step in steps]
    if indicator.unit == "%":
        values = [value for value in values if value <= 100]
    return [f"{value:f}".replace(".", ",") for value in values if value >= 0]
