"""Word, Excel and videos damaged at every structure, forged, and packed to explode."""

from __future__ import annotations

import pytest

from .hostile_files import OFFICE, VIDEOS
from .verdicts import assert_damage_is_survived, verdict

HOSTILE = {**OFFICE, **VIDEOS}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "mp4", "mov"])
def test_whatever_is_damaged_the_file_is_read_or_refused_with_a_sentence(kind: str) -> None:
    assert_damage_is_survived(kind)


@pytest.mark.parametrize("called", HOSTILE)
def test_what_becomes_of_a_hostile_office_file_or_video(called: str) -> None:
    name, make, expected = HOSTILE[called]
    assert verdict(name, make()) == expected
