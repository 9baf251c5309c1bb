"""Vietnamese text for searching and sorting, the same in Python and in the database.

People on phones type «yen nam» for Yên Nam, and the database knows no Vietnamese order of letters: the embedded one
comes without ``unaccent`` and without ICU. ``translate`` is enough, because Vietnamese is written with 29 letters and
five tone marks, each of which has one composed character (Unicode NFC).
"""

from __future__ import annotations

import string
import unicodedata
from typing import Any

from django.db import models

#: The alphabet in its order; f, j, w and z occur in names from elsewhere.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Grave, hook above, tilde, acute, dot below. Level tone has no mark.
TONES = "\u0300\u0309\u0303\u0301\u0323"
VOWELS = frozenset("aăâeêioôơuưy")


def fold(text: str) -> str:
    """Return the text in lower case without tone and vowel marks: «Đinh Xá» becomes «dinh xa»."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _spellings(letter: str) -> list[str]:
    """Return a letter in both cases with every tone it can bear."""
    toned = [letter, *(unicodedata.normalize("NFC", letter + tone) for tone in TONES if letter in VOWELS)]
    return [*toned, *(one.upper() for one in toned)]


SPELLINGS = {letter: _spellings(letter) for letter in ALPHABET}
#: Characters whose bytes sort as the alphabet does.
ORDERED = dict(zip(ALPHABET, string.ascii_uppercase + string.ascii_lowercase, strict=False))


class _Spelled(models.Func):
    """``translate`` of every spelling of every letter to one character."""

    function = "translate"
    output_field = models.TextField(db_collation="C")

    def __init__(self, expression: Any, characters: dict[str, str], **extra: Any) -> None:
        source = "".join("".join(spellings) for spellings in SPELLINGS.values())
        target = "".join(characters[letter] * len(spellings) for letter, spellings in SPELLINGS.items())
        super().__init__(expression, models.Value(source), models.Value(target), **extra)


class Folded(_Spelled):
    """``fold`` in the database, for composed text (NFC)."""

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, {letter: fold(letter) for letter in ALPHABET}, **extra)


class InAlphabeticalOrder(_Spelled):
    """A key that sorts byte by byte as the Vietnamese alphabet does: a, ă, â, b, c, d, đ… Tones are left out."""

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, ORDERED, **extra)
