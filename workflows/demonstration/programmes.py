"""The programmes of the demonstration besides those of Hà Nam's advanced communes. Numbers and dates are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dossiers.criteria.models import TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.organisations.models import AdministrativeUnit, AgencyKind, Role
from dossiers.programmes.acts import ProgrammeTargets, announce_programme
from dossiers.programmes.models import Programme

from .people import People


@dataclass(frozen=True)
class Plan:
    """A year's plan of the demonstration for one level of title."""

    year: int
    level: TitleLevel
    document: str
    issued_on: date


BASIC_2023 = Plan(2023, TitleLevel.NTM, "Kế hoạch xã nông thôn mới năm 2023 (minh họa)", date(2023, 7, 26))
MODEL_2023 = Plan(2023, TitleLevel.MODEL, "Kế hoạch xã kiểu mẫu năm 2023 (minh họa)", date(2023, 7, 26))
TWO_TIERS_2025 = Plan(
    2025, TitleLevel.ADVANCED, "Kế hoạch xã nâng cao năm 2025, hai cấp (minh họa)", date(2025, 8, 15)
)


def announced(people: People, province: AdministrativeUnit, plan: Plan) -> Programme:
    """Return the province's programme of a plan, announcing it when it is missing."""
    found = Programme.objects.filter(
        province=province, year=plan.year, criteria_set__level=plan.level
    ).first()
    return found or announce_programme(
        actor=people.of_kind(province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER),
        year=plan.year,
        criteria_set=current_set(plan.level, province, plan.year),
        document=plan.document,
        issued_on=plan.issued_on,
        targets=ProgrammeTargets(),
        source="minh họa: số hiệu và ngày ban hành là đặt ra",
    )
