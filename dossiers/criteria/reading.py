"""Reading criteria sets from the data files of the package, and checking them. No database here."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from dossiers.organisations.reading import ReferenceDataError, read_yaml

from .documents import CriterionDocument, IndicatorDocument, SetDocument
from .kinds import Comparison, Confidence, IndicatorKind, ThresholdKind
from .thresholds import threshold_for

PACKAGE = "dossiers.criteria"
LEVEL_UNIT = "mức độ"
UNCHECKED = "chưa đối chiếu văn bản"

#: What reading raises for a file that does not say what it should.
BROKEN = (KeyError, TypeError, AttributeError, ValueError, ArithmeticError)

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
    except ReferenceDataError:
        raise
    except BROKEN as error:
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
            indicators=[self.checked(one) for one in row["indicators"]],
        )

    def checked(self, row: dict[str, Any]) -> IndicatorDocument:
        """Return the indicator of a row; errors name the row."""
        try:
            return self.indicator(row)
        except ReferenceDataError:
            raise
        except BROKEN as error:
            raise ReferenceDataError(f"{self.where}: {row.get('code')}: {error!r}") from error

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
