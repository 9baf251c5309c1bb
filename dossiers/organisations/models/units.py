"""Administrative units. The key is (code, period of validity): codes are used again for other units."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storage.vietnamese import Folded, InAlphabeticalOrder


class Level(models.TextChoices):
    """The three tiers of local government before July 2025."""

    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")


class UnitKind(models.TextChoices):
    """What a unit is called. Only a ``COMMUNE`` (xã) can be recognised as a new-style rural commune."""

    PROVINCE = "province", _("Tỉnh")
    CITY = "district_city", _("Thành phố")
    TOWN = "town", _("Thị xã")
    DISTRICT = "district", _("Huyện")
    COMMUNE = "commune", _("Xã")
    WARD = "ward", _("Phường")
    TOWNSHIP = "township", _("Thị trấn")

    @property
    def level(self) -> Level:
        """The tier of government this kind of unit belongs to."""
        if self is UnitKind.PROVINCE:
            return Level.PROVINCE
        if self in (UnitKind.CITY, UnitKind.TOWN, UnitKind.DISTRICT):
            return Level.DISTRICT
        return Level.COMMUNE


class AdministrativeUnitQuerySet(models.QuerySet["AdministrativeUnit"]):
    def valid(self, on: date) -> AdministrativeUnitQuerySet:
        """Keep the units that exist on this day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)

    def communes(self) -> AdministrativeUnitQuerySet:
        """Keep the rural communes (xã): wards and townships cannot be recognised."""
        return self.filter(kind=UnitKind.COMMUNE)


class AdministrativeUnit(models.Model):
    """A province, district or commune during one period.

    ``code`` is the statistical office's code, kept as text because of leading zeros. The same code may
    belong to different units in different periods, never on the same day. ``valid_to`` is the last day, or
    None while it lasts. ``verified`` says whether the row was compared with the official list.

    ``latitude`` and ``longitude`` are its centre in degrees of WGS 84, from which nothing of it lies farther than
    ``reach_km``; ``position_verified`` says whether somebody compared them with an official map.
    """

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=UnitKind.choices)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    region = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)
    verified = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    reach_km = models.FloatField(null=True, blank=True)
    position_source = models.CharField(max_length=300, blank=True)
    position_verified = models.BooleanField(default=False)
    #: For searching without diacritics, and for sorting by the Vietnamese alphabet.
    folded_name = models.GeneratedField(
        expression=Folded("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    sort_key = models.GeneratedField(
        expression=InAlphabeticalOrder("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = AdministrativeUnitQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_and_start"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_period"
            ),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, parent__isnull=True)
                | (~Q(level=Level.PROVINCE) & Q(parent__isnull=False)),
                name="unit_below_province_has_parent",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True, reach_km__isnull=True)
                | (
                    Q(latitude__range=(-90, 90), longitude__range=(-180, 180), reach_km__gt=0)
                    & ~Q(position_source="")
                ),
                name="unit_position_is_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["parent", "kind"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a level that does not fit the kind, and a code that another unit has at the same time."""
        super().clean()
        if self.kind and self.level != UnitKind(self.kind).level:
            raise ValidationError({"level": gettext("Cấp không phù hợp với loại đơn vị.")})
        same_code = AdministrativeUnit.objects.filter(code=self.code).exclude(pk=self.pk)
        overlapping = same_code.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if self.valid_to is not None:
            overlapping = overlapping.filter(valid_from__lte=self.valid_to)
        if other := overlapping.first():
            raise ValidationError(
                {
                    "code": gettext("Mã %(code)s đang thuộc %(name)s trong cùng thời gian.")
                    % {"code": self.code, "name": other.name}
                }
            )

    @property
    def name_in_sentence(self) -> str:
        """The name with its kind in lower case, as inside a sentence: «xã Đinh Xá»."""
        return self.name[:1].lower() + self.name[1:]

    def province(self) -> AdministrativeUnit:
        """Return the province this unit lies in. At most two further queries."""
        unit: Any = self
        while unit.parent is not None:
            unit = unit.parent
        return unit

    def located(self) -> AdministrativeUnit | None:
        """Return this unit, or the nearest above it, whose position is known. At most two further queries."""
        unit: Any = self
        while unit is not None and unit.latitude is None:
            unit = unit.parent
        return unit


class UnitSuccession(models.Model):
    """What became of a unit on a day: one row for each unit that took over a part of it.

    ``code`` is empty where the sources disagree about it, ``name`` where they do not say who took over.
    """

    unit = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="successions")
    code = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=120, blank=True)
    effective_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["unit", "effective_on", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "effective_on", "name"], name="one_succession_a_day"),
            models.CheckConstraint(condition=~Q(name="") | ~Q(note=""), name="succession_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.name or self.note}"
