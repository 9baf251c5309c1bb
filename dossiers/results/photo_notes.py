"""What is odd about a photo, by what its camera wrote. Hints for people, never proof: anybody can change it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from storage.documents.models import Reading

EARTH_KM = 6371.0
#: The centres are approximate, and so is what a telephone says of its place.
DOUBT_KM = 3
#: Clocks of cameras are off by minutes as a rule, which says nothing.
CLOCK_DOUBT = timedelta(hours=1)


@dataclass(frozen=True)
class Place:
    """Where a photo was taken, by its camera: degrees of WGS 84, and how far from which unit's centre."""

    latitude: float
    longitude: float
    unit: AdministrativeUnit | None
    distance_km: float

    @property
    def is_far(self) -> bool:
        return (
            self.unit is not None
            and self.unit.reach_km is not None
            and self.distance_km > self.unit.reach_km + DOUBT_KM
        )


def place_of(reading: Reading, commune: AdministrativeUnit) -> Place | None:
    """Return where a photo was taken, seen from the commune or the nearest unit above whose centre is known."""
    if reading.latitude is None or reading.longitude is None:
        return None
    unit, distance = commune.located(), 0.0
    if unit is not None and unit.latitude is not None and unit.longitude is not None:
        distance = distance_km(reading.latitude, reading.longitude, unit.latitude, unit.longitude)
    return Place(reading.latitude, reading.longitude, unit, distance)


def photo_notes(reading: Reading, *, received_at: datetime, dossier: Dossier) -> list[str]:
    """Return the warnings about a photo that was received then, as sentences; none where nothing is odd."""
    notes = [_early(reading, dossier.criteria_set.valid_from), _late(reading, received_at)]
    place = place_of(reading, dossier.commune)
    if place is not None and place.is_far and place.unit is not None:
        notes.append(_far(place, place.unit))
    return [note for note in notes if note]


def _early(reading: Reading, first_year: int) -> str:
    if reading.taken_at is None or timezone.localtime(reading.taken_at).year >= first_year:
        return ""
    return _("Ảnh chụp trước giai đoạn xét (giai đoạn bắt đầu từ năm %(year)s).") % {"year": first_year}


def _late(reading: Reading, received_at: datetime) -> str:
    if reading.taken_at is None or reading.taken_at <= received_at + CLOCK_DOUBT:
        return ""
    return _("Giờ chụp muộn hơn lúc nhận tệp: đồng hồ máy ảnh sai, hoặc thông tin đã bị sửa.")


def _far(place: Place, unit: AdministrativeUnit) -> str:
    if unit.position_verified:
        said = _("Ảnh chụp cách trung tâm %(unit)s khoảng %(km)s km.")
    else:
        said = _("Ảnh chụp cách trung tâm %(unit)s khoảng %(km)s km (vị trí trung tâm chưa đối chiếu).")
    return said % {"unit": unit.name_in_sentence, "km": round(place.distance_km)}


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance on the great circle by the haversine formula; all in degrees."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
