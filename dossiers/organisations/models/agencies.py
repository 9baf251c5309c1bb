"""Agencies: the offices that act. Every agency belongs to one administrative unit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .units import AdministrativeUnit


class AgencyKind(models.TextChoices):
    """What an agency is, which decides the roles people may hold at it."""

    PEOPLES_COMMITTEE = "peoples_committee", _("Ủy ban nhân dân")
    FATHERLAND_FRONT = "fatherland_front", _("Mặt trận Tổ quốc")
    DEPARTMENT = "department", _("Sở, ngành")
    DIVISION = "division", _("Phòng, ban cấp huyện")
    COORDINATION_OFFICE = "coordination_office", _("Văn phòng Điều phối nông thôn mới")
    APPRAISAL_COUNCIL = "appraisal_council", _("Hội đồng thẩm định")
    INSPECTORATE = "inspectorate", _("Thanh tra")
    ADMINISTRATION = "administration", _("Quản trị hệ thống")


class Agency(models.Model):
    """An office of an administrative unit.

    Departments are many in a province and divisions in a district; of every other kind a unit has at most one, so that
    a step of the procedure can name its agency by (unit, kind).
    """

    code = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=24, choices=AgencyKind.choices)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    source = models.TextField(blank=True)
    verified = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name_plural = "agencies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=~Q(kind__in=[AgencyKind.DEPARTMENT, AgencyKind.DIVISION]),
                name="one_agency_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return self.name
