"""What is said of a photo whose camera tells an odd time or place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dossiers.criteria.models import CriteriaSet
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.results.photo_notes import distance_km, photo_notes
from storage.documents.models import Reading

RECEIVED = datetime(2023, 7, 26, 8, tzinfo=UTC)
CENTRE = {"latitude": 20.455, "longitude": 105.925, "reach_km": 13.0}
UNITS: tuple[dict[str, Any], ...] = ({}, {"name": "Huyện Thanh Liêm", **CENTRE}, {"name": "Tỉnh Hà Nam"})


def notes(*units: dict[str, Any], **facts: Any) -> list[str]:
    """What is said of a photo with these facts, in a dossier of a commune in these units."""
    unit = None
    for fields in reversed(units or UNITS):
        unit = AdministrativeUnit(parent=unit, **{"name": "Xã Thanh Hà", **fields})
    dossier = Dossier(commune=unit, criteria_set=CriteriaSet(valid_from=2021))
    return photo_notes(Reading(**facts), received_at=RECEIVED, dossier=dossier)


@pytest.mark.parametrize(
    ("other", "km"),
    [
        ((20.545, 105.912), 0),
        ((21.0285, 105.8542), 54.1),
        ((10.7769, 106.7009), 1089.4),
        ((-20.545, -74.088), 20015),
    ],
    ids=["here", "Hà Nội", "Thành phố Hồ Chí Minh", "the other side of the earth"],
)
def test_distances_on_the_earth(other: tuple[float, float], km: float) -> None:
    assert distance_km(20.545, 105.912, *other) == pytest.approx(km, abs=1)


def test_an_ordinary_photo_is_not_spoken_of() -> None:
    assert notes() == []
    assert notes(taken_at=RECEIVED, latitude=20.5, longitude=105.9) == []


def test_a_photo_from_before_the_period_is_named() -> None:
    first = datetime(2020, 12, 31, 17, tzinfo=UTC)
    assert notes(taken_at=first) == [], "midnight of the first of January in Vietnam"
    (said,) = notes(taken_at=first - timedelta(seconds=1))
    assert said == "Ảnh chụp trước giai đoạn xét (giai đoạn bắt đầu từ năm 2021)."


def test_a_photo_taken_after_it_was_received_is_named() -> None:
    assert notes(taken_at=RECEIVED + timedelta(minutes=50)) == []
    (said,) = notes(taken_at=RECEIVED + timedelta(hours=2))
    assert "đồng hồ máy ảnh sai" in said


def test_only_a_photo_from_clearly_elsewhere_is_named() -> None:
    assert notes(latitude=20.455 + 0.14, longitude=105.925) == [], "15,6 km are within reach and doubt"
    (said,) = notes(latitude=20.97, longitude=105.92)
    assert said == (
        "Ảnh chụp cách trung tâm huyện Thanh Liêm khoảng 57 km (vị trí trung tâm chưa đối chiếu)."
    )
    verified: tuple[dict[str, Any], ...] = (
        {},
        {"name": "Huyện Thanh Liêm", **CENTRE, "position_verified": True},
    )
    assert notes(*verified, latitude=20.97, longitude=105.92) == [
        "Ảnh chụp cách trung tâm huyện Thanh Liêm khoảng 57 km."
    ]


def test_the_nearest_known_centre_counts() -> None:
    there = {"latitude": 20.97, "longitude": 105.92}
    own = ({**CENTRE, "reach_km": 2.0}, {"name": "Huyện Thanh Liêm", **CENTRE})
    assert "trung tâm xã Thanh Hà" in notes(*own, **there)[0]
    province: tuple[dict[str, Any], ...] = (
        {},
        {"name": "Huyện Thanh Liêm"},
        {"name": "Tỉnh Hà Nam", **CENTRE},
    )
    assert "trung tâm tỉnh Hà Nam" in notes(*province, **there)[0]
    assert notes({}, {"name": "Huyện Thanh Liêm"}, **there) == [], "no centre is known"
