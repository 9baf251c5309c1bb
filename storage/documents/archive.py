"""Many documents as one ZIP that is made while it is sent: flat memory, no temporary file.

The ZIP holds a bag (BagIt, RFC 8493): the files under ``data/`` and a manifest of their SHA-256, which ``sha256sum -c``
and the archives' own programs check without Lúa.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue
from threading import Thread
from urllib.parse import quote

from blake3 import blake3
from zipstream import ZipStream

from storage.errors import StorageUnavailable
from storage.objects import object_store

from .models import Document

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024
#: Chunks that may wait for being checked, and as many for being sent.
AHEAD = 4
#: What Windows does not take in a name.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
#: Names of devices, which Windows does not take either, whatever the extension.
DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
#: What Linux takes in a name in bytes of UTF-8, less room for a number that sets equal names apart.
MAX_NAME_BYTES = 255 - 15


@dataclass(frozen=True)
class Packed:
    """A document and its path below ``data/``, with «/» between folders."""

    path: str
    document: Document


class Ahead:
    """Takes from a generator in a thread of its own, up to ``room`` items ahead of whoever takes them here.

    Yields what the generator yields, and raises what it raises, in order. Closing ends the thread and the generator.
    """

    def __init__(self, items: Generator[bytes], *, room: int, name: str) -> None:
        self._waiting: Queue[bytes | Exception | None] = Queue(room)
        self._over = False
        self._thread = Thread(target=self._run, args=[items], name=name, daemon=True)
        self._thread.start()

    def _run(self, items: Generator[bytes]) -> None:
        end: Exception | None = None
        try:
            with closing(items):
                for item in items:
                    self._waiting.put(item)
                    if self._over:
                        return
        except Exception as error:
            end = error
        self._waiting.put(end)

    def __iter__(self) -> Iterator[bytes]:
        while (item := self._waiting.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    def close(self) -> None:
        """Stop, and wait until the generator has finished the item it was at."""
        self._over = True
        while self._thread.is_alive():
            with suppress(Empty):
                while True:
                    self._waiting.get_nowait()
            self._thread.join(timeout=0.01)


class Bag(ZipStream):
    """A ZIP of documents: one thread reads them, a second checks their hashes, both ahead of whoever takes the ZIP.

    Memory stays below 20 MiB whatever they come to: ``AHEAD`` chunks of 1 MiB wait for each of the two, and each of the
    three has one or two in hand. The threads and the line to the store end with the ZIP, also with one that is closed
    or fails in the middle.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__(sized=True)
        self._documents = documents
        self._checked: Ahead | None = None
        self._chunks: Iterator[bytes] = iter(())

    def contents(self) -> Iterator[bytes]:
        """Yield the contents of the document whose turn has come.

        Raises StorageUnavailable when they are not what was received, before anything can follow them.
        """
        if self._checked is None:
            self._checked = Ahead(_checked(self._documents), room=AHEAD, name="archive-hashes")
            self._chunks = iter(self._checked)
        yield from iter(partial(next, self._chunks), b"")

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from super().__iter__()
        finally:
            self.close()

    def close(self) -> None:
        """Stop reading, and wait until the store has sent or failed to send what was asked of it last."""
        if self._checked is not None:
            self._checked.close()


def _stored(documents: Iterable[Document]) -> Generator[bytes]:
    """Yield the chunks of all documents, and an empty one after those of each."""
    for document in documents:
        with object_store().chunks(document.object_key, document.version_id, length=CHUNK) as chunks:
            yield from chunks
        yield b""


def _checked(documents: Sequence[Document]) -> Generator[bytes]:
    """Yield the same, and raise StorageUnavailable instead of the empty chunk after what is not what was received."""
    with closing(Ahead(_stored(documents), room=AHEAD, name="archive-reading")) as stored:
        chunks = iter(stored)
        for document in documents:
            # The quicker of two hashes of equal strength, where both are known.
            digest = blake3() if document.blake3 else hashlib.sha256()
            for chunk in iter(partial(next, chunks), b""):
                digest.update(chunk)
                yield chunk
            if digest.hexdigest() != (document.blake3 or document.sha256):
                logger.error("Document %s is not what was received; the archive is given up", document.pk)
                raise StorageUnavailable
            yield b""


def path_part(name: str, *, length: int) -> str:
    """Return a name that every system takes as a folder or file, cut to a length; an extension is kept."""
    stem, dot, extension = FORBIDDEN.sub("-", name).rstrip(" .").rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = FORBIDDEN.sub("-", name), ""
    suffix = f".{extension}" if extension else ""
    room = MAX_NAME_BYTES - len(suffix.encode())
    stem = stem.strip(" .")
    if DEVICE.match(stem):
        stem = f"-{stem}"
    stem = stem[: length - len(suffix)].encode()[:room].decode(errors="ignore")
    return f"{stem.strip(' .') or '-'}{suffix}"


def bag(root: str, files: Sequence[Packed], *, texts: Mapping[str, str], info: Mapping[str, str]) -> Bag:
    """Return the ZIP as an iterable of bytes whose length is known beforehand (``len``).

    ``root`` is the one folder everything lies in, ``texts`` further files below ``data/``, ``info`` the tags of
    ``bag-info.txt``. Files are read a little ahead of their turn, and their hashes are checked on the way: a file that
    is not what was received, or a store that fails, ends the stream early, so that a broken archive never looks whole.
    Raises StorageUnavailable when the store does not answer now.
    """
    object_store().ping()
    encoded = {path: text.encode() for path, text in texts.items()}
    sums = [(hashlib.sha256(text).hexdigest(), path) for path, text in encoded.items()]
    sums += [(packed.document.sha256, packed.path) for packed in files]
    octets = sum(map(len, encoded.values())) + sum(packed.document.size for packed in files)
    tags = {**info, "Payload-Oxum": f"{octets}.{len(encoded) + len(files)}"}
    archive = Bag([packed.document for packed in files])
    archive.add("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", f"{root}/bagit.txt")
    archive.add("".join(f"{name}: {value}\n" for name, value in tags.items()), f"{root}/bag-info.txt")
    manifest = "".join(f"{sha256}  data/{quote_path(path)}\n" for sha256, path in sums)
    archive.add(manifest, f"{root}/manifest-sha256.txt")
    for path, text in encoded.items():
        archive.add(text, f"{root}/data/{path}")
    for packed in files:
        archive.add(archive.contents(), f"{root}/data/{packed.path}", size=packed.document.size)
    return archive


def quote_path(path: str) -> str:
    """Return a path as the manifest spells it: only line ends and the percent sign are encoded (RFC 8493, 2.1.3)."""
    return "".join(quote(char) if char in "%\r\n" else char for char in path)
