"""Many documents as one ZIP that is made while it is sent: flat memory, no temporary file.

The ZIP holds a bag (BagIt, RFC 8493): the files under ``data/`` and a manifest of their SHA-256, which ``sha256sum -c``
and the archives' own programs check without Lúa.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from zipstream import ZipStream

from storage.errors import StorageUnavailable
from storage.objects import object_store

from .models import Document

logger = logging.getLogger(__name__)

CHUNK = 1024 * 1024
#: What Windows does not take in a name.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True)
class Packed:
    """A document and its path below ``data/``, with «/» between folders."""

    path: str
    document: Document


def path_part(name: str, *, length: int) -> str:
    """Return a name that every system takes as a folder or file, cut to a length; an extension is kept."""
    stem, dot, extension = FORBIDDEN.sub("-", name).rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = FORBIDDEN.sub("-", name), ""
    suffix = f".{extension}" if extension else ""
    return f"{stem[: length - len(suffix)].strip(' .') or '-'}{suffix}"


def bag(
    root: str, files: Sequence[Packed], *, texts: Mapping[str, str], info: Mapping[str, str]
) -> ZipStream:
    """Return the ZIP as an iterable of bytes whose length is known beforehand (``len``).

    ``root`` is the one folder everything lies in, ``texts`` further files below ``data/``, ``info`` the tags of
    ``bag-info.txt``. Files are read when their turn comes, and their hashes are checked on the way: a file that is not
    what was received, or a store that fails, ends the stream early, so that a broken archive never looks whole. Raises
    StorageUnavailable when the store does not answer now.
    """
    object_store().ping()
    encoded = {path: text.encode() for path, text in texts.items()}
    sums = [(hashlib.sha256(text).hexdigest(), path) for path, text in encoded.items()]
    sums += [(packed.document.sha256, packed.path) for packed in files]
    octets = sum(map(len, encoded.values())) + sum(packed.document.size for packed in files)
    tags = {**info, "Payload-Oxum": f"{octets}.{len(encoded) + len(files)}"}
    archive = ZipStream(sized=True)
    archive.add("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", f"{root}/bagit.txt")
    archive.add("".join(f"{name}: {value}\n" for name, value in tags.items()), f"{root}/bag-info.txt")
    manifest = "".join(f"{sha256}  data/{quote_path(path)}\n" for sha256, path in sums)
    archive.add(manifest, f"{root}/manifest-sha256.txt")
    for path, text in encoded.items():
        archive.add(text, f"{root}/data/{path}")
    for packed in files:
        archive.add(_contents(packed.document), f"{root}/data/{packed.path}", size=packed.document.size)
    return archive


def quote_path(path: str) -> str:
    """Return a path as the manifest spells it: only line ends and the percent sign are encoded (RFC 8493, 2.1.3)."""
    return "".join(quote(char) if char in "%\r\n" else char for char in path)


def _contents(document: Document) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with object_store().open(document.object_key, document.version_id) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            yield chunk
    if digest.hexdigest() != document.sha256:
        logger.error("Document %s is not what was received; the archive is given up", document.pk)
        raise StorageUnavailable
