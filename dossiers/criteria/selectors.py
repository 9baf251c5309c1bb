"""Reading criteria sets and responsibilities."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from dossiers.organisations.models import AdministrativeUnit

from .models import Assignment, CriteriaSet


def current_set(level: str, province: AdministrativeUnit, year: int) -> CriteriaSet:
    """Return the newest set of the level for titles of the year: the province's own before the national one.

    A demonstration set counts as the province's own where it was loaded and no real one is there. Raises
    CriteriaSet.DoesNotExist. One or two queries.
    """
    sets = CriteriaSet.objects.filter(level=level, valid_from__lte=year, valid_to__gte=year)
    own = sets.filter(province=province).order_by("demonstration", "-loaded_at", "-version").first()
    found = own or sets.filter(province__isnull=True).order_by("-loaded_at", "-version").first()
    if found is None:
        raise CriteriaSet.DoesNotExist(f"no set of level {level} for {year}")
    return found


def responsible_agencies(
    criteria_set: CriteriaSet, on: date, *, province: AdministrativeUnit | None = None
) -> dict[int, int]:
    """Return indicator id → id of the agency responsible on this day. One query.

    Name the province where a national set is used by several. Indicators that nobody is responsible for are
    left out.
    """
    rows = _in_order_of_validity(criteria_set, on)
    if province is not None:
        rows = rows.filter(province=province)
    return dict(rows.values_list("indicator_id", "agency_id"))


def responsibilities(
    criteria_set: CriteriaSet, on: date, *, province: AdministrativeUnit
) -> dict[int, Assignment]:
    """Return indicator id → the province's assignment in force on this day, with its agency. One query."""
    rows = _in_order_of_validity(criteria_set, on).filter(province=province).select_related("agency")
    return {row.indicator_id: row for row in rows}


def _in_order_of_validity(criteria_set: CriteriaSet, on: date) -> QuerySet[Assignment]:
    """Return the assignments made until this day, those in force after those they replace."""
    return Assignment.objects.filter(indicator__criterion__set=criteria_set, valid_from__lte=on).order_by(
        "valid_from", "pk"
    )
