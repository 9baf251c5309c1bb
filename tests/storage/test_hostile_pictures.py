"""Pictures damaged at every structure, forged, and packed to explode: no file harms who looks at it."""

from __future__ import annotations

import pytest

from .hostile_files import EXIF, PICTURES
from .verdicts import assert_damage_is_survived, verdict

HOSTILE = {**PICTURES, **EXIF}


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "palette", "webp", "heic"])
def test_whatever_is_damaged_the_file_is_read_or_refused_with_a_sentence(kind: str) -> None:
    assert_damage_is_survived(kind)


@pytest.mark.parametrize("called", HOSTILE)
def test_what_becomes_of_a_hostile_picture(called: str) -> None:
    name, make, expected = HOSTILE[called]
    assert verdict(name, make()) == expected
