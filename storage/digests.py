"""The hashes of what passes by, so that a stream is read once."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

BLAKE2B_BYTES = 32


class Digests:
    """Size in bytes and hashes in hex of everything that ``update`` was given.

    SHA-256 (FIPS 180-4) is what people, other programs and the ledger compare. BLAKE2b with 32 bytes (RFC 7693) is as
    strong and takes some 60 % of the time on a processor without instructions for SHA: by it whatever reads many files
    while somebody waits sees that they are what was received.
    """

    def __init__(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._blake2b = blake2b()

    def update(self, data: bytes | memoryview) -> None:
        self.size += len(data)
        self._sha256.update(data)
        self._blake2b.update(data)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def blake2b(self) -> str:
        return self._blake2b.hexdigest()


def blake2b() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=BLAKE2B_BYTES)


class HashingReader:
    """Hashes and counts what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digests = Digests()

    def read(self, length: int = -1) -> bytes:
        data = self._stream.read(length)
        self.digests.update(data)
        return data
