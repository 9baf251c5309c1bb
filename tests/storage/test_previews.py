"""Thumbnails and previews, and the jobs that make them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from PIL import ExifTags, Image

from storage.documents import Derivative, Document, DocumentState, make_derivatives, receive
from storage.documents.sniffing import sniff
from storage.errors import StorageUnavailable
from storage.objects import object_store

from .conftest import Upload
from .files import BLUE, RED, closed_port, halves, jpeg, noise, office, pdf, saved

#: How a camera held that way stores the picture.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def pictures(document: Document) -> dict[str, Image.Image]:
    made: dict[str, Image.Image] = {}
    for one in document.derivatives.all():
        with object_store().open(one.object_key, one.version_id) as stream:
            made[one.kind] = Image.open(io.BytesIO(stream.read()))
        assert made[one.kind].format == "WEBP"
        assert made[one.kind].size == (one.width, one.height)
    return made


def about(picture: Image.Image, x: int, y: int, expected: tuple[int, int, int]) -> bool:
    found = picture.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 30 for a, b in zip(found, expected, strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("orientation", HELD)
def test_a_photo_stands_upright_however_the_phone_was_held(upload: Upload, orientation: int) -> None:
    upright, turn = halves(2400, 1800), HELD[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = upright.transpose(turn) if turn is not None else upright
    document = upload(saved(stored, "JPEG", exif=exif), "ảnh.jpg")
    make_derivatives(document_id=str(document.pk))
    made = pictures(document)
    assert {kind: one.size for kind, one in made.items()} == {
        "thumbnail": (320, 240),
        "preview": (1600, 1200),
    }
    for one in made.values():
        assert about(one, one.width // 8, one.height // 2, RED)
        assert about(one, one.width * 7 // 8, one.height // 2, BLUE)


@pytest.mark.django_db
def test_place_and_camera_do_not_travel_with_the_pictures(upload: Upload) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Máy ảnh của xã"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (20.0, 32.0, 7.0)
    contents = saved(
        noise(), "JPEG", exif=exif, xmp=b"<x:xmpmeta>Nguyen Van A</x:xmpmeta>", comment=b"bi mat"
    )
    assert Image.open(io.BytesIO(contents)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    document = upload(contents, "ảnh.jpg")
    make_derivatives(document_id=str(document.pk))
    made = pictures(document)
    assert len(made) == 2
    for one in made.values():
        assert not one.getexif()
        assert not {"exif", "xmp", "comment"} & set(one.info)


@pytest.mark.django_db
def test_the_first_page_of_a_pdf_is_its_picture(upload: Upload) -> None:
    document = upload(pdf(halves(1000, 1400)), "Quyết định.pdf")
    make_derivatives(document_id=str(document.pk))
    made = pictures(document)
    assert made["thumbnail"].height == 320
    assert made["preview"].height == 1600
    assert about(made["preview"], 100, 700, RED)
    assert about(made["preview"], 1000, 700, BLUE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contents", "name"),
    [
        (saved(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), "PNG"), "a.png"),
        (saved(Image.new("P", (400, 300), 0), "PNG", transparency=0), "a.png"),
        (saved(Image.new("CMYK", (400, 300), (0, 0, 0, 0)), "JPEG"), "a.jpg"),
        (saved(Image.new("L", (400, 300), 255), "JPEG"), "a.jpg"),
        (saved(Image.new("1", (400, 300), 1), "PNG"), "a.png"),
        (saved(Image.new("I;16", (400, 300), 65535), "PNG"), "a.png"),
    ],
    ids=["transparent", "palette", "CMYK", "grey", "black and white", "16 bits"],
)
def test_every_way_of_colouring_white_paper_stays_white(upload: Upload, contents: bytes, name: str) -> None:
    document = upload(contents, name)
    make_derivatives(document_id=str(document.pk))
    made = pictures(document)
    assert {one.size for one in made.values()} == {(320, 240), (400, 300)}, "nothing is blown up"
    assert all(about(one, 150, 100, (255, 255, 255)) for one in made.values())


@pytest.mark.django_db
def test_a_job_that_runs_twice_does_nothing_the_second_time(upload: Upload, keys: Any) -> None:
    document = upload(jpeg(), "a.jpg")
    make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert document.state == DocumentState.READY
    before, rows = keys(), set(Derivative.objects.values_list("pk", "object_key"))
    make_derivatives(document_id=str(document.pk))
    assert keys() == before
    assert set(Derivative.objects.values_list("pk", "object_key")) == rows


@pytest.mark.django_db
def test_a_job_killed_half_way_is_completed_by_the_next(upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    make_derivatives(document_id=str(document.pk))
    Derivative.objects.filter(kind="preview").delete()
    Document.objects.update(state=DocumentState.RECEIVED)
    make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert document.state == DocumentState.READY
    assert set(pictures(document)) == {"thumbnail", "preview"}


@pytest.mark.django_db
def test_a_file_without_pictures_says_so(upload: Upload) -> None:
    document = upload(office(), "a.docx")
    make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.derivatives.count()) == (DocumentState.PLAIN, 0)


@pytest.mark.django_db
def test_a_stored_file_that_cannot_be_drawn_says_so_too(s3: str) -> None:
    """As one received by an older release that looked less closely."""
    contents = jpeg()[:700]
    with pytest.raises(Exception, match="hỏng"):
        sniff(io.BytesIO(contents), "a.jpg")
    stored = object_store().put("test/undrawable", io.BytesIO(contents), "image/jpeg")
    document = Document.objects.create(
        name="a.jpg",
        sha256=stored.sha256,
        size=stored.size,
        content_type="image/jpeg",
        object_key=stored.key,
        version_id=stored.version_id,
        uploaded_by_id=1,
        uploaded_at="2026-11-23T00:00:00Z",
    )
    make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.derivatives.count()) == (DocumentState.PLAIN, 0)


def run_worker(settings: Any) -> None:
    """Let a real worker, a process of its own, do what is due; return when it has ended."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    ours = {
        "DATABASE_URL": database.geturl(),
        "S3_ENDPOINT": settings.S3_ENDPOINT,
        "S3_BUCKET": settings.S3_BUCKET,
    }
    command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot", "--queues=previews"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | ours, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def job_states() -> list[tuple[str, int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs"
            " WHERE task_name = 'documents.make_derivatives'"
        )
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_the_pictures_and_waits_for_a_store_that_is_down(s3: str, settings: Any) -> None:
    document = receive(stream=io.BytesIO(jpeg()), name="a.jpg", uploaded_by_id=1)
    up = settings.S3_ENDPOINT
    settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    run_worker(settings)
    assert job_states() == [("todo", 1, True)], "to be tried again, later"
    document.refresh_from_db()
    assert document.state == DocumentState.RECEIVED
    settings.S3_ENDPOINT = up
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    run_worker(settings)
    assert [state for state, _attempts, _later in job_states()] == ["succeeded"]
    document.refresh_from_db()
    assert document.state == DocumentState.READY
    assert set(pictures(document)) == {"thumbnail", "preview"}


@pytest.mark.django_db
def test_a_store_that_is_down_changes_nothing(upload: Upload, settings: Any) -> None:
    document = upload(jpeg(), "a.jpg")
    settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    with pytest.raises(StorageUnavailable):
        make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.derivatives.count()) == (DocumentState.RECEIVED, 0)
