"""Roles, where they may sit, and the dated appointments that give them to people."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .agencies import Agency, AgencyKind
from .people import User
from .units import Level


class Role(models.TextChoices):
    """What a person is in the procedure, in one appointment."""

    COMMUNE_OFFICIAL = "commune_official", _("Công chức phụ trách nông thôn mới xã")
    COMMUNE_CHAIR = "commune_chair", _("Chủ tịch UBND xã")
    FRONT_OFFICER = "front_officer", _("Cán bộ Mặt trận Tổ quốc")
    DISTRICT_OFFICER = "district_officer", _("Chuyên viên thẩm tra cấp huyện")
    DIVISION_HEAD = "division_head", _("Lãnh đạo phòng, ban cấp huyện")
    DISTRICT_CHAIR = "district_chair", _("Chủ tịch UBND cấp huyện")
    DEPARTMENT_OFFICER = "department_officer", _("Chuyên viên sở, ngành")
    DEPARTMENT_HEAD = "department_head", _("Lãnh đạo sở, ngành")
    COORDINATION_OFFICER = "coordination_officer", _("Cán bộ Văn phòng Điều phối nông thôn mới")
    COUNCIL_SECRETARY = "council_secretary", _("Thư ký Hội đồng thẩm định")
    PROVINCIAL_CHAIR = "provincial_chair", _("Chủ tịch UBND tỉnh")
    INSPECTOR = "inspector", _("Thanh tra, giám sát")
    ADMINISTRATOR = "administrator", _("Quản trị hệ thống")


class RolePlace(NamedTuple):
    """The kinds of agency and the levels at which a role may sit."""

    kinds: frozenset[AgencyKind]
    levels: frozenset[Level]


def _at(kind: AgencyKind, *levels: Level) -> RolePlace:
    return RolePlace(frozenset({kind}), frozenset(levels))


ROLE_PLACES: dict[Role, RolePlace] = {
    Role.COMMUNE_OFFICIAL: _at(AgencyKind.PEOPLES_COMMITTEE, Level.COMMUNE),
    Role.COMMUNE_CHAIR: _at(AgencyKind.PEOPLES_COMMITTEE, Level.COMMUNE),
    Role.FRONT_OFFICER: _at(AgencyKind.FATHERLAND_FRONT, *Level),
    Role.DISTRICT_OFFICER: _at(AgencyKind.PEOPLES_COMMITTEE, Level.DISTRICT),
    Role.DIVISION_HEAD: _at(AgencyKind.DIVISION, Level.DISTRICT),
    Role.DISTRICT_CHAIR: _at(AgencyKind.PEOPLES_COMMITTEE, Level.DISTRICT),
    Role.DEPARTMENT_OFFICER: _at(AgencyKind.DEPARTMENT, Level.PROVINCE),
    Role.DEPARTMENT_HEAD: _at(AgencyKind.DEPARTMENT, Level.PROVINCE),
    Role.COORDINATION_OFFICER: _at(AgencyKind.COORDINATION_OFFICE, Level.PROVINCE),
    Role.COUNCIL_SECRETARY: _at(AgencyKind.APPRAISAL_COUNCIL, Level.PROVINCE),
    Role.PROVINCIAL_CHAIR: _at(AgencyKind.PEOPLES_COMMITTEE, Level.PROVINCE),
    Role.INSPECTOR: _at(AgencyKind.INSPECTORATE, *Level),
    Role.ADMINISTRATOR: _at(AgencyKind.ADMINISTRATION, Level.PROVINCE),
}


#: Who heads an agency of each kind that has a head in the procedure.
HEADS = frozenset({Role.COMMUNE_CHAIR, Role.DISTRICT_CHAIR, Role.DEPARTMENT_HEAD, Role.PROVINCIAL_CHAIR})


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, on: date) -> AppointmentQuerySet:
        """Keep the appointments in force on this day, of people who are active."""
        in_force = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(in_force, starts_on__lte=on, user__is_active=True)

    def with_places(self) -> AppointmentQuerySet:
        """Fetch the person, the agency and its unit with the unit's parent in the same query."""
        return self.select_related("user", "agency__unit__parent")

    def appoint(self, **fields: Any) -> Appointment:
        """Check and save a new appointment. Raises ValidationError when the role may not sit there."""
        appointment = Appointment(**fields)
        appointment.full_clean()
        appointment.save()
        return appointment


class Appointment(models.Model):
    """A person's role at an agency, from ``starts_on`` to ``ends_on`` inclusive (None: open end)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=24, choices=Role.choices)
    position_title = models.CharField(max_length=150, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["user", "starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="appointment_period"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="appointment_known_role"),
            models.UniqueConstraint(
                fields=["user", "agency", "role", "starts_on"], name="one_appointment_a_day_and_role"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "role"])]

    def __str__(self) -> str:
        return f"{self.user} · {Role(self.role).label} · {self.agency}"

    def clean(self) -> None:
        """Refuse a role that may not sit at this agency, and a second appointment like a running one."""
        super().clean()
        if self.role not in Role.values or self.agency_id is None or self.starts_on is None:
            return
        self.check_place()
        alike = Appointment.objects.filter(user_id=self.user_id, agency_id=self.agency_id, role=self.role)
        still_running = Q(ends_on__isnull=True) | Q(ends_on__gte=self.starts_on)
        overlapping = alike.exclude(pk=self.pk).filter(still_running)
        if self.ends_on is not None:
            overlapping = overlapping.filter(starts_on__lte=self.ends_on)
        if overlapping.exists():
            raise ValidationError(gettext("Người này đã giữ vai trò ấy tại cơ quan ấy trong cùng thời gian."))

    def check_place(self) -> None:
        """Raise ValidationError when the role may not sit at this kind of agency or at this level."""
        place = ROLE_PLACES[Role(self.role)]
        if self.agency.kind in place.kinds and self.agency.unit.level in place.levels:
            return
        message = gettext("Vai trò «%(role)s» không thể đặt tại %(agency)s.")
        raise ValidationError({"role": message % {"role": Role(self.role).label, "agency": self.agency.name}})
