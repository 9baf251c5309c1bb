"""Reading what a title asks for, and what a dossier shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dossiers.criteria.models import Assignment, TitleLevel
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Agency
from dossiers.procedures import get_procedure
from dossiers.results.models import IndicatorResult
from dossiers.titles.models import Title

PRIOR_TITLE, CHOSEN_FIELD = "prior_title", "chosen_field"

#: The titles from the lowest on: who holds one has met what those before it ask for.
ORDER = (TitleLevel.NTM, TitleLevel.ADVANCED, TitleLevel.MODEL)


def asked_title(dossier: Dossier) -> TitleLevel | None:
    """Return the title that the dossier's procedure asks for before its own, None when it asks for none."""
    gates = {rule.code: rule for rule in get_procedure(dossier.procedure).gates}
    level = gates[PRIOR_TITLE].parameters.get("level") if PRIOR_TITLE in gates else None
    return TitleLevel(level) if level else None


def held_title(commune: AdministrativeUnit, level: TitleLevel) -> Title | None:
    """Return a title in force of this level or a higher one, None when the commune holds none. One query."""
    levels = ORDER[ORDER.index(level) :]
    return Title.objects.in_force().filter(commune=commune, level__in=levels).first()


@dataclass(frozen=True)
class Field:
    """A field that communes may be a model in, and the department (by its name in the set) that appraises it."""

    key: str
    name: str
    department: str


def field_result(dossier: Dossier) -> IndicatorResult | None:
    """Return the result of the indicator that is met in a field of choice, None when the set has none. One query."""
    results = IndicatorResult.objects.filter(dossier=dossier, indicator__notes__has_key="options")
    return results.select_related("indicator").first()


def fields_of(result: IndicatorResult) -> list[Field]:
    """Return the fields that the indicator offers, in the order of the data."""
    options = result.indicator.notes["options"]
    return [Field(row["key"], row["name"], row["lead_department"]) for row in options]


def department_of(field: Field, province: AdministrativeUnit, on: date) -> Agency | None:
    """Return who appraises in the province what the sets give to the field's department. One query."""
    assignments = Assignment.objects.filter(
        province=province, valid_from__lte=on, indicator__notes__lead_department=field.department
    )
    latest = assignments.select_related("agency").order_by("-valid_from", "-pk").first()
    return latest.agency if latest else None
