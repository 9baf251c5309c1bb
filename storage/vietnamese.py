"""Vietnamese text for searching and sorting, the same in Python and in the database.

People on phones type «yen nam» for Yên Nam, and the database knows no Vietnamese order of letters: the embedded one
comes without ``unaccent`` and without ICU. ``translate`` is enough, because Vietnamese is written with 29 letters and
five tone marks, each of which has one composed character (Unicode NFC).
"""

from __future__ import annotations

import re
import string
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchVectorField
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


class _Translated(models.Func):
    """``translate`` of characters, one to one."""

    function = "translate"
    output_field = models.TextField(db_collation="C")

    def __init__(self, expression: Any, characters: dict[str, str], **extra: Any) -> None:
        source, target = "".join(characters), "".join(characters.values())
        super().__init__(expression, models.Value(source), models.Value(target), **extra)


def _spelled(characters: dict[str, str]) -> dict[str, str]:
    """Return for every spelling of every letter the character that its letter has in ``characters``."""
    return {
        one: characters[letter] for letter, spellings in SPELLINGS.items() for one in dict.fromkeys(spellings)
    }


FOLDED = _spelled({letter: fold(letter) for letter in ALPHABET})
LOWERED = {one: one.lower() for one in FOLDED}
#: What PostgreSQL would take for parts of paths, addresses and numbers, such as «1465/KH-UBND».
SPACED = dict.fromkeys("/\\-_.,:;@#&=+*~^$%'`\"()[]{}<>|!?«»“”‘’…–—", " ")


class Folded(_Translated):
    """``fold`` in the database, for composed text (NFC)."""

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, FOLDED, **extra)


class InAlphabeticalOrder(_Translated):
    """A key that sorts byte by byte as the Vietnamese alphabet does: a, ă, â, b, c, d, đ… Tones are left out."""

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, _spelled(ORDERED), **extra)


class _Words(models.Func):
    template = "to_tsvector('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


class SearchableWords(models.Func):
    """The words of composed text (NFC) for searching: each as it is spelt, and as ``fold`` spells it."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchVectorField()

    def __init__(self, expression: Any, **extra: Any) -> None:
        spelt = _Words(_Translated(expression, SPACED | LOWERED))
        folded = _Words(_Translated(expression, SPACED | FOLDED))
        super().__init__(spelt, folded, **extra)


#: More words than this are not a question that a person asks.
MAX_WORDS = 12


def search_words(typed: str) -> list[str]:
    """Return the words of what was typed, composed and in lower case."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", typed).lower())[:MAX_WORDS]


def search_query(typed: str) -> str:
    """Return what was typed as a raw query of the configuration ``simple``: all words, each from its beginning.

    A word with a diacritic is found where it is spelt so, one without wherever it is, however it is spelt. Empty when
    nothing of what was typed is a word.
    """
    return " & ".join(f"'{word}':*" for word in search_words(typed))
