"""The text of Word and Excel files (ECMA-376), for searching."""

from __future__ import annotations

import time
import zipfile
from xml.etree import ElementTree

from .kinds import DOCX, XLSX
from .texts import plain

#: Where the text is: in ``w:t`` of Word, in ``t`` of Excel's shared strings.
PARTS = {DOCX: "word/document.xml", XLSX: "xl/sharedStrings.xml"}
#: Wherever one of these ends there is a space.
BREAKS = frozenset({"p", "si", "tab", "br", "cr"})
#: A «page» of the search has about so many characters, and a file so many of them.
PAGE_CHARACTERS, MAX_PAGES = 4000, 500
#: Text is looked for so long in seconds, and taken out of the archive in pieces of so many bytes.
TEXT_SECONDS = 20.0
PIECE_BYTES = 256 * 1024


def text(path: str, content_type: str) -> tuple[tuple[str, ...], bool]:
    """Return the text in pieces of about a page, and whether that is all. Raises what ``UNREADABLE`` lists."""
    stop, pages = time.monotonic() + TEXT_SECONDS, _Pages()
    with zipfile.ZipFile(path) as archive:
        part = PARTS[content_type]
        if part not in archive.namelist():
            return (), True
        parser = ElementTree.XMLParser(target=pages)
        with archive.open(part) as stream:
            while piece := stream.read(PIECE_BYTES):
                parser.feed(piece)
                if len(pages.done) >= MAX_PAGES or time.monotonic() > stop:
                    return tuple(pages.done[:MAX_PAGES]), False
        parser.close()
    return tuple(pages.done), True


class _Pages:
    """Gathers the text while the parser goes along, so that no tree of a file of 500 MB is ever built."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_text = tag.rpartition("}")[2] == "t"

    def data(self, text: str) -> None:
        for start in range(0, len(text) if self._in_text else 0, PAGE_CHARACTERS):
            self._add(text[start : start + PAGE_CHARACTERS], at_most=2 * PAGE_CHARACTERS)

    def end(self, tag: str) -> None:
        self._in_text = False
        self._add(" " if tag.rpartition("}")[2] in BREAKS else "", at_most=PAGE_CHARACTERS)

    def close(self) -> None:
        if self._pieces:
            self._turn()

    def _add(self, text: str, *, at_most: int) -> None:
        if text:
            self._pieces.append(text)
            self._length += len(text)
        if self._length >= at_most:
            self._turn()

    def _turn(self) -> None:
        self.done.append(plain("".join(self._pieces)))
        self._pieces, self._length = [], 0
