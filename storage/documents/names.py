"""File names as they may be kept and shown."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

MAX_NAME = 200


def clean_name(raw: str) -> str:
    """Return the name without folders, control and direction marks, composed (NFC), at most 200 characters.

    The extension is kept. An empty name becomes «tệp».
    """
    text = unicodedata.normalize("NFC", raw).replace("\\", "/")
    text = text.rsplit("/", 1)[-1]
    # Cc: control characters; Cf: invisible marks such as right-to-left override; Cs: broken surrogates.
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    text = " ".join(text.split()).strip(". ")
    if not text:
        return "tệp"
    suffix = PurePosixPath(text).suffix[:12]
    stem = text[: len(text) - len(PurePosixPath(text).suffix)] if suffix else text
    return stem[: MAX_NAME - len(suffix)] + suffix


def extension(name: str) -> str:
    """Return the extension in lower case without the dot; empty when there is none."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")
