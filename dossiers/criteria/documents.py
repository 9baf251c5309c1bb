"""Criteria sets as they stand in data files, read into one checked, hashable shape. No database here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

import rfc8785

from dossiers.organisations.reading import ReferenceDataError, read_yaml

from .kinds import Comparison, Confidence, IndicatorKind, ThresholdKind
from .thresholds import threshold_for

PACKAGE = "dossiers.criteria"
LEVEL_UNIT = "mức độ"
UNCHECKED = "chưa đối chiếu văn bản"

#: Fields of a row that have a column of their own; everything else is kept in ``notes``.
_COLUMNS = frozenset(
    {
        "code",
        "name",
        "kind",
        "unit",
        "comparison",
        "threshold",
        "scale",
        "threshold_by",
        "not_applicable_allowed",
        "province_may_set",
        "confidential",
        "evidence_hints",
        "name_source",
        "threshold_source",
        "threshold_confidence",
        "name_confidence",
    }
)


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


def read_set(name: str) -> SetDocument:
    """Return the set of a data file. Raises ReferenceDataError."""
    return build_set(read_yaml(PACKAGE, name), name)


def read_overlay(name: str, base: SetDocument) -> SetDocument:
    """Return a province's set: a base set with the province's levels. Raises ReferenceDataError."""
    data = read_yaml(PACKAGE, name)
    if data["base"] != base.code:
        raise ReferenceDataError(f"{name}: made for {data['base']}, not for {base.code}")
    levels = dict(data["thresholds"])
    criteria = [_overlaid(criterion, levels, data["note"], name) for criterion in base.criteria]
    if levels:
        raise ReferenceDataError(f"{name}: no indicator {', '.join(levels)} in {base.code}")
    return SetDocument(
        code=data["code"],
        level=base.level,
        title=data["title"],
        legal_basis=base.legal_basis,
        province=data["province"],
        region=base.region,
        valid_from=base.valid_from,
        valid_to=base.valid_to,
        prerequisite=base.prerequisite,
        source=f"{base.source}; {data['note']}",
        demonstration=bool(data["demonstration"]),
        notes={**base.notes, "base": {"code": base.code, "content_sha256": base.content_sha256()}},
        criteria=criteria,
    )


def _overlaid(base: CriterionDocument, levels: dict[str, Any], note: str, where: str) -> CriterionDocument:
    indicators = []
    for indicator in base.indicators:
        changed = IndicatorDocument(**asdict(indicator))
        if indicator.code in levels:
            if indicator.threshold_kind != ThresholdKind.UNSET and not indicator.province_may_set:
                raise ReferenceDataError(f"{where}: the province may not set {indicator.code}")
            changed.threshold_kind, changed.threshold = _threshold(
                levels.pop(indicator.code), indicator.unit, indicator.scale
            )
            changed.threshold_source, changed.source = note, note
            changed.threshold_confidence, changed.verified = Confidence.LOW.value, False
            changed.notes = {**changed.notes, "demonstration": True, "threshold_note": note}
            _check(changed, where)
        indicators.append(changed)
    return CriterionDocument(**{**asdict(base), "indicators": indicators})


def build_set(data: dict[str, Any], where: str) -> SetDocument:
    """Return the checked set of a mapping as it is read from a file. Raises ReferenceDataError."""
    try:
        return _Reader(data, where).set()
    except (KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(f"{where}: {error!r}") from error


class _Reader:
    """Reads one file; ``sources`` maps the short keys that rows use to addresses."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self.data, self.where = data, where
        self.sources: dict[str, str] = data.get("sources", {})
        self.position = 0

    def set(self) -> SetDocument:
        data = self.data
        critical = data.get("revocation_critical_criteria", {})
        notes = {**self.expanded(data.get("notes", {}))}
        if critical:
            notes["revocation_critical_criteria"] = self.expanded(critical)
        return SetDocument(
            code=data["code"],
            level=data["level"],
            title=data["title"],
            legal_basis=data["legal_basis"],
            province=data.get("province", ""),
            region=data["region"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            prerequisite=data.get("prerequisite", ""),
            source=self.addresses(data.get("source", [])),
            demonstration=bool(data.get("demonstration", False)),
            notes=notes,
            criteria=[self.criterion(row, critical.get("numbers", [])) for row in data["criteria"]],
        )

    def criterion(self, row: dict[str, Any], critical: list[int]) -> CriterionDocument:
        source = self.addresses(row.get("source", []))
        if "department_source" in row:
            source = f"sở phụ trách: {self.addresses(row['department_source'])}"
        return CriterionDocument(
            code=row["code"],
            number=row["number"],
            name=row["name"],
            group=row["group"],
            source=source or UNCHECKED,
            is_critical_for_revocation=row["number"] in critical,
            indicators=[self.indicator(one) for one in row["indicators"]],
        )

    def indicator(self, row: dict[str, Any]) -> IndicatorDocument:
        self.position += 1
        regions = dict(row["threshold"])
        if self.data["region"] not in regions:
            raise ReferenceDataError(f"{self.where}: {row['code']} says nothing of {self.data['region']}")
        scale = [str(step) for step in row.get("scale", [])]
        kind, threshold = _threshold(regions.pop(self.data["region"]), row["unit"], scale)
        notes = self.expanded({name: value for name, value in row.items() if name not in _COLUMNS})
        if regions:
            notes["other_regions"] = {name: _threshold(level, "", [])[1] for name, level in regions.items()}
        name_source = self.addresses(row.get("name_source", []))
        threshold_source = self.addresses(row.get("threshold_source", []))
        confidence = Confidence(row["threshold_confidence"])
        name_confidence = row.get("name_confidence", "")
        document = IndicatorDocument(
            code=row["code"],
            name=row["name"],
            position=self.position,
            kind=IndicatorKind(row["kind"]).value,
            unit=row["unit"],
            comparison=Comparison(row["comparison"]).value,
            threshold_kind=kind,
            threshold=threshold,
            scale=scale,
            threshold_by=row.get("threshold_by", ""),
            not_applicable_allowed=bool(row.get("not_applicable_allowed", False)),
            province_may_set=bool(row.get("province_may_set", False)),
            confidential=bool(row.get("confidential", False)),
            evidence_hints=list(row.get("evidence_hints", [])),
            source=f"tên: {name_source or UNCHECKED}; mức: {threshold_source or UNCHECKED}",
            name_source=name_source,
            threshold_source=threshold_source,
            threshold_confidence=confidence.value,
            name_confidence=Confidence(name_confidence).value if name_confidence else "",
            verified=confidence is Confidence.VERIFIED,
            name_verified=name_confidence == Confidence.VERIFIED,
            notes=notes,
        )
        _check(document, self.where)
        return document

    def addresses(self, keys: list[str]) -> str:
        """Return the addresses of source keys, one space between. Raises ReferenceDataError for strangers."""
        unknown = [key for key in keys if key not in self.sources]
        if unknown:
            raise ReferenceDataError(f"{self.where}: no source called {', '.join(unknown)}")
        return " ".join(self.sources[key] for key in keys)

    def expanded(self, value: Any) -> Any:
        """Return notes with source keys as addresses and with text keys, as JSON has them."""
        if isinstance(value, dict):
            return {
                str(name): self.addresses(one)
                if name.endswith("source") and isinstance(one, list)
                else self.expanded(one)
                for name, one in ((str(name), one) for name, one in value.items())
            }
        if isinstance(value, list):
            return [self.expanded(one) for one in value]
        return _plain(value) if isinstance(value, float) else value


def _threshold(level: Any, unit: str, scale: list[str]) -> tuple[str, Any]:
    """Return kind and stored form of a threshold as the file writes it."""
    if level is None:
        return ThresholdKind.UNSET.value, None
    if isinstance(level, bool):
        return ThresholdKind.BOOLEAN.value, level
    if isinstance(level, dict):
        return ThresholdKind.YEAR_TABLE.value, {str(year): _plain(value) for year, value in level.items()}
    if scale:
        kind = ThresholdKind.LEVEL if unit == LEVEL_UNIT else ThresholdKind.ORDINAL
        return kind.value, str(level)
    return ThresholdKind.NUMBER.value, _plain(level)


def _plain(number: float | int) -> str:
    return f"{Decimal(str(number)).normalize():f}"


def _check(document: IndicatorDocument, where: str) -> None:
    """Raise ReferenceDataError when the threshold could not judge anything."""
    try:
        threshold_for(document).describe(2023)
    except (ValueError, ArithmeticError, TypeError) as error:
        raise ReferenceDataError(f"{where}: {document.code}: {error}") from error
    is_yes = document.comparison == Comparison.YES
    if is_yes != (document.threshold_kind == ThresholdKind.BOOLEAN) and document.threshold is not None:
        raise ReferenceDataError(f"{where}: {document.code}: comparison and threshold do not fit")
