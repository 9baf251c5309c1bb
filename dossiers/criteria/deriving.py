"""Levels that rest on another set: the model set asks for a percentage of what the advanced set asks for."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from dossiers.organisations.reading import ReferenceDataError

from .documents import CriterionDocument, IndicatorDocument, SetDocument
from .kinds import ThresholdKind


def derive(document: SetDocument, base: SetDocument) -> SetDocument:
    """Return the set with every level that is ``derived_from`` one of ``base`` reckoned from it, year by year.

    A set without such levels is returned as it is. A derived level is as sure as the level it rests on. Raises
    ReferenceDataError when the base has no such level.
    """
    indicators = [one for criterion in document.criteria for one in criterion.indicators]
    if not any("derived_from" in one.notes for one in indicators):
        return document
    criteria = [
        CriterionDocument(
            **{**vars(criterion), "indicators": [_derived(one, base) for one in criterion.indicators]}
        )
        for criterion in document.criteria
    ]
    notes = {**document.notes, "derived_from": {"code": base.code, "content_sha256": base.content_sha256()}}
    return SetDocument(**{**vars(document), "notes": notes, "criteria": criteria})


def _derived(indicator: IndicatorDocument, base: SetDocument) -> IndicatorDocument:
    rule = indicator.notes.get("derived_from")
    if rule is None:
        return indicator
    wanted = [
        one for criterion in base.criteria for one in criterion.indicators if one.code == rule["indicator"]
    ]
    if not wanted or wanted[0].threshold_kind not in (ThresholdKind.YEAR_TABLE, ThresholdKind.NUMBER):
        raise ReferenceDataError(
            f"{base.code}: no level of {rule['indicator']} to derive {indicator.code} from"
        )
    (source,) = wanted
    share = Decimal(rule["percent"]) / 100
    derived = IndicatorDocument(**asdict(indicator))
    derived.unit, derived.threshold_kind = source.unit, source.threshold_kind
    derived.threshold = _times(source.threshold, share)
    derived.threshold_by = source.threshold_by
    derived.threshold_confidence, derived.verified = source.threshold_confidence, source.verified
    derived.threshold_source = " ".join(filter(None, [indicator.threshold_source, source.threshold_source]))
    return derived


def _times(level: Any, share: Decimal) -> Any:
    if isinstance(level, dict):
        return {year: _times(one, share) for year, one in level.items()}
    return f"{(Decimal(level) * share).normalize():f}"
