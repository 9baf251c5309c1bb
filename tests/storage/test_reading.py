"""What is read in documents: facts of photos, pages and text of PDFs and office files."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.postgres.search import SearchQuery
from PIL import ExifTags, Image

from storage.documents import Document, make_derivatives
from storage.documents.models import ReadingOutcome, Text
from storage.documents.reading import unread
from storage.readers import contents, office, papers, photos
from storage.readers.kinds import DOCX
from storage.vietnamese import search_query

from .conftest import Upload
from .files import boxes, halves, heic, jpeg, noise, png, saved, text_pdf
from .hostile_readers import crash

GPS = ExifTags.GPS


def exif(**inner: str) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Make], made[ExifTags.Base.Model] = "NIKON CORPORATION", "NIKON D7000\0\0"
    camera = made.get_ifd(ExifTags.IFD.Exif)
    for name, value in inner.items():
        camera[ExifTags.Base[name]] = value
    return made


def placed(
    latitude: tuple[float, ...], longitude: tuple[float, ...], north: str = "N", east: str = "E"
) -> bytes:
    made = exif()
    made.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: north,
            GPS.GPSLatitude: latitude,
            GPS.GPSLongitudeRef: east,
            GPS.GPSLongitude: longitude,
        }
    )
    return saved(noise(), "JPEG", exif=made)


def read(upload: Upload, data: bytes, name: str) -> Document:
    document = upload(data, name)
    make_derivatives(document_id=str(document.pk))
    return Document.objects.select_related("reading").get(pk=document.pk)


@pytest.mark.parametrize(
    ("inner", "moment"),
    [
        ({"DateTimeOriginal": "2023:05:12 08:30:00"}, datetime(2023, 5, 12, 1, 30, tzinfo=UTC)),
        (
            {"DateTimeOriginal": "2023:05:12 08:30:00", "OffsetTimeOriginal": "+09:00"},
            datetime(2023, 5, 11, 23, 30, tzinfo=UTC),
        ),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "hôm qua"}, None),
        ({"DateTimeOriginal": "0001:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": "9999:12:31 23:59:59", "OffsetTimeOriginal": "-12:00"}, None),
        ({}, None),
    ],
    ids=["without zone", "with zone", "zeros", "nonsense", "year 1", "year 9999", "nothing"],
)
def test_when_a_photo_was_taken(upload: Upload, inner: dict[str, str], moment: datetime | None) -> None:
    reading = read(upload, saved(noise(), "JPEG", exif=exif(**inner)), "a.jpg").reading
    assert reading.taken_at == moment
    assert reading.camera == "NIKON D7000"
    assert (reading.outcome, reading.width, reading.height) == (ReadingOutcome.READ, 320, 240)


@pytest.mark.parametrize(
    ("photo", "place"),
    [
        (placed((20.0, 32.0, 7.0), (105.0, 54.0, 36.0)), (20.5353, 105.91)),
        (placed((20.5, 0.0, 0.0), (105.5, 0.0, 0.0), "S", "W"), (-20.5, -105.5)),
        (placed((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), (None, None)),
        (placed((95.0, 0.0, 0.0), (105.0, 0.0, 0.0)), (None, None)),
        (placed((20.0,), (105.0, 0.0, 0.0)), (None, None)),
    ],
    ids=["Hà Nam", "south and west", "no fix", "beyond the pole", "half a place"],
)
def test_where_a_photo_was_taken(upload: Upload, photo: bytes, place: tuple[float | None, ...]) -> None:
    reading = read(upload, photo, "a.jpg").reading
    assert (reading.latitude, reading.longitude) == pytest.approx(place, abs=1e-4)


def test_a_heic_photo_has_pictures_and_facts(upload: Upload) -> None:
    document = read(
        upload, heic(halves(2000, 1500), exif=exif(DateTimeOriginal="2023:05:12 08:30:00")), "a.heic"
    )
    assert document.content_type == "image/heic"
    assert {one.kind for one in document.derivatives.all()} == {"thumbnail", "preview"}
    assert document.reading.taken_at == datetime(2023, 5, 12, 1, 30, tzinfo=UTC)


def test_a_photo_that_stands_on_its_side_is_measured_upright(tmp_path: Path) -> None:
    made = exif()
    made[ExifTags.Base.Orientation] = 6
    found = photos.facts(io.BytesIO(saved(noise(300, 200), "JPEG", exif=made)))
    assert (found.width, found.height) == (200, 300)


def test_a_pdf_is_read_page_by_page(upload: Upload) -> None:
    document = read(upload, text_pdf("Báo cáo nước sạch", "", "Tỷ lệ hộ nghèo 1,2 %"), "Báo cáo.pdf")
    assert document.reading.pages == 3
    assert list(document.texts.values_list("number", "text")) == [
        (0, "Báo cáo.pdf"),
        (1, "Báo cáo nước sạch"),
        (3, "Tỷ lệ hộ nghèo 1,2 %"),
    ]


def test_text_of_a_very_long_pdf_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(papers, "MAX_TEXT_PAGES", 2)
    monkeypatch.setattr(papers, "MAX_PAGE_CHARACTERS", 5)
    path = tmp_path / "a.pdf"
    path.write_bytes(text_pdf("một hai ba", "bốn", "năm"))
    found = contents.read(str(path), "application/pdf", {"thumbnail": 100})
    assert found is not None
    assert (found.pages, found.texts, found.is_text_whole) == (3, ("một h", "bốn"), False)


def test_text_of_word_and_excel(upload: Upload) -> None:
    word = (
        '<w:document xmlns:w="urn:w"><w:p><w:r><w:t>Quy hoạch</w:t></w:r><w:r><w:t> chung</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>đường làng</w:t></w:r></w:p></w:document>"
    )
    sheet = '<sst xmlns="urn:s"><si><t>Thu nhập</t></si><si><r><t>bình quân</t></r></si></sst>'
    first = read(upload, office_of({"word/document.xml": word}), "a.docx")
    second = read(upload, office_of({"xl/workbook.xml": "<x/>", "xl/sharedStrings.xml": sheet}), "a.xlsx")
    assert first.texts.get(number=1).text == "Quy hoạch chung đường làng"
    assert second.texts.get(number=1).text == "Thu nhập bình quân"


def test_a_run_of_text_without_end_becomes_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(office_of({"word/document.xml": f"<d><p><t>{'a' * 19_000}</t></p><p><t>b</t></p></d>"}))
    pages, whole = office.text(str(path), DOCX)
    assert ("".join(pages).replace(" ", ""), whole) == ("a" * 19_000 + "b", True)
    assert max(map(len, pages)) <= 2 * office.PAGE_CHARACTERS


def test_what_takes_too_long_to_read_is_left_unread_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(office, "TEXT_SECONDS", 0)
    path = tmp_path / "a.docx"
    path.write_bytes(office_of({"word/document.xml": "<d><t>một</t></d>"}))
    assert office.text(str(path), DOCX) == ((), False)


def office_of(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_entities_that_multiply_are_not_expanded(upload: Upload) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    bomb = f"<!DOCTYPE d [{laughs}]><d><t>&l11;</t></d>"
    document = read(upload, office_of({"word/document.xml": bomb}), "a.docx")
    assert document.reading.outcome == ReadingOutcome.UNREADABLE
    assert document.texts.count() == 1, "its name"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nước sạch", True),
        ("nuoc sach", True),
        ("NUOC SACH", True),
        ("Nước Sạch", True),
        ("nước săch", False),
        ("nuo", True),
        ("1465", True),
        ("KH-UBND", True),
        ("kế hoạch 1465/KH-UBND", True),
        ("điện", False),
        ("Đề án", True),
        ("de an", True),
        ("'); drop table", False),
    ],
)
def test_text_is_found_with_and_without_diacritics(upload: Upload, typed: str, found: bool) -> None:
    text = "Kế hoạch 1465/KH-UBND: NƯỚC SẠCH theo ĐỀ ÁN"
    document = read(upload, text_pdf(text), "a.pdf")
    query = SearchQuery(search_query(typed), search_type="raw", config="simple")
    assert Text.objects.filter(words=query, document=document, number=1).exists() is found


def test_nothing_typed_is_no_question() -> None:
    assert search_query(" '-- / ") == ""


def test_a_document_is_found_by_its_name_before_anything_is_read(upload: Upload) -> None:
    document = upload(png(), "BC_01-2023.Nước_sạch.png")
    for typed in ("nuoc sach", "2023", "bc 01"):
        query = SearchQuery(search_query(typed), search_type="raw", config="simple")
        assert Text.objects.get(words=query).document_id == document.pk


def test_what_nobody_read_is_read_later(upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    upload(boxes(), "a.mp4")
    assert not unread().exists(), "its own job may still be waiting"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.documents.reading.UNREAD_AFTER", -unread.__globals__["UNREAD_AFTER"])
        assert list(unread()) == [document]
        make_derivatives(document_id=str(document.pk))
        assert not unread().exists()


def test_a_file_that_kills_its_reader_is_remembered_and_stays_openable(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(jpeg(), "a.jpg")
    monkeypatch.setattr("storage.documents.reading.read", crash)
    make_derivatives(document_id=str(document.pk))
    document.refresh_from_db()
    assert (document.state, document.reading.outcome) == ("plain", ReadingOutcome.DIED)
