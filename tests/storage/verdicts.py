"""What becomes of a file that may be hostile: looked into and read in the real child processes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from storage import sandbox
from storage.documents.reading import READ_SECONDS, SIDES
from storage.documents.sniffing import sniff
from storage.errors import UploadRefused
from storage.readers.contents import read

READ, UNREADABLE = "read", "unreadable"


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
    """Return the verdict on each of many files of one name, by what they are called; as many at once as children."""
    with ThreadPoolExecutor(sandbox.PROCESSES) as threads:
        asked = {called: threads.submit(verdict, name, contents) for called, contents in files}
        return {called: answer.result() for called, answer in asked.items()}
