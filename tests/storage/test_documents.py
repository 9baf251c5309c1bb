"""Receiving files on the real object store, and what is refused before anything is kept."""

from __future__ import annotations

import io
import tracemalloc
import urllib.error
import urllib.request
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from storage.documents import link, receive, thumbnail_link
from storage.documents.models import Document
from storage.documents.names import clean_name
from storage.documents.reading import make_readable
from storage.errors import StorageUnavailable, UploadRefused
from storage.objects import object_store
from workflows.demonstration.files import paper, photo

pytestmark = pytest.mark.django_db


def give(data: bytes, name: str) -> Document:
    return receive(stream=io.BytesIO(data), name=name, uploaded_by_id=1)


def fetch(url: str) -> tuple[bytes, Any]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers


def test_a_photo_is_kept_exactly_as_it_was(s3: str) -> None:
    data = photo("một").getvalue()
    document = give(data, "Ảnh đường làng.jpg")
    kept, headers = fetch(link(document))
    assert kept == data
    assert document.size == len(data) and document.content_type == "image/jpeg"
    assert headers["Content-Type"] == "image/jpeg"
    assert "inline" in headers["Content-Disposition"]
    assert "%E1%BA%A2nh" in headers["Content-Disposition"], "the Vietnamese name goes out as UTF-8"


def test_the_same_name_twice_makes_two_versions(s3: str) -> None:
    first, second = give(photo("a").getvalue(), "a.jpg"), give(photo("b").getvalue(), "a.jpg")
    assert first.object_key != second.object_key
    assert fetch(link(first))[0] == photo("a").getvalue()


def _zip(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


JPEG, PDF = photo("x").getvalue(), paper("x").getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "rong.pdf", "empty"),
        (JPEG[: len(JPEG) // 2], "cut.jpg", "broken"),
        (PDF[: len(PDF) // 2], "cut.pdf", "broken"),
        (JPEG, "renamed.pdf", "extension"),
        (PDF, "renamed.jpg", "extension"),
        (b"<html><script>alert(1)</script></html>", "page.jpg", "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.png", "type"),
        (b"MZ\x90\x00" + b"\0" * 200, "virus.pdf", "type"),
        (b"%PDF-1.7\nnothing\n%%EOF", "fake.pdf", "broken"),
        (_zip({"a.txt": b"x"}), "a.docx", "type"),
        (_zip({"word/document.xml": b"<x/>", "word/vbaProject.bin": b"x"}), "macro.docx", "macros"),
        (b"\xff\xd8\xff" + b"\0" * 500, "noise.jpg", "broken"),
    ],
)
def test_a_bad_file_is_refused_with_its_own_reason_and_leaves_nothing(
    s3: str, data: bytes, name: str, code: str
) -> None:
    with pytest.raises(UploadRefused) as refused:
        give(data, name)
    assert refused.value.code == code
    assert str(refused.value)
    assert not Document.objects.exists()


def test_a_file_over_the_limit_is_refused(s3: str, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 10_000
    with pytest.raises(UploadRefused) as refused:
        give(JPEG, "big.jpg")
    assert refused.value.code == "oversized"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(s3: str) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 6_000)).save(out, "PNG")
    with pytest.raises(UploadRefused) as refused:
        give(out.getvalue(), "huge.png")
    assert refused.value.code == "pixels"


def test_when_the_store_is_down_people_are_told_and_there_is_no_row(s3: str, settings: Any) -> None:
    settings.S3_ENDPOINT = "127.0.0.1:9"
    with pytest.raises(StorageUnavailable, match="gửi lại"):
        give(JPEG, "a.jpg")
    assert not Document.objects.exists()


def test_memory_stays_bounded_for_a_large_file(s3: str, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 100 * 1024 * 1024
    size = 64 * 1024 * 1024
    archive = _zip({"word/document.xml": b"<x/>"})

    class Large(io.RawIOBase):
        """A valid document followed by nothing: generated, never held in memory."""

        def __init__(self) -> None:
            self.position = 0

        def seekable(self) -> bool:
            return True

        def readable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.position = {0: 0, 1: self.position, 2: size}[whence] + offset
            return self.position

        def tell(self) -> int:
            return self.position

        def read(self, length: int = -1) -> bytes:
            left = size - self.position
            length = left if length < 0 else min(length, left)
            begin = size - len(archive)
            filler = max(0, min(length, begin - self.position))
            tail = archive[max(0, self.position - begin) :][: length - filler]
            self.position += length
            return b"\0" * filler + tail

    tracemalloc.start()
    try:
        stored = object_store().put("documents/large", Large(), "application/octet-stream")  # type: ignore[arg-type]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.size == size
    assert peak < 24 * 1024 * 1024, f"{peak / 2**20:.0f} MiB"


def test_previews_are_upright_and_without_metadata(s3: str) -> None:
    picture = Image.new("RGB", (800, 400), (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    document = give(out.getvalue(), "turned.jpg")
    assert thumbnail_link(document) == "", "there is none before the job ran"
    assert len(make_readable(document)) == 2
    assert make_readable(document) == [], "done twice, it does nothing the second time"
    thumbnail = Image.open(io.BytesIO(fetch(thumbnail_link(document))[0]))
    assert thumbnail.format == "WEBP"
    assert thumbnail.height > thumbnail.width, "turned as the camera was held"
    assert max(thumbnail.size) == 320
    assert not dict(thumbnail.getexif())


def test_the_first_page_of_a_pdf_is_its_preview(s3: str) -> None:
    document = give(paper("trang").getvalue(), "văn bản.pdf")
    assert {one.kind for one in make_readable(document)} == {"thumbnail", "preview"}


def test_links_end_and_cannot_be_forged(s3: str) -> None:
    document = give(JPEG, "a.jpg")
    url = link(document, seconds=60)
    for bad in (url.replace("X-Amz-Signature=", "X-Amz-Signature=0"), url.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetch(bad)
        assert refused.value.code in (400, 403)
    other = give(paper("b").getvalue(), "b.pdf")
    with pytest.raises(urllib.error.HTTPError):
        fetch(url.replace(document.object_key, other.object_key))
    past = object_store()._public.get_presigned_url(
        "GET",
        s3,
        document.object_key,
        expires=timedelta(seconds=1),
        request_date=timezone.now() - timedelta(minutes=5),
    )
    with pytest.raises(urllib.error.HTTPError) as late:
        fetch(past)
    assert late.value.code in (400, 403)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\xã\\Báo cáo.docx", "Báo cáo.docx"),
        ("bao\u202efdp.exe.pdf", "baofdp.exe.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("\x00\x1f.pdf", "tệp.pdf"),
        ("", "tệp"),
        ("   ", "tệp"),
    ],
)
def test_names_are_cleaned(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_a_name_of_500_characters_keeps_its_extension() -> None:
    name = clean_name("á" * 500 + ".pdf")
    assert len(name) == 200 and name.endswith(".pdf")


def test_documents_are_never_deleted(s3: str) -> None:
    document = give(JPEG, "a.jpg")
    with pytest.raises(TypeError):
        document.delete()
