"""PDFs damaged at every structure, forged, and packed to explode: no file harms who looks at it."""

from __future__ import annotations

import pypdfium2
import pytest

from storage.readers import papers

from .hostile_files import ACTIVE, PAPERS
from .mutations import KINDS, compressed
from .verdicts import assert_damage_is_survived, verdict


@pytest.mark.parametrize("kind", ["scan", "text", "compressed", "updated"])
def test_whatever_is_damaged_the_file_is_read_or_refused_with_a_sentence(kind: str) -> None:
    assert_damage_is_survived(kind)


@pytest.mark.parametrize("called", PAPERS)
def test_what_becomes_of_a_hostile_pdf(called: str) -> None:
    name, make, expected = PAPERS[called]
    assert verdict(name, make()) == expected


@pytest.mark.parametrize("called", ACTIVE)
def test_a_pdf_that_may_run_code_is_told_from_one_that_cannot(called: str) -> None:
    assert runs(ACTIVE[called]()) is (
        called not in {"form that sends itself", "program attached", "PDF attached"}
    )


def test_code_is_found_where_objects_are_packed_away() -> None:
    plain = ACTIVE["script on opening"]()
    packed = compressed(plain)
    assert b"JavaScript" in plain and b"JavaScript" not in packed
    assert runs(packed)


@pytest.mark.parametrize("kind", ["scan", "text", "compressed", "updated"])
def test_honest_papers_are_not_suspected(kind: str) -> None:
    assert not runs(KINDS[kind][1]())


def runs(contents: bytes) -> bool:
    document = pypdfium2.PdfDocument(contents)
    try:
        return papers.may_run_code(document)
    finally:
        document.close()
