"""The append-only history. Every act appends one entry to the stream of what it was done to.

An entry's hash is the SHA-256 over the canonical JSON (RFC 8785) of exactly these members: ``stream``, ``sequence``,
``at`` (ISO 8601, UTC, microseconds, ending in Z), ``act``, ``actor``, ``subject``, ``payload``, ``previous_hash``. All
of them are columns of the row, so that anybody with the rows can check the chain without this program. The first entry
of a stream has 64 zeros as its previous hash. The database refuses to update, delete or truncate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .stamps import ActorStamp

if TYPE_CHECKING:
    from .chain import Verification, append, entries, verify
    from .models import Entry

__all__ = ["ActorStamp", "Entry", "Verification", "append", "entries", "verify"]


def __getattr__(name: str) -> Any:
    """Load models only when asked for: this package is imported before the apps are ready."""
    if name == "Entry":
        from .models import Entry

        return Entry
    if name in ("Verification", "append", "entries", "verify"):
        from . import chain

        return getattr(chain, name)
    raise AttributeError(name)
