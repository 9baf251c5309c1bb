"""Judging a figure against the threshold of its indicator. No database here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from .figures import (
    Figure,
    InvalidFigure,
    NumberFigure,
    ScaleFigure,
    Value,
    YesNoFigure,
    scale_of,
    shown_unit,
)
from .kinds import Comparison, ThresholdKind
from .numbers import format_number

__all__ = ["InvalidFigure", "Threshold", "Verdict", "evaluate", "parse_value", "threshold_for"]


class IndicatorLike(Protocol):
    """What of an indicator decides its threshold."""

    unit: str
    comparison: str
    threshold_kind: str
    threshold: Any
    scale: Any


@dataclass(frozen=True)
class Verdict:
    """Whether a figure meets the threshold; None when that cannot be said, for ``reason``."""

    met: bool | None
    reason: str


@dataclass(frozen=True)
class Threshold(ABC):
    """A threshold together with the way figures of its indicator are written."""

    figure: Figure

    @abstractmethod
    def describe(self, year: int) -> str:
        """Return what is required for a title of this year, in Vietnamese."""

    @abstractmethod
    def judge(self, value: Value, year: int) -> bool | None:
        """Return whether the value meets the threshold of this year; None when there is none."""

    def parse_value(self, raw: str) -> Value:
        """Return the value of what a person typed. Raises InvalidFigure."""
        return self.figure.parse(raw)

    def canonical(self, raw: str) -> str:
        """Return what a person typed as the text to store. Raises InvalidFigure."""
        return self.figure.canonical(self.figure.parse(raw))

    def display(self, canonical: str) -> str:
        """Return stored text as people read and type it, without the unit; empty for empty."""
        return self.figure.display(self.figure.load(canonical)) if canonical else ""

    def choices(self) -> list[tuple[str, str]]:
        """Return (stored, shown) where one picks from a list; empty where one types."""
        return self.figure.choices()

    def evaluate(self, value: Value | None, year: int) -> Verdict:
        """Judge a figure for a title of this year.

        ``value`` is stored (canonical) text or a value from ``parse_value``; None or empty text cannot be
        judged, and neither can a figure of a year that has no threshold.
        """
        if value is None or value == "":
            return Verdict(None, _("Chưa có số liệu."))
        loaded = self.figure.load(value) if isinstance(value, str) else value
        met = self.judge(loaded, year)
        words = {"figure": self.figure.display(loaded), "threshold": self.describe(year)}
        if met is None:
            return Verdict(None, _("Chưa thể kết luận: %(threshold)s.") % words)
        if isinstance(loaded, bool):
            return Verdict(met, f"{words['figure']}.")
        if met:
            return Verdict(True, _("%(figure)s: đạt yêu cầu %(threshold)s.") % words)
        return Verdict(False, _("%(figure)s: chưa đạt yêu cầu %(threshold)s.") % words)

    def shortfall(self, canonical: str, year: int) -> str:
        """Return in words that stored text misses the threshold of a title of this year; empty where it does not.

        A figure that is only «Đạt» or not says the same itself, so that nothing is said of it.
        """
        if not canonical:
            return ""
        value = self.figure.load(canonical)
        if isinstance(value, bool) or self.judge(value, year) is not False:
            return ""
        words = {"figure": self.figure.display(value), "threshold": self.describe(year)}
        return _("Số liệu %(figure)s chưa đạt ngưỡng %(threshold)s.") % words


def _holds(comparison: Comparison, figure: Any, level: Any) -> bool:
    match comparison:
        case Comparison.AT_LEAST:
            return bool(figure >= level)
        case Comparison.AT_MOST:
            return bool(figure <= level)
        case _:
            return bool(figure == level)


@dataclass(frozen=True)
class NumberThreshold(Threshold):
    """A number that the figure must reach, not exceed, or equal."""

    comparison: Comparison
    unit: str
    level: Decimal

    def judge(self, value: Value, year: int) -> bool | None:
        return _holds(self.comparison, value, self.level)

    def describe(self, year: int) -> str:
        return _required(self.comparison, self.level, self.unit)


@dataclass(frozen=True)
class YearTableThreshold(Threshold):
    """A number for each year of title. A year that is not in the table has no threshold."""

    comparison: Comparison
    unit: str
    levels: Mapping[int, Decimal]

    def judge(self, value: Value, year: int) -> bool | None:
        level = self.levels.get(year)
        return None if level is None else _holds(self.comparison, value, level)

    def describe(self, year: int) -> str:
        level = self.levels.get(year)
        if level is None:
            return _("chưa có mức cho năm %(year)s") % {"year": year}
        return f"{_required(self.comparison, level, self.unit)} ({year})"


@dataclass(frozen=True)
class ScaleThreshold(Threshold):
    """A step of an ordered scale that the figure must reach."""

    figure: ScaleFigure
    comparison: Comparison
    step: str

    def judge(self, value: Value, year: int) -> bool | None:
        return _holds(self.comparison, self.figure.rank(value), self.figure.rank(self.step))

    def describe(self, year: int) -> str:
        shown = self.figure.display(self.step)
        if not self.figure.prefix:
            shown = _("loại %(step)s") % {"step": shown}
        match self.comparison:
            case Comparison.AT_LEAST:
                return _("từ %(step)s trở lên") % {"step": shown[:1].lower() + shown[1:]}
            case Comparison.AT_MOST:
                return _("từ %(step)s trở xuống") % {"step": shown[:1].lower() + shown[1:]}
            case _:
                return shown


@dataclass(frozen=True)
class YesThreshold(Threshold):
    """The figure must be «Đạt»."""

    def judge(self, value: Value, year: int) -> bool | None:
        return bool(value)

    def describe(self, year: int) -> str:
        return _("Đạt")


@dataclass(frozen=True)
class UnsetThreshold(Threshold):
    """The province has to set the level before the indicator can be judged; figures may be kept already."""

    def judge(self, value: Value, year: int) -> bool | None:
        return None

    def describe(self, year: int) -> str:
        return _("chưa có mức: tỉnh phải quy định trước khi dùng")


def threshold_for(indicator: IndicatorLike) -> Threshold:
    """Return the threshold of an indicator. Raises ValueError when its data contradict themselves."""
    comparison = Comparison(indicator.comparison)
    number = NumberFigure(indicator.unit)
    match ThresholdKind(indicator.threshold_kind):
        case ThresholdKind.NUMBER:
            return NumberThreshold(number, comparison, indicator.unit, Decimal(str(indicator.threshold)))
        case ThresholdKind.YEAR_TABLE:
            levels = {int(year): Decimal(str(level)) for year, level in indicator.threshold.items()}
            return YearTableThreshold(number, comparison, indicator.unit, levels)
        case ThresholdKind.ORDINAL:
            return _scale_threshold(indicator, comparison, prefix="")
        case ThresholdKind.LEVEL:
            return _scale_threshold(indicator, comparison, prefix=_("Mức độ"))
        case ThresholdKind.BOOLEAN:
            return YesThreshold(YesNoFigure())
        case ThresholdKind.UNSET:
            return UnsetThreshold(_figure_of_unset(indicator, comparison))


def parse_value(indicator: IndicatorLike, raw: str) -> Value:
    """Return the value of what a person typed for this indicator. Raises InvalidFigure."""
    return threshold_for(indicator).parse_value(raw)


def evaluate(indicator: IndicatorLike, value: Value | None, year: int) -> Verdict:
    """Judge a figure of this indicator for a title of this year."""
    return threshold_for(indicator).evaluate(value, year)


def _scale_threshold(indicator: IndicatorLike, comparison: Comparison, *, prefix: str) -> ScaleThreshold:
    figure = ScaleFigure(scale_of(indicator.scale), prefix)
    step = str(indicator.threshold)
    if step not in figure.scale:
        raise ValueError(f"threshold {step!r} is not a step of {figure.scale}")
    return ScaleThreshold(figure, comparison, step)


def _figure_of_unset(indicator: IndicatorLike, comparison: Comparison) -> Figure:
    if indicator.scale:
        return ScaleFigure(scale_of(indicator.scale))
    return YesNoFigure() if comparison is Comparison.YES else NumberFigure(indicator.unit)


def _required(comparison: Comparison, level: Decimal, unit: str) -> str:
    amount = f"{format_number(level)} {shown_unit(unit)}"
    match comparison:
        case Comparison.AT_LEAST:
            return f"≥ {amount}"
        case Comparison.AT_MOST:
            return f"≤ {amount}"
        case _:
            return _("bằng %(amount)s") % {"amount": amount}
