"""Criteria sets as versioned data, and who is responsible for each indicator."""

from dossiers.criteria.kinds import Comparison, Confidence, IndicatorKind, ThresholdKind

from .assignments import Assignment
from .indicators import Criterion, Indicator
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
