"""PDFs: how many pages, their text, and pictures of pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from .texts import plain

#: At most so many pages are read for searching, so many characters of each, and for so long in seconds.
MAX_TEXT_PAGES = 1000
MAX_PAGE_CHARACTERS = 20_000
TEXT_SECONDS = 20.0
PDF_SCALE = 2.0


@dataclass(frozen=True)
class PaperText:
    """The text by page, from the first, and whether that is all there is."""

    pages: tuple[str, ...]
    is_whole: bool


@contextmanager
def opened(path: str) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


def text(document: pypdfium2.PdfDocument) -> PaperText:
    """Return the text of the pages as far as the limits allow; a page that cannot be read is empty."""
    stop, whole = time.monotonic() + TEXT_SECONDS, True
    pages: list[str] = []
    for number in range(len(document)):
        if number >= MAX_TEXT_PAGES or time.monotonic() > stop:
            return PaperText(tuple(pages), False)
        try:
            page = document[number]
            words = page.get_textpage()
            whole = whole and words.count_chars() <= MAX_PAGE_CHARACTERS
            pages.append(plain(words.get_text_range(0, min(words.count_chars(), MAX_PAGE_CHARACTERS))))
            words.close()
            page.close()
        except pypdfium2.PdfiumError:
            pages.append("")
    return PaperText(tuple(pages), whole)


def picture(document: pypdfium2.PdfDocument, number: int, side: int) -> Image.Image:
    """Return a page, counted from 0, as a picture of at most ``side`` pixels. Raises PdfiumError."""
    page = document[number]
    scale = min(PDF_SCALE, side / max(*page.get_size(), 1))
    return page.render(scale=scale).to_pil().convert("RGB")
