"""Appending to the ledger and checking it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from storage.text import UNKEEPABLE

from .canonical import NotCanonical, canonical_json
from .models import Entry, EntryQuerySet
from .stamps import ActorStamp

NO_HASH = "0" * 64
#: The function reads the head in a snapshot of its own, after it has the lock. One plain statement doing both would
#: look at the rows as they were before it waited.
APPEND = "SELECT * FROM ledger_append(%s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb, %s, %s)"


@dataclass(frozen=True)
class Verification:
    """What the check of a stream found. ``broken_at`` is the first sequence that does not hold."""

    ok: bool
    entries: int
    broken_at: int | None = None
    reason: str = ""


def append(
    *,
    stream: str,
    act: str,
    actor: ActorStamp,
    subject: dict[str, Any],
    payload: dict[str, Any],
    at: datetime,
    is_serialised: bool = False,
) -> Entry:
    """Append one entry in the caller's transaction and return it. One query.

    Entries of one stream follow one another: a second writer waits until the first transaction ends. A caller that
    already holds a lock on what the stream is about says so by ``is_serialised`` and spares the stream's own lock;
    were it wrong, the unique sequence refuses the second entry. Figures go in as text, because a float or Decimal has
    no one canonical spelling. Raises TypeError for those and for whatever else is not clean JSON, ValueError for a
    time without zone, and TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the ledger is written in the transaction of an act")
    if at.tzinfo is None:
        raise ValueError("the time of an entry needs its zone")
    stamp = asdict(actor)
    refuse_inexact([stream, act], "name")
    refuse_inexact(stamp, "actor")
    refuse_inexact(subject, "subject")
    refuse_inexact(payload, "payload")
    entry = Entry(
        stream=stream, at=at.astimezone(UTC), act=act, actor=stamp, subject=subject, payload=payload
    )
    texts = [canonical_json(part) for part in (stamp, subject, payload)]
    with connection.cursor() as cursor:
        # Every act writes here; the plain call costs a third of what building a statement anew each time does.
        values: list[Any] = [
            stream,
            entry.at,
            act,
            *(text.decode() for text in texts),
            content_hash(entry),
            is_serialised,
        ]
        cursor.execute(APPEND, values)
        entry.pk, entry.sequence, entry.previous_hash, entry.hash = cursor.fetchone()
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


def entries(stream: str) -> EntryQuerySet:
    """Return the entries of a stream, oldest first."""
    return Entry.objects.filter(stream=stream).order_by("sequence")


def content_hash(entry: Entry) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of what the entry says, wherever it stands in the chain."""
    content = {
        "stream": entry.stream,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "act": entry.act,
        "actor": entry.actor,
        "subject": entry.subject,
        "payload": entry.payload,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def hash_of(entry: Entry) -> str:
    """Return the SHA-256 (hex) that chains the entry: over its content's hash, its place and the hash before."""
    link = {
        "content": content_hash(entry),
        "previous_hash": entry.previous_hash,
        "sequence": entry.sequence,
    }
    return hashlib.sha256(canonical_json(link)).hexdigest()


def verify(stream: str) -> Verification:
    """Check every entry of a stream: sequence without gaps, hash over the contents, link to the one before.

    A chain cannot know its own end: that the newest entries are gone shows only against a head kept elsewhere.
    """
    previous, count = NO_HASH, 0
    for entry in entries(stream).iterator(chunk_size=500):
        count += 1
        if entry.sequence != count:
            return Verification(False, count, entry.sequence, f"entry {count} is missing")
        if entry.previous_hash != previous:
            return Verification(False, count, count, "the link to the entry before does not hold")
        if not _holds(entry):
            return Verification(False, count, count, "the contents do not match the hash")
        previous = entry.hash
    return Verification(True, count)


def _holds(entry: Entry) -> bool:
    try:
        refuse_inexact([entry.actor, entry.subject, entry.payload], "entry")
        return entry.hash == hash_of(entry)
    except (NotCanonical, TypeError):
        # Somebody put in what append() would not have taken.
        return False


def refuse_inexact(value: Any, where: str) -> None:
    """Raise TypeError for anything but text, integers within 2^53, true, false, null, lists and dicts of text keys.

    Text with a NUL or half of a surrogate pair is refused too: neither PostgreSQL nor UTF-8 can hold it.
    """
    match value:
        case None | bool():
            return
        case str():
            if UNKEEPABLE.search(value):
                raise TypeError(f"{where}: the text is not clean Unicode")
        case int():
            if abs(value) > 2**53 - 1:
                raise TypeError(f"{where}: integers beyond 2^53 go in as text")
        case float() | Decimal():
            raise TypeError(f"{where}: figures go in as text, not as {type(value).__name__}")
        case list() | tuple():
            for n, item in enumerate(value):
                refuse_inexact(item, f"{where}[{n}]")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"{where}: keys are text")
                refuse_inexact(key, f"{where}, a key")
                refuse_inexact(item, f"{where}.{key}")
        case _:
            raise TypeError(f"{where}: {type(value).__name__} is not JSON")
