"""The history as sentences: what each ledger entry says to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator

from dossiers.acts import all_acts
from storage.ledger import Entry

from .contents import CODES_IN_LINE, Contents, File, Line, contents
from .history import Reader
from .signers import exceptions, paper_in_words, position_in_words

SHORT = 160


@dataclass(frozen=True)
class Sentence:
    """One entry of the history: a short line, and behind it in full whatever the line has no room for.

    ``position`` and ``agency`` are those of that moment. ``inline``, ``files`` and ``detail`` belong to the line;
    ``full``, ``lines`` and ``hidden`` are folded away. Of a sealed entry, and of what the commune has not sent, they
    are all empty.
    """

    sequence: int
    at: datetime
    who: str
    position: str
    agency: str
    what: str
    act: str
    hash: str
    previous_hash: str
    is_sealed: bool
    is_unsent: bool
    inline: Sequence[Line]
    files: Sequence[File]
    detail: str
    full: Sequence[str]
    lines: Sequence[Line]
    hidden: int


def sentence(entry: Entry, reader: Reader) -> Sentence:
    """Tell an entry as a line of history. Acts that no longer exist keep their code as the name."""
    names = {act.name: str(act.label) for act in all_acts()}
    actor = entry.actor
    is_sealed = reader.is_kept_from(entry)
    is_unsent = not is_sealed and reader.waits_for_sending(entry)
    said = Contents() if is_sealed or is_unsent else contents(entry, reader)
    facts = [
        fact for fact in (*said.facts, paper_in_words(entry.payload), *exceptions(entry.payload)) if fact
    ]
    inline = _inline(said)
    detail, texts = _short(" · ".join(facts)), [_short(line.text) for line in inline]
    return Sentence(
        sequence=entry.sequence,
        at=entry.at,
        who=actor.get("name", ""),
        position=position_in_words(actor, entry.payload),
        agency=actor.get("agency", ""),
        what=names.get(entry.act, entry.act),
        act=entry.act,
        hash=entry.hash,
        previous_hash=entry.previous_hash,
        is_sealed=is_sealed,
        is_unsent=is_unsent,
        inline=[Line(line.code, text, line.link) for line, text in zip(inline, texts, strict=True)],
        files=said.files,
        detail=detail,
        full=[] if detail == " · ".join(facts) else facts,
        lines=[] if texts == [line.text for line in said.lines] else said.lines,
        hidden=said.hidden,
    )


def _inline(said: Contents) -> Sequence[Line]:
    """Return the indicators that the line itself has room for: one with what was said of it, or a few codes."""
    few = len(said.lines) <= CODES_IN_LINE and not any(line.text for line in said.lines)
    return said.lines if few or (len(said.lines) == 1 and not said.hidden) else []


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(SHORT)
