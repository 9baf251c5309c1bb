"""PDFs: how many pages, their text, and pictures of pages."""

from __future__ import annotations

import io
import re
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
#: The actions by which a PDF runs a script or starts a program (ISO 32000-1, 12.6.4.5 and 12.6.4.16).
RUNS = re.compile(rb"/(JavaScript|Launch)(?![A-Za-z0-9])")


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


def may_run_code(document: pypdfium2.PdfDocument) -> bool:
    """Whether there is an action in a PDF that runs a script or starts a program, or that cannot be told.

    Looked for in a copy that PDFium writes: browsers read PDFs with it, and in its copies nothing is packed away in
    object streams and names are spelled in one way.
    """
    copy = io.BytesIO()
    try:
        document.save(copy, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError:
        return True
    return RUNS.search(copy.getbuffer()) is not None


def picture(document: pypdfium2.PdfDocument, number: int, side: int) -> Image.Image:
    """Return a page, counted from 0, as a picture of at most ``side`` pixels. Raises PdfiumError."""
    page = document[number]
    scale = min(PDF_SCALE, side / max(*page.get_size(), 1))
    return page.render(scale=scale).to_pil().convert("RGB")
