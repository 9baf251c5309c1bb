"""Loading provinces: units with their successors, and the agencies of each. Idempotent."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from .models import AdministrativeUnit, Agency, AgencyKind, Level, UnitKind, UnitSuccession
from .reading import ReferenceDataError, as_date, read_yaml

PACKAGE = "dossiers.organisations"
UNITS_FILE = "units-ha-nam-2023.yaml"
AGENCIES_FILE = "agencies-ha-nam-2023.yaml"
TWO_TIER_UNITS_FILE = "units-ninh-binh-2025.yaml"
TWO_TIER_AGENCIES_FILE = "agencies-ninh-binh-2025.yaml"

#: The day of Nghị quyết 1288/NQ-UBTVQH15, and the day on which the districts ended.
REARRANGED_ON = date(2025, 1, 1)
MERGED_ON = date(2025, 7, 1)
RETIRED = "retired"

KIND_WORDS = ("Tỉnh ", "Thành phố ", "Thị xã ", "Huyện ", "Xã ", "Phường ", "Thị trấn ")


@dataclass
class LoadedUnits:
    """What loading found or made. ``made`` counts the rows that were not there before."""

    province: AdministrativeUnit
    districts: int = 0
    communes: int = 0
    units: int = 0
    successions: int = 0
    agencies: int = 0
    departments: int = 0
    made: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def load_ha_nam() -> LoadedUnits:
    """Load Hà Nam's province, 6 districts, 109 units with successions, and their agencies.

    Rows that are there are left as they are, but for positions where there are none. Raises ReferenceDataError when
    the data contradict themselves.
    """
    return _load(UNITS_FILE, AGENCIES_FILE)


@transaction.atomic
def load_ninh_binh() -> LoadedUnits:
    """Load what is known of the merged Ninh Bình, which has no districts: some communes, and their agencies.

    Rows that are there are left as they are. Raises ReferenceDataError when the data contradict themselves.
    """
    return _load(TWO_TIER_UNITS_FILE, TWO_TIER_AGENCIES_FILE)


def _load(units_file: str, agencies_file: str) -> LoadedUnits:
    before = _totals()
    province = _load_units(read_yaml(PACKAGE, units_file), units_file)
    _load_agencies(province, read_yaml(PACKAGE, agencies_file), agencies_file)
    after = _totals()
    districts = province.children.filter(level=Level.DISTRICT)
    communes = AdministrativeUnit.objects.filter(_below(province), level=Level.COMMUNE)
    return LoadedUnits(
        province=province,
        districts=districts.count(),
        units=communes.count(),
        communes=communes.communes().count(),
        successions=UnitSuccession.objects.filter(_within(province)).count(),
        agencies=Agency.objects.filter(_within(province)).count(),
        departments=province.agencies.filter(kind=AgencyKind.DEPARTMENT).count(),
        made={name: after[name] - before[name] for name in after},
    )


def _below(province: AdministrativeUnit) -> Q:
    return Q(parent=province) | Q(parent__parent=province)


def _within(province: AdministrativeUnit) -> Q:
    return Q(unit=province) | Q(unit__parent=province) | Q(unit__parent__parent=province)


def _totals() -> dict[str, int]:
    return {
        "units": AdministrativeUnit.objects.count(),
        "successions": UnitSuccession.objects.count(),
        "agencies": Agency.objects.count(),
    }


def _load_units(data: dict[str, Any], where: str) -> AdministrativeUnit:
    """Make the units tier by tier, so that a thousand rows cost a handful of queries."""
    maker = _UnitMaker(data, where)
    (province,) = maker.ensure([(data["province"], None)])
    blocks = data.get("districts", [])
    districts = maker.ensure([(block["unit"], province) for block in blocks])
    communes = [
        (row, district)
        for district, block in zip(districts, blocks, strict=True)
        for row in block["communes"]
    ]
    maker.ensure([*communes, *((row, province) for row in data.get("communes", []))])
    UnitSuccession.objects.bulk_create(maker.successions, ignore_conflicts=True)
    return province


class _UnitMaker:
    """Makes the units that are missing and collects the successions of all."""

    def __init__(self, data: dict[str, Any], where: str) -> None:
        self.where = where
        self.starts = as_date(data["valid_from"], "valid_from")
        self.ends = as_date(data["valid_to"], "valid_to") if data["valid_to"] else None
        self.common = {
            "region": data["province"]["region"],
            "source": "; ".join(data["source"].values()),
            "verified": bool(data["verified"]),
        }
        positions = data.get("positions", {"source": "", "verified": False})
        self.positions = {
            "position_source": positions["source"],
            "position_verified": bool(positions["verified"]),
        }
        self.successions: list[UnitSuccession] = []

    def ensure(
        self, rows: Sequence[tuple[dict[str, Any], AdministrativeUnit | None]]
    ) -> list[AdministrativeUnit]:
        codes = [row["code"] for row, _parent in rows]
        same_time = AdministrativeUnit.objects.filter(code__in=codes).exclude(valid_to__lt=self.starts)
        if self.ends is not None:
            same_time = same_time.filter(valid_from__lte=self.ends)
        known = {unit.code: unit for unit in same_time}
        units = [
            self._match(known[row["code"]], row, parent) if row["code"] in known else self._new(row, parent)
            for row, parent in rows
        ]
        AdministrativeUnit.objects.bulk_create(unit for unit in units if unit.pk is None)
        self._locate(units, rows)
        for unit, (row, _parent) in zip(units, rows, strict=True):
            self.successions += _successions(unit, row)
        return units

    def _locate(self, units: list[AdministrativeUnit], rows: Sequence[tuple[dict[str, Any], Any]]) -> None:
        """Give a position to units from before there were any; one that is there may be better and stays."""
        unlocated = [
            (unit, row)
            for unit, (row, _parent) in zip(units, rows, strict=True)
            if unit.latitude is None and "position" in row
        ]
        for unit, row in unlocated:
            for name, value in self._position(row).items():
                setattr(unit, name, value)
            unit.save(update_fields=[*self._position(row)])

    def _new(self, row: dict[str, Any], parent: AdministrativeUnit | None) -> AdministrativeUnit:
        kind = UnitKind(row["kind"])
        return AdministrativeUnit(
            code=row["code"],
            name=row["name"],
            kind=kind,
            level=kind.level,
            parent=parent,
            valid_from=self.starts,
            valid_to=REARRANGED_ON - timedelta(days=1) if "changed" in row else self.ends,
            **self.common,
            **self._position(row),
        )

    def _position(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row["position"], **self.positions} if "position" in row else {}

    def _match(
        self, unit: AdministrativeUnit, row: dict[str, Any], parent: AdministrativeUnit | None
    ) -> AdministrativeUnit:
        wanted = (self.starts, row["name"], row["kind"], parent.pk if parent else None)
        if (unit.valid_from, unit.name, unit.kind, unit.parent_id) != wanted:
            raise ReferenceDataError(
                f"{self.where}: code {row['code']} already belongs to {unit.name} from {unit.valid_from}"
            )
        return unit


def _successions(unit: AdministrativeUnit, row: dict[str, Any]) -> list[UnitSuccession]:
    found = []
    changed = row.get("changed")
    if changed == RETIRED:
        note = "mã thôi dùng từ ngày này; nguồn không nêu đơn vị kế tục"
        found.append(UnitSuccession(unit=unit, effective_on=REARRANGED_ON, note=note))
    elif changed:
        note = "tên của đơn vị mang mã này từ ngày này"
        found.append(
            UnitSuccession(unit=unit, code=unit.code, name=changed, effective_on=REARRANGED_ON, note=note)
        )
    for successor in row.get("successors", []):
        codes = successor.get("conflict", [])
        found.append(
            UnitSuccession(
                unit=unit,
                code=successor.get("code", ""),
                name=successor["name"],
                effective_on=MERGED_ON,
                note=f"các nguồn ghi mã khác nhau: {', '.join(codes)}" if codes else "",
            )
        )
    return found


def _load_agencies(province: AdministrativeUnit, data: dict[str, Any], where: str) -> None:
    if data["province"] != province.code:
        raise ReferenceDataError(f"{where}: province {data['province']} is not {province.code}")
    common = {"source": data["source"], "verified": bool(data["verified"])}
    wanted = [
        Agency(
            code=row["code"],
            kind=AgencyKind(row["kind"]),
            unit=province,
            name=row["name"],
            short_name=row["short_name"],
            source=row.get("source", common["source"]),
            verified=common["verified"],
        )
        for row in data["agencies"]
    ]
    districts = list(province.children.filter(level=Level.DISTRICT))
    wanted += [
        _division(unit, row, data["divisions"]) for unit in districts for row in data["divisions"]["rows"]
    ]
    communes = AdministrativeUnit.objects.filter(_below(province)).communes()
    for unit in (province, *districts, *communes):
        wanted += [_committee(unit, common), _front(unit, common)]
    known = set(Agency.objects.values_list("code", flat=True))
    Agency.objects.bulk_create(agency for agency in wanted if agency.code not in known)


def _division(unit: AdministrativeUnit, row: dict[str, Any], common: dict[str, Any]) -> Agency:
    name = f"{row['name']} {unit.name_in_sentence}"
    return Agency(
        code=division_code(row["code"], unit),
        kind=AgencyKind.DIVISION,
        unit=unit,
        name=name,
        short_name=name[:80],
        source=common["source"],
        verified=bool(common["verified"]),
    )


def division_code(code: str, unit: AdministrativeUnit) -> str:
    """Return the code of a district's division, from its code within the district."""
    return f"{code}-{unit_slug(unit)}"


@cache
def division_of_department() -> Mapping[str, str]:
    """Return by the code of a provincial department the code, within a district, of the division beneath it."""
    rows = read_yaml(PACKAGE, AGENCIES_FILE)["divisions"]["rows"]
    return {department: row["code"] for row in rows for department in row["of"]}


def _committee(unit: AdministrativeUnit, common: dict[str, Any]) -> Agency:
    name = f"UBND {unit.name_in_sentence}"
    return Agency(
        code=f"ubnd-{unit_slug(unit)}",
        kind=AgencyKind.PEOPLES_COMMITTEE,
        unit=unit,
        name=name,
        short_name=name,
        **common,
    )


def _front(unit: AdministrativeUnit, common: dict[str, Any]) -> Agency:
    return Agency(
        code=f"mttq-{unit_slug(unit)}",
        kind=AgencyKind.FATHERLAND_FRONT,
        unit=unit,
        name=f"Ủy ban MTTQ Việt Nam {unit.name_in_sentence}",
        short_name=f"MTTQ {unit.name_in_sentence}",
        **common,
    )


def unit_slug(unit: AdministrativeUnit) -> str:
    """Return name and code without accents, such as ``liem-tuyen-13444``; the province has no code in it.

    Units of the two levels since July 2025 carry the year, because codes and names go on to other units.
    """
    proper = next((unit.name[len(word) :] for word in KIND_WORDS if unit.name.startswith(word)), unit.name)
    plain = unicodedata.normalize("NFD", proper.replace("Đ", "D").replace("đ", "d"))
    slug = slugify("".join(char for char in plain if not unicodedata.combining(char)))
    if unit.level == Level.PROVINCE:
        return slug
    return f"{slug}-{unit.code}" if unit.valid_from < MERGED_ON else f"{slug}-{unit.code}-{MERGED_ON.year}"
