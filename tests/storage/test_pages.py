"""Pages of PDFs as pictures: drawn once, a handful at a time, and never with what else is in a file."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from PIL import ExifTags, Image

from storage.documents import Document, integrity, make_derivatives, page_link, receive, scanning
from storage.documents.models import DerivativeKind, PagePicture, ScanOutcome
from storage.documents.pages import page_of
from storage.errors import StorageUnavailable
from storage.objects import object_store
from tests.storage import hostile_readers

from .conftest import Upload
from .files import BLUE, RED, halves, heic, jpeg, noise, pdf, saved, text_pdf
from .parts import nowhere
from .test_previews import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(upload: Upload) -> Document:
    return upload(text_pdf(*(f"Trang {n}" for n in range(1, 13))), "Báo cáo.pdf")


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine neighbours are left for later, which is right and not what these tests are about."""
    monkeypatch.setattr("storage.documents.pages.AROUND_SECONDS", 600)


def picture(row: Any) -> Image.Image:
    with object_store().open(row.object_key, row.version_id) as stream:
        return Image.open(io.BytesIO(stream.read()))


def numbers() -> list[int]:
    return list(PagePicture.objects.values_list("number", flat=True))


def test_a_page_is_drawn_once_with_a_few_around_it(paper: Document, keys: Any) -> None:
    page = page_of(paper, 5, last=12)
    assert numbers() == [4, 5, 6, 7, 8]
    drawn = picture(page)
    assert (drawn.format, drawn.size) == ("WEBP", (page.width, page.height)) and drawn.height == 1600
    assert page.object_key in page_link(page)
    before = keys()
    with nowhere():
        assert page_of(paper, 5, last=12) == page and page_of(paper, 8, last=12).is_drawn
    assert keys() == before
    page_of(paper, 9, last=12)
    assert numbers() == [4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_the_page_asked_for_is_the_page_shown(upload: Upload) -> None:
    out = io.BytesIO()
    first = Image.new("RGB", (600, 800), "white")
    first.save(out, "PDF", save_all=True, append_images=[halves(600, 800)])
    page = page_of(upload(out.getvalue(), "Hai trang.pdf"), 2, last=2)
    drawn = picture(page)
    assert about(drawn, drawn.width // 8, 400, RED) and about(drawn, drawn.width * 7 // 8, 400, BLUE)


@pytest.mark.parametrize("number", [0, -1, 13])
def test_a_page_that_is_not_there_is_not_drawn(paper: Document, number: int) -> None:
    with pytest.raises(ValueError):
        page_of(paper, number, last=12)
    with pytest.raises(ValueError):
        page_of(Document(content_type="image/jpeg"), 1, last=1)
    assert numbers() == []


def test_a_page_that_cannot_be_drawn_is_remembered(
    paper: Document, monkeypatch: pytest.MonkeyPatch, keys: Any
) -> None:
    before = keys()
    with monkeypatch.context() as hostile:
        hostile.setattr("storage.documents.pages.page_picture", hostile_readers.crash)
        page = page_of(paper, 3, last=12)
    assert not page.is_drawn and page_link(page) == ""
    assert numbers() == [3], "a neighbour is not condemned for it"
    assert keys() == before
    with nowhere():
        assert page_of(paper, 3, last=12) == page
    assert page_of(paper, 4, last=12).is_drawn


def test_a_page_for_which_there_was_no_time_is_tried_again(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as busy:
        busy.setattr("storage.documents.pages.page_picture", hostile_readers.sleep)
        busy.setattr("storage.documents.pages.PAGE_SECONDS", 0.2)
        assert not page_of(paper, 3, last=12).is_drawn
    assert numbers() == []
    assert page_of(paper, 3, last=12).is_drawn


def test_no_link_leads_to_a_page_of_an_infected_file(paper: Document) -> None:
    page = page_of(paper, 2, last=12)
    assert page_link(page)
    scanning.keep(paper, scanning.Verdict(ScanOutcome.INFECTED, "Eicar", "ClamAV 1"))
    paper.refresh_from_db()
    assert page_link(page_of(paper, 2, last=12)) == ""


def test_an_outage_is_said_and_nothing_is_kept(paper: Document) -> None:
    with nowhere(), pytest.raises(StorageUnavailable):
        page_of(paper, 1, last=12)
    assert numbers() == []
    assert page_of(paper, 1, last=12).is_drawn


@pytest.mark.django_db(transaction=True)
def test_two_people_asking_at_once_leave_one_picture_and_no_orphan(s3: str) -> None:
    contents = text_pdf("Một", "Hai")
    paper = receive(stream=io.BytesIO(contents), name="Hai.pdf", uploaded_by_id=7)
    start, found = threading.Barrier(2), []

    def ask() -> None:
        start.wait()
        found.append(page_of(paper, 1, last=2))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2 and len(set(found)) == 1
    assert numbers() == [1, 2]
    left = [one.key for one in integrity.orphans(before=timezone.now() + timedelta(hours=1))]
    assert not [key for key in left if str(paper.pk) in key]


# --- What cameras write never leaves with a picture -----------------------------------------------------


def with_position() -> dict[str, Any]:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Máy ảnh của xã"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] = (20.0, 32.0, 7.0), "N"
    return {"exif": exif, "xmp": b"<x:xmpmeta>GPSLatitude 20,32</x:xmpmeta>"}


def test_every_kind_of_stored_object_is_known_here() -> None:
    """A new kind of object needs a line in the test below, and in the search for orphans."""
    models = apps.get_app_config("documents").get_models()
    storing = {model.__name__ for model in models if "object_key" in {one.name for one in model._meta.fields}}
    assert storing == {"Document", "Derivative", "PagePicture", "Upload"}


def test_no_picture_of_any_kind_says_where_it_was_taken(upload: Upload) -> None:
    taken = with_position()
    originals = {
        "a.jpg": jpeg(**taken),
        "a.webp": saved(noise(), "WEBP", **taken),
        "a.heic": heic(exif=taken["exif"].tobytes()),
        "a.pdf": pdf(),
    }
    pictures: list[Any] = []
    for name, contents in originals.items():
        document = upload(contents, name)
        make_derivatives(document_id=str(document.pk))
        made = list(document.derivatives.all())
        assert {one.kind for one in made} == set(DerivativeKind.values), name
        pictures += made
        if name == "a.pdf":
            pictures.append(page_of(document, 1, last=1))
    assert len(pictures) == 9
    for one in pictures:
        drawn = picture(one)
        assert not drawn.getexif() and not {"exif", "xmp", "comment"} & set(drawn.info), one
        with object_store().open(one.object_key, one.version_id) as stream:
            raw = stream.read()
        assert not [mark for mark in (b"EXIF", b"XMP ", b"Exif", b"GPS") if mark in raw], one


def test_the_database_keeps_one_picture_a_page(paper: Document) -> None:
    page_of(paper, 1, last=1)
    with pytest.raises(Exception, match="one_picture_a_page"), transaction.atomic():
        PagePicture.objects.create(document=paper, number=1)
