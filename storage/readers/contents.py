"""All that is read of a file at once, so that it is decoded once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import pypdfium2
from PIL import Image

from . import office, papers, photos
from .kinds import DOCX, IMAGES, PDF, UNREADABLE, XLSX
from .likeness import Fingerprint, fingerprint
from .photos import PhotoFacts

QUALITY = 78
#: The types in which there is anything to read.
READABLE = frozenset({PDF, DOCX, XLSX, *IMAGES.values()})


@dataclass(frozen=True)
class Picture:
    """A WebP without metadata; sides in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Contents:
    """What was found: pictures by kind, the pages of a PDF and whether it may run code, text, what the camera
    wrote, and by what a picture is known again.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    pages: int | None = None
    may_run_code: bool = False
    texts: tuple[str, ...] = ()
    is_text_whole: bool = True
    photo: PhotoFacts | None = None
    fingerprint: Fingerprint | None = None


def has_picture(content_type: str) -> bool:
    """Whether pictures are made of files of this type: of images and of a PDF's first page."""
    return content_type == PDF or content_type in IMAGES.values()


def read(path: str, content_type: str, sides: Mapping[str, int]) -> Contents | None:
    """Return what is in a file, with a picture for each of ``sides`` (longer side in pixels); None if unreadable."""
    try:
        if content_type == PDF:
            return _paper(path, sides)
        if content_type in IMAGES.values():
            return _photo(path, sides)
        if content_type in (DOCX, XLSX):
            texts, whole = office.text(path, content_type)
            return Contents(texts=texts, is_text_whole=whole)
    except (*UNREADABLE, pypdfium2.PdfiumError):
        return None
    return Contents()


def _photo(path: str, sides: Mapping[str, int]) -> Contents:
    with open(path, "rb") as stream:
        picture = photos.upright(stream, max(sides.values()))
        stream.seek(0)
        return Contents(
            pictures=_pictures(picture, sides), photo=photos.facts(stream), fingerprint=fingerprint(picture)
        )


def _paper(path: str, sides: Mapping[str, int]) -> Contents:
    with papers.opened(path) as document:
        picture = papers.picture(document, 0, max(sides.values()))
        found = papers.text(document)
        return Contents(
            pictures=_pictures(picture, sides),
            pages=len(document),
            may_run_code=papers.may_run_code(document),
            texts=found.pages,
            is_text_whole=found.is_whole,
            fingerprint=fingerprint(picture),
        )


def page_picture(path: str, number: int, side: int) -> Picture | None:
    """Return a page of a PDF, counted from 1; None when there is no such page or it cannot be drawn."""
    try:
        with papers.opened(path) as document:
            return as_webp(papers.picture(document, number - 1, side))
    except (*UNREADABLE, pypdfium2.PdfiumError):
        return None


def _pictures(picture: Image.Image, sides: Mapping[str, int]) -> dict[str, Picture]:
    made = {}
    for kind, side in sides.items():
        small = picture.copy()
        small.thumbnail((side, side))
        made[kind] = as_webp(small)
    return made


def as_webp(picture: Image.Image) -> Picture:
    out = io.BytesIO()
    profile = picture.info.get("icc_profile", b"")
    picture.save(out, "WEBP", quality=QUALITY, icc_profile=profile, exif=b"", xmp=b"")
    return Picture(out.getvalue(), picture.width, picture.height)
