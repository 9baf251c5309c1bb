"""The append-only history. Every act appends one entry to the stream of what it was done to.

What an entry says is hashed first, and then chained, each time as SHA-256 (hex) over canonical JSON (RFC 8785):
``content`` over exactly ``stream``, ``at`` (ISO 8601, UTC, microseconds, ending in Z), ``act``, ``actor``, ``subject``
and ``payload``; ``hash`` over exactly ``content``, ``previous_hash`` and ``sequence``. All of them but ``content`` are
columns of the row, so that anybody with the rows can check the chain without this program. The first entry
of a stream has 64 zeros as its previous hash. The database refuses to update, delete or truncate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .canonical import canonical_json
from .stamps import SYSTEM, ActorStamp

if TYPE_CHECKING:
    from .chain import Verification, append, entries, verify
    from .models import Entry

__all__ = ["SYSTEM", "ActorStamp", "Entry", "Verification", "append", "canonical_json", "entries", "verify"]


def __getattr__(name: str) -> Any:
    """Load models only when asked for: this package is imported before the apps are ready."""
    if name == "Entry":
        from .models import Entry

        return Entry
    if name in ("Verification", "append", "entries", "verify"):
        from . import chain

        return getattr(chain, name)
    raise AttributeError(name)
