"""Writing criteria sets and responsibilities. Identical content is never written twice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dossiers.organisations.models import AdministrativeUnit, Agency
from dossiers.organisations.reading import ReferenceDataError, as_date, read_yaml

from .deriving import derive
from .documents import SetDocument
from .models import Assignment, CriteriaSet, Criterion, Indicator, TitleLevel
from .reading import PACKAGE, read_overlay, read_set

SET_FILES = ("ntm-2021-2025.yaml", "nang-cao-2021-2025.yaml", "kieu-mau-2021-2025.yaml")
#: The demonstration sets of provinces: file, and the file of the set it completes.
OVERLAYS = (
    ("ha-nam-demo-overlay.yaml", "nang-cao-2021-2025.yaml"),
    ("ha-nam-demo-ntm-overlay.yaml", "ntm-2021-2025.yaml"),
    ("ha-nam-demo-model-overlay.yaml", "kieu-mau-2021-2025.yaml"),
)
TWO_TIER_OVERLAYS = (("ninh-binh-demo-overlay.yaml", "nang-cao-2021-2025.yaml"),)
ASSIGNMENTS_FILE = "assignments-ha-nam.yaml"
TWO_TIER_ASSIGNMENTS_FILE = "assignments-ninh-binh.yaml"

#: Any fixed number: loaders take turns by it.
_LOADING = 4_208_2022


@dataclass(frozen=True)
class LoadedSet:
    """A set in the database and whether this load made it."""

    criteria_set: CriteriaSet
    created: bool
    criteria: int
    indicators: int


@transaction.atomic
def load_set(document: SetDocument) -> LoadedSet:
    """Write the set, unless its newest version says exactly this already.

    Changed content becomes the next version under the same code; older versions stay as dossiers pinned them.
    """
    _take_turn()
    digest = document.content_sha256()
    found = CriteriaSet.objects.filter(code=document.code).order_by("-version").first()
    created = found is None or found.content_sha256 != digest
    if found is None or created:
        found = _write(document, version=found.version + 1 if found else 1, digest=digest)
    return LoadedSet(
        criteria_set=found,
        created=created,
        criteria=found.criteria.count(),
        indicators=Indicator.objects.filter(criterion__set=found).count(),
    )


def _write(document: SetDocument, *, version: int, digest: str) -> CriteriaSet:
    fields = {name: value for name, value in vars(document).items() if name not in ("criteria", "province")}
    criteria_set = CriteriaSet.objects.create(
        **fields,
        province=_province(document.province) if document.province else None,
        version=version,
        content_sha256=digest,
        loaded_at=timezone.now(),
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(
            set=criteria_set, **{name: value for name, value in vars(row).items() if name != "indicators"}
        )
        for row in document.criteria
    )
    Indicator.objects.bulk_create(
        Indicator(criterion=criterion, **asdict(indicator))
        for criterion, row in zip(criteria, document.criteria, strict=True)
        for indicator in row.indicators
    )
    return criteria_set


def load_sets(*, with_demo_overlay: bool = False, with_two_tier: bool = False) -> list[LoadedSet]:
    """Load the sets of the package, and on request the provinces' demonstration sets."""
    documents = {name: read_set(name) for name in SET_FILES}
    wanted = list(documents.values())
    if with_demo_overlay:
        overlays = (*OVERLAYS, *TWO_TIER_OVERLAYS) if with_two_tier else OVERLAYS
        wanted += [read_overlay(name, documents[base]) for name, base in overlays]
    return [load_set(derive(document, _advanced(wanted, document.province))) for document in wanted]


def _advanced(documents: list[SetDocument], province: str) -> SetDocument:
    """Return the advanced set that levels of a province are derived from: its own before the national one."""
    advanced = {one.province: one for one in documents if one.level == TitleLevel.ADVANCED}
    return advanced.get(province, advanced[""])


@transaction.atomic
def load_assignments(criteria_set: CriteriaSet, name: str = ASSIGNMENTS_FILE) -> tuple[int, list[str]]:
    """Give every indicator of the set its responsible agency in the file's province, where none was given for that day.

    Returns how many assignments were made, and the codes of the indicators left open. Raises
    ReferenceDataError for a department or an agency that is not known.
    """
    data = read_yaml(PACKAGE, name)
    province = _province(data["province"])
    valid_from = as_date(data["valid_from"], name)
    agencies = _agencies(data["agencies"], name)
    indicators = Indicator.objects.filter(criterion__set=criteria_set).order_by("position")
    given = set(
        Assignment.objects.filter(
            indicator__criterion__set=criteria_set, province=province, valid_from=valid_from
        )
        .order_by()
        .values_list("indicator_id", flat=True)
    )
    missing, left_open = [], []
    for indicator in indicators:
        department = indicator.notes["lead_department"]
        if department in data["left_open"]:
            left_open.append(indicator.code)
        elif department not in agencies:
            raise ReferenceDataError(f"{name}: {indicator.code}: no agency for {department!r}")
        elif indicator.pk not in given:
            missing.append(_assignment(indicator, agencies[department], data, valid_from))
    Assignment.objects.bulk_create(missing)
    return len(missing), left_open


def _assignment(indicator: Indicator, agency: Agency, data: dict[str, Any], valid_from: Any) -> Assignment:
    return Assignment(
        indicator=indicator,
        agency=agency,
        province_id=agency.unit_id,
        valid_from=valid_from,
        source=indicator.notes.get("department_source", data["source"]),
        verified=bool(data["verified"]),
    )


def _agencies(codes: dict[str, str], where: str) -> dict[str, Agency]:
    found = {agency.code: agency for agency in Agency.objects.filter(code__in=codes.values())}
    unknown = sorted(set(codes.values()) - set(found))
    if unknown:
        raise ReferenceDataError(f"{where}: no agency {', '.join(unknown)}")
    return {department: found[code] for department, code in codes.items()}


def _province(code: str) -> AdministrativeUnit:
    province = (
        AdministrativeUnit.objects.filter(code=code, parent__isnull=True).order_by("-valid_from").first()
    )
    if province is None:
        raise ReferenceDataError(f"no province with code {code}; load its units first")
    return province


def _take_turn() -> None:
    """Wait for another loader to commit, so that two cannot make the same version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOADING])
