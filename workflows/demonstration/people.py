"""Demonstration people: one for every role at every agency, with invented names."""

from __future__ import annotations

import random
from datetime import date

from django.contrib.auth.hashers import make_password

from dossiers.organisations.models import (
    AdministrativeUnit,
    Agency,
    AgencyKind,
    Appointment,
    Level,
    Role,
    User,
)
from dossiers.policies import Actor

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lại")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Quang", "Thu", "Hồng", "Xuân", "Ngọc")
GIVENS = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hùng",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Nga",
)
SINCE = date(2021, 7, 1)

ROLES_AT: dict[tuple[str, str], tuple[tuple[Role, str], ...]] = {
    (AgencyKind.PEOPLES_COMMITTEE, Level.COMMUNE): (
        (Role.COMMUNE_OFFICIAL, "Công chức phụ trách nông thôn mới"),
        (Role.COMMUNE_CHAIR, "Chủ tịch UBND xã"),
    ),
    (AgencyKind.PEOPLES_COMMITTEE, Level.DISTRICT): (
        (Role.DISTRICT_OFFICER, "Chuyên viên phòng chuyên môn"),
        (Role.DISTRICT_CHAIR, "Chủ tịch UBND cấp huyện"),
    ),
    (AgencyKind.DIVISION, Level.DISTRICT): ((Role.DIVISION_HEAD, "Lãnh đạo phòng, ban"),),
    (AgencyKind.PEOPLES_COMMITTEE, Level.PROVINCE): ((Role.PROVINCIAL_CHAIR, "Chủ tịch UBND tỉnh"),),
    (AgencyKind.DEPARTMENT, Level.PROVINCE): (
        (Role.DEPARTMENT_OFFICER, "Chuyên viên"),
        (Role.DEPARTMENT_HEAD, "Giám đốc"),
    ),
    (AgencyKind.COORDINATION_OFFICE, Level.PROVINCE): (
        (Role.COORDINATION_OFFICER, "Chuyên viên Văn phòng Điều phối"),
    ),
    (AgencyKind.APPRAISAL_COUNCIL, Level.PROVINCE): ((Role.COUNCIL_SECRETARY, "Thư ký Hội đồng"),),
    (AgencyKind.INSPECTORATE, Level.PROVINCE): ((Role.INSPECTOR, "Thanh tra viên"),),
    (AgencyKind.ADMINISTRATION, Level.PROVINCE): ((Role.ADMINISTRATOR, "Quản trị hệ thống"),),
    (AgencyKind.FATHERLAND_FRONT, Level.PROVINCE): ((Role.FRONT_OFFICER, "Cán bộ Mặt trận"),),
    (AgencyKind.FATHERLAND_FRONT, Level.DISTRICT): ((Role.FRONT_OFFICER, "Cán bộ Mặt trận"),),
    (AgencyKind.FATHERLAND_FRONT, Level.COMMUNE): ((Role.FRONT_OFFICER, "Chủ tịch Mặt trận xã"),),
}
SUFFIX = {
    Role.COMMUNE_OFFICIAL: "cb",
    Role.COMMUNE_CHAIR: "ct",
    Role.DISTRICT_OFFICER: "cv",
    Role.DISTRICT_CHAIR: "ct",
    Role.DEPARTMENT_OFFICER: "cv",
    Role.DEPARTMENT_HEAD: "gd",
    Role.PROVINCIAL_CHAIR: "ct",
}


def appoint_everybody(password: str | None) -> int:
    """Give every agency its demonstration people; return how many were made. Idempotent.

    ``password`` is the one they all share; with None nobody can sign in by password.
    """
    hashed = make_password(password)
    missing = []
    have = set(Appointment.objects.values_list("agency_id", "role"))
    for agency in Agency.objects.select_related("unit").order_by("pk"):
        for role, position in ROLES_AT.get((agency.kind, agency.unit.level), ()):
            if (agency.pk, role) not in have:
                missing.append((agency, role, position))
    users = User.objects.bulk_create(
        User(
            username=username_of(agency, role),
            full_name=invented_name(f"{agency.code}/{role}"),
            password=hashed,
            is_demo=True,
        )
        for agency, role, _position in missing
    )
    Appointment.objects.bulk_create(
        Appointment(user=user, agency=agency, role=role, position_title=position, starts_on=SINCE)
        for user, (agency, role, position) in zip(users, missing, strict=True)
    )
    return len(users)


def username_of(agency: Agency, role: Role) -> str:
    """Return the sign-in name of the demonstration person with this role, such as ``ubnd-liem-tuyen-13444.ct``."""
    return f"{agency.code}.{SUFFIX[role]}" if role in SUFFIX else agency.code


def invented_name(seed: str) -> str:
    """Return an invented Vietnamese name; the same seed gives the same name."""
    dice = random.Random(seed)
    return f"{dice.choice(SURNAMES)} {dice.choice(MIDDLES)} {dice.choice(GIVENS)}"


class People:
    """Finds the actor of a role at an agency. Reads all appointments once."""

    def __init__(self) -> None:
        rows = Appointment.objects.filter(user__is_active=True).select_related("user", "agency__unit__parent")
        self._actors: dict[tuple[int, Role], Actor] = {}
        self._of_kind: dict[tuple[int, str], Agency] = {}
        for row in rows.order_by("pk"):
            self._actors.setdefault((row.agency_id, Role(row.role)), Actor(user=row.user, appointment=row))
            self._of_kind.setdefault((row.agency.unit_id, row.agency.kind), row.agency)

    def at(self, agency: Agency | int, role: Role) -> Actor:
        """Return who has the role at the agency. Raises KeyError when nobody has."""
        return self._actors[agency if isinstance(agency, int) else agency.pk, role]

    def committee(self, unit: AdministrativeUnit, role: Role) -> Actor:
        """Return who has the role at the unit's People's Committee."""
        return self.of_kind(unit, AgencyKind.PEOPLES_COMMITTEE, role)

    def of_kind(self, unit: AdministrativeUnit, kind: AgencyKind, role: Role) -> Actor:
        """Return who has the role at the unit's agency of this kind."""
        return self.at(self._of_kind[unit.pk, kind], role)
