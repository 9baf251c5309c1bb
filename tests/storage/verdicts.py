"""What becomes of a file that may be hostile: looked into and read in the real child processes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import psutil

from storage import sandbox
from storage.documents.reading import READ_SECONDS
from storage.documents.sniffing import sniff
from storage.errors import UploadRefused
from storage.readers.contents import read

from .mutations import KINDS, mutants

READ, UNREADABLE = "read", "unreadable"
#: Small, so that hundreds of files are read in seconds.
SIDES = {"thumbnail": 100}
#: The readers, and the process with which Python keeps track of what they share.
MOST_CHILDREN = sandbox.PROCESSES + 1


def verdict(name: str, contents: bytes) -> str:
    """Return «read», «unreadable», «died of …» or «refused: …» with the code; raises whatever else comes of a file."""
    try:
        content_type = sniff(io.BytesIO(contents), name)
    except UploadRefused as refused:
        assert "Xin " in str(refused), "the sentence says what to do"
        return f"refused: {refused.code}"
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(contents)
        copy.flush()
        try:
            found = sandbox.call(read, copy.name, content_type, SIDES, seconds=READ_SECONDS)
        except sandbox.ReaderDied as died:
            return f"died of {died.cause}"
    return READ if found else UNREADABLE


def verdicts(name: str, files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Return the verdict on each of many files of one name, by what they are called; as many at once as children.

    What this process holds in memory stays the same, and no children are left behind.
    """
    given, this = list(files), psutil.Process()
    memory, children = this.memory_info().rss, set(this.children(recursive=True))
    with ThreadPoolExecutor(sandbox.PROCESSES) as threads:
        found = list(threads.map(lambda one: verdict(name, one[1]), given))
    assert this.memory_info().rss - memory < 64 * 1024**2
    assert len(set(this.children(recursive=True)) - children) <= MOST_CHILDREN
    return {called: one for (called, _contents), one in zip(given, found, strict=True)}


def assert_damage_is_survived(kind: str) -> None:
    """Every mutant of a kind of file is read, found unreadable or refused; none kills its reader."""
    name, make, _parse = KINDS[kind]
    assert verdict(name, make()) == READ
    found = verdicts(name, mutants(kind))
    assert len(found) >= 75
    assert {called: one for called, one in found.items() if "died" in one} == {}
