"""Bad files: each is refused with a sentence that says what to do, and nothing is stored."""

from __future__ import annotations

import io
import random
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ImageFile import ImageFile

from storage.documents import Document
from storage.documents.sniffing import sniff
from storage.errors import UploadRefused
from storage.readers.kinds import EXTENSIONS
from storage.readers.probing import probe

from .conftest import Upload
from .files import boxes, heic, jpeg, noise, office, office_declaring, pdf, png, png_claiming, saved, webp

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00" + b"\0" * 512
ENCRYPTED = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    b"4 0 obj\n<< /Filter /Standard /V 1 /R 2 /P -4 /O <"
    + b"41" * 32
    + b"> /U <"
    + b"42" * 32
    + b"> >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R /Encrypt 4 0 R /ID [<00><00>] >>\nstartxref\n0\n%%EOF\n"
)
NO_PAGES = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
)
GOOD = {"a.jpg": jpeg(), "a.png": png(), "a.webp": webp(), "a.pdf": pdf(), "a.docx": office()} | {
    "a.heic": heic(),
    "a.mp4": boxes(),
}
BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.pdf", b"", "empty"),
    "web page called photo": ("a.jpg", HTML, "type"),
    "drawing with a script": ("a.png", SVG, "type"),
    "drawing under its own name": ("a.svg", SVG, "type"),
    "program called photo": ("a.jpg", EXE, "type"),
    "moving picture": ("a.gif", saved(noise(8, 8), "GIF"), "type"),
    "text": ("a.txt", "Báo cáo".encode(), "type"),
    "photo called PDF": ("a.pdf", jpeg(), "extension"),
    "PNG called JPEG": ("a.jpg", png(), "extension"),
    "PDF without extension": ("báo cáo", pdf(), "extension"),
    "Word called Excel": ("a.xlsx", office(), "extension"),
    "double extension": ("a.jpg.exe", jpeg(), "extension"),
    "only the first bytes of a photo": ("a.jpg", jpeg()[:64], "broken"),
    "sound under a picture's first bytes": ("a.webp", b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 64, "broken"),
    "PDF without its end": ("a.pdf", pdf()[:-400], "broken"),
    "video without its index": ("a.mp4", boxes(moov=False), "broken"),
    "video called photo": ("a.jpg", boxes(), "extension"),
    "video of boxes without size": ("a.mp4", boxes() + b"\0\0\0\4free", "broken"),
    "HEIC called JPEG": ("a.jpg", heic(), "extension"),
    "PDF of nothing": ("a.pdf", b"%PDF-1.7\n" + b"x" * 500 + b"\n%%EOF\n", "broken"),
    "PDF without pages": ("a.pdf", NO_PAGES, "broken"),
    "PDF with a password": ("a.pdf", ENCRYPTED, "encrypted"),
    "100,000 pixels wide": ("a.png", png_claiming(100_000, 100_000), "pixels"),
    "just over the limit of pixels": ("a.png", png_claiming(10_001, 10_000), "pixels"),
    "zip archive": ("a.zip", office("ảnh/1.jpg"), "type"),
    "Word with macros": ("a.docx", office(extra={"word/vbaProject.bin": b"x"}), "macros"),
    "zip bomb": ("a.docx", office_declaring(513 * 1024 * 1024), "bomb"),
    "zip bomb that says it is small": ("a.docx", office_declaring(10), "broken"),
    "Word cut short": ("a.docx", office()[:-60], "broken"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_and_nothing_is_kept(upload: Upload, keys: Any, case: str) -> None:
    name, contents, code = BAD[case]
    before = keys()
    with pytest.raises(UploadRefused) as refused:
        upload(contents, name)
    assert refused.value.code == code
    assert "Xin " in str(refused.value), "the sentence says what to do"
    assert keys() == before
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(upload: Upload, settings: Any) -> None:
    contents = jpeg()
    settings.EVIDENCE_MAX_BYTES = len(contents)
    assert upload(contents, "a.jpg").size == len(contents)
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    with pytest.raises(UploadRefused, match="Tệp lớn hơn 1 MB"):
        upload(contents + b"\0" * settings.EVIDENCE_MAX_BYTES, "a.jpg")


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences: dict[str, set[str]] = {}
    for name, contents, code in BAD.values():
        with pytest.raises(UploadRefused) as refused:
            sniff(io.BytesIO(contents), name)
        sentences.setdefault(code, set()).add(re.sub(r"\(.*?\)", "", str(refused.value)))
    all_of_them = [sentence for of_a_code in sentences.values() for sentence in of_a_code]
    assert len(all_of_them) == len(set(all_of_them))
    assert set(sentences) == {"empty", "type", "extension", "broken", "encrypted", "pixels", "macros", "bomb"}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("percent", [1, 5, 10, 25, 50, 75, 90, 97])
def test_a_file_cut_anywhere_is_refused(name: str, percent: int) -> None:
    contents = GOOD[name]
    sniff(io.BytesIO(contents), name)
    with pytest.raises(UploadRefused) as refused:
        sniff(io.BytesIO(contents[: len(contents) * percent // 100]), name)
    assert refused.value.code in ("broken", "type")


@pytest.mark.parametrize("name", GOOD)
@hypothesis_settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 40), near_start=st.booleans())
def test_a_damaged_file_is_taken_or_refused_but_nothing_else(
    name: str, seed: int, flips: int, near_start: bool
) -> None:
    source, damaged = random.Random(seed), bytearray(GOOD[name])
    for _ in range(flips):
        damaged[source.randrange(4, min(len(damaged), 600) if near_start else len(damaged))] ^= (
            1 << source.randrange(8)
        )
    with suppress(UploadRefused):
        assert sniff(io.BytesIO(bytes(damaged)), name) in EXTENSIONS


def test_a_photo_is_checked_without_unpacking_it_whole(tmp_path: Path) -> None:
    """A photo of 48 megapixels takes 144 MB unpacked; an eighth of its sides shows as well that it is whole."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(saved(Image.new("RGB", (8000, 6000), "green"), "JPEG"))
    seen: list[tuple[int, int]] = []
    loader = ImageFile.load

    def load(image: ImageFile) -> Any:
        seen.append(image.size)
        return loader(image)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImageFile, "load", load)
        assert probe(str(photo)) == "image/jpeg"
    assert seen and max(seen) == (1000, 750)
