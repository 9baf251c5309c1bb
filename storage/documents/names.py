"""File names as they may be kept and shown."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 200
NAMELESS = "tệp"
#: Only what looks like one is an extension: the rest of «Phụ lục 2. Danh sách» is part of the name.
EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})$")
#: Control characters; invisible marks such as the right-to-left override; broken surrogates.
UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def clean_name(raw: str) -> str:
    """Return the name without folders, control and direction marks, composed (NFC), at most 200 characters.

    The extension is kept. An empty name becomes «tệp». Cleaning a clean name changes nothing.
    """
    name = raw.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        " " if char.isspace() else char
        for char in name
        if char.isspace() or unicodedata.category(char) not in UNSEEN
    )
    text = " ".join(unicodedata.normalize("NFC", seen).split()).rstrip(". ")
    found = EXTENSION.search(text)
    suffix = found.group() if found else ""
    stem = text.removesuffix(suffix)[: MAX_NAME - len(suffix)].strip(". ")
    return f"{stem or NAMELESS}{suffix}"


def extension(name: str) -> str:
    """Return the extension in lower case without the dot; empty when there is none."""
    found = EXTENSION.search(name)
    return found.group(1).lower() if found else ""
