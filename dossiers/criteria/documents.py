"""Criteria sets as they stand in data files, in one hashable shape. No database here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import rfc8785


@dataclass
class IndicatorDocument:
    """One indicator, in the words of the ``Indicator`` model."""

    code: str
    name: str
    position: int
    kind: str
    unit: str
    comparison: str
    threshold_kind: str
    threshold: Any
    scale: list[str]
    threshold_by: str
    not_applicable_allowed: bool
    province_may_set: bool
    confidential: bool
    evidence_hints: list[str]
    source: str
    name_source: str
    threshold_source: str
    threshold_confidence: str
    name_confidence: str
    verified: bool
    name_verified: bool
    notes: dict[str, Any]


@dataclass
class CriterionDocument:
    """One criterion with its indicators."""

    code: str
    number: int
    name: str
    group: str
    source: str
    is_critical_for_revocation: bool
    indicators: list[IndicatorDocument] = field(default_factory=list)


@dataclass
class SetDocument:
    """One criteria set. ``province`` is the code of a province, empty for the national set."""

    code: str
    level: str
    title: str
    legal_basis: str
    province: str
    region: str
    valid_from: int
    valid_to: int
    prerequisite: str
    source: str
    demonstration: bool
    notes: dict[str, Any]
    criteria: list[CriterionDocument] = field(default_factory=list)

    def content_sha256(self) -> str:
        """Return the hash of everything the set says, independent of the layout of the file."""
        return sha256(rfc8785.dumps(asdict(self))).hexdigest()
