"""Canonical JSON (RFC 8785): one spelling for one value, so that it can be hashed."""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

#: RFC 8785 sorts keys by UTF-16 code units; Python sorts by code points, which differs from this character on.
SORTED_OTHERWISE = re.compile("[\ue000-\U0010ffff]")


class NotCanonical(ValueError):
    """The value has no canonical JSON."""


def canonical_json(value: Any) -> bytes:
    """Return the canonical JSON of text, whole numbers within 2^53, true, false, null, lists and dicts with text keys.

    For these the standard library's encoder spells everything as RFC 8785 does, in a tenth of the time, but for the
    order of keys with rare letters; those go through the reference library. Fractions are the caller's to refuse.
    Raises NotCanonical for what is not clean JSON.
    """
    try:
        text = _encoder.encode(value)
        if SORTED_OTHERWISE.search(text):
            return rfc8785.dumps(value)
        return text.encode()
    except (ValueError, TypeError) as error:
        raise NotCanonical(str(error)) from error


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
