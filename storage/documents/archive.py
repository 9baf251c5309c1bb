"""Many documents as one ZIP that is made while it is sent: flat memory, no temporary file.

The ZIP holds a bag (BagIt, RFC 8493): the files under ``data/`` and a manifest of their SHA-256, which ``sha256sum -c``
and the archives' own programs check without Lúa.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue
from threading import Thread
from typing import cast
from urllib.parse import quote

from zipstream import ZipStream

from storage.errors import StorageUnavailable
from storage.objects import object_store

from .models import Document

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024
#: Chunks that may wait for being sent.
AHEAD = 8
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


class Bag(ZipStream):
    """A ZIP of documents that one thread reads ahead of whoever takes it, in the order in which they were given.

    Memory stays below 20 MiB whatever they come to: ``AHEAD`` chunks of 1 MiB wait, two are with whoever takes them, up
    to four are copies of one that comes from the store, and 5 MiB are set aside by its stream. The thread and its line
    to the store end with the ZIP, also with one that is closed or fails in the middle.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__(sized=True)
        self._documents = documents
        self._waiting: Queue[bytes | Exception] = Queue(AHEAD)
        self._over = False
        self._reader: Thread | None = None

    def contents(self, document: Document) -> Iterator[bytes]:
        """Yield the contents of a document when its turn has come.

        Raises StorageUnavailable when they are not what was received, before anything can follow them.
        """
        if self._reader is None:
            self._reader = Thread(target=self._read_ahead, name="archive", daemon=True)
            self._reader.start()
        digest = hashlib.sha256()
        while chunk := self._waiting.get():
            if isinstance(chunk, Exception):
                raise chunk
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != document.sha256:
            logger.error("Document %s is not what was received; the archive is given up", document.pk)
            raise StorageUnavailable

    def _read_ahead(self) -> None:
        try:
            with closing(_stored(self._documents)) as chunks:
                for chunk in chunks:
                    self._waiting.put(chunk)
                    if self._over:
                        return
        except Exception as error:
            self._waiting.put(error)

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from super().__iter__()
        finally:
            self.close()

    def close(self) -> None:
        """Stop reading, and wait until the store has sent or failed to send what was asked of it last."""
        self._over = True
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()
        if self._reader is not None:
            self._reader.join()


def _stored(documents: Iterable[Document]) -> Generator[bytes]:
    """Yield the chunks of all documents, and an empty one after those of each."""
    for document in documents:
        with object_store().open(document.object_key, document.version_id) as stream:
            # Past the stream's own buffer, which would be filled in bursts and copied once more.
            read = cast(io.BufferedReader, stream).read1
            yield from iter(partial(read, CHUNK), b"")
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
        archive.add(
            archive.contents(packed.document), f"{root}/data/{packed.path}", size=packed.document.size
        )
    return archive


def quote_path(path: str) -> str:
    """Return a path as the manifest spells it: only line ends and the percent sign are encoded (RFC 8493, 2.1.3)."""
    return "".join(quote(char) if char in "%\r\n" else char for char in path)
