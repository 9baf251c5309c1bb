"""Criteria sets as versioned data, and who is responsible for each indicator."""

from .assignments import Assignment
from .indicators import Comparison, Confidence, Criterion, Indicator, IndicatorKind, ThresholdKind
from .sets import CriteriaSet, TitleLevel

__all__ = [
    "Assignment",
    "Comparison",
    "Confidence",
    "CriteriaSet",
    "Criterion",
    "Indicator",
    "IndicatorKind",
    "ThresholdKind",
    "TitleLevel",
]
