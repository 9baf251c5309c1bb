"""Text out of files, as it may be kept and searched."""

from __future__ import annotations

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str) -> str:
    """Return composed text (NFC) on one line, without control characters, direction marks and broken surrogates."""
    seen = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in UNSEEN
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())
