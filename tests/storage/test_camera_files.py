"""Photos as cameras wrote them: received, upright, and what the camera said is what another reader finds in them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from storage.documents import Document, make_derivatives
from storage.documents.models import ReadingOutcome
from storage.objects import object_store

from .conftest import Upload

pytestmark = pytest.mark.django_db
CAMERA = Path(__file__).parent / "camera"
Facts = tuple[str, tuple[int, int], datetime, tuple[float, float] | None]
#: As ExifRead 3.5.1 finds them: the camera, the sides of the picture as it is seen, when (of a camera that names no
#: zone: at the country's seven hours) and where.
FACTS: dict[str, Facts] = {
    "canon.jpg": (
        "Canon PowerShot G1 X Mark II",
        (80, 80),
        datetime(2013, 12, 17, 7, 4, 24, tzinfo=UTC),
        None,
    ),
    "casio.jpg": (
        "CASIO COMPUTER CO.,LTD. EX-100",
        (80, 80),
        datetime(2014, 3, 24, 10, 18, 28, tzinfo=UTC),
        None,
    ),
    "iphone-8-plus.heic": (
        "Apple iPhone 8 Plus",
        (3024, 4032),
        datetime(2018, 7, 31, 7, 52, 7, tzinfo=UTC),
        None,
    ),
    "iphone-xs.heic": (
        "Apple iPhone XS",
        (1025, 900),
        datetime(2021, 7, 6, 13, 8, 14, tzinfo=UTC),
        (46.754703, 33.336106),
    ),
    "nokia-lumia-820.jpg": (
        "Nokia Lumia 820",
        (1278, 720),
        datetime(2013, 5, 10, 8, 21, 35, tzinfo=UTC),
        (55.038756, 8.457191),
    ),
    "olympus.jpg": (
        "OLYMPUS IMAGING CORP. STYLUS1",
        (80, 80),
        datetime(2013, 11, 12, 6, 54, 29, tzinfo=UTC),
        None,
    ),
    "panasonic.jpg": ("Panasonic DMC-L10", (80, 80), datetime(2007, 9, 15, 6, 15, 57, tzinfo=UTC), None),
    "ricoh.jpg": ("PENTAX RICOH IMAGING GR", (80, 80), datetime(2013, 3, 29, 3, 6, 41, tzinfo=UTC), None),
    "sony.jpg": ("SONY DSC-RX1R", (80, 80), datetime(2013, 4, 13, 3, 22, 18, tzinfo=UTC), None),
}


def received(upload: Upload, name: str) -> Document:
    document = upload((CAMERA / name).read_bytes(), name)
    make_derivatives(document_id=str(document.pk))
    return Document.objects.select_related("reading").get(pk=document.pk)


@pytest.mark.parametrize("name", FACTS)
def test_a_camera_s_own_file_is_received_with_pictures_and_facts(upload: Upload, name: str) -> None:
    camera, sides, moment, place = FACTS[name]
    document = received(upload, name)
    reading = document.reading
    assert reading.outcome == ReadingOutcome.READ
    assert (reading.camera, (reading.width, reading.height), reading.taken_at) == (camera, sides, moment)
    found = (reading.latitude, reading.longitude)
    assert found == (pytest.approx(place, abs=1e-6) if place else (None, None))
    made = {one.kind: (one.width, one.height) for one in document.derivatives.all()}
    assert set(made) == {"thumbnail", "preview"}
    for width, height in made.values():
        assert width / height == pytest.approx(sides[0] / sides[1], rel=0.02)


def test_every_camera_s_file_is_looked_at() -> None:
    assert {one.name for one in CAMERA.iterdir() if one.suffix not in (".md", ".txt")} == set(FACTS)


def test_a_photo_of_a_phone_held_upright_stands_upright(upload: Upload) -> None:
    """The picture is of an arrow that points up: ink to the sides of its shaft is of the head, in the upper half."""
    preview = received(upload, "iphone-8-plus.heic").derivatives.get(kind="preview")
    with object_store().open(preview.object_key, preview.version_id) as stream:
        picture = Image.open(io.BytesIO(stream.read())).convert("L")
    width, height = picture.size
    shaft, ink = range(width // 4, width * 3 // 4), picture.point(lambda grey: 255 if grey < 70 else 0)

    def beside_the_shaft(top: int, bottom: int) -> int:
        left = ink.crop((0, top, shaft.start, bottom)).histogram()[255]
        return left + ink.crop((shaft.stop, top, width, bottom)).histogram()[255]

    assert beside_the_shaft(0, height // 2) > 10 * beside_the_shaft(height // 2, height)
