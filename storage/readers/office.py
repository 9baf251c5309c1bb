"""The text of Word and Excel files (ECMA-376), for searching."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

from .kinds import DOCX, XLSX
from .texts import plain

#: Where the text is: in ``w:t`` of Word, in ``t`` of Excel's shared strings.
PARTS = {DOCX: "word/document.xml", XLSX: "xl/sharedStrings.xml"}
#: A «page» of the search has at most so many characters, and a file so many of them.
PAGE_CHARACTERS, MAX_PAGES = 4000, 500


def text(path: str, content_type: str) -> tuple[tuple[str, ...], bool]:
    """Return the text in pieces of about a page, and whether that is all. Raises what ``UNREADABLE`` lists."""
    pages: list[str] = []
    piece: list[str] = []
    length = 0
    with zipfile.ZipFile(path) as archive:
        part = PARTS[content_type]
        if part not in archive.namelist():
            return (), True
        with archive.open(part) as stream:
            for run in _runs(stream):
                piece.append(run)
                length += len(run)
                if length >= PAGE_CHARACTERS:
                    pages.append(plain("".join(piece))[: 2 * PAGE_CHARACTERS])
                    piece, length = [], 0
                if len(pages) >= MAX_PAGES:
                    return tuple(pages), False
    if piece:
        pages.append(plain("".join(piece))[: 2 * PAGE_CHARACTERS])
    return tuple(pages), True


def _runs(stream: IO[bytes]) -> Iterator[str]:
    """Yield the text in order, with a space wherever a paragraph, a cell or a line ends."""
    for _event, element in ElementTree.iterparse(stream):
        name = element.tag.rpartition("}")[2]
        if name == "t":
            yield element.text or ""
        elif name in ("p", "si", "tab", "br", "cr"):
            yield " "
        if name in ("p", "si", "r"):
            element.clear()
