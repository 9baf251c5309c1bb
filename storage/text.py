"""Text that PostgreSQL and UTF-8 can hold."""

from __future__ import annotations

import re

#: The NUL character, and halves of surrogate pairs.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def keepable(text: str) -> str:
    """Return what somebody typed without the characters that no database keeps; people never see those."""
    return UNKEEPABLE.sub("", text)
