"""The hashes of what passes by, so that a stream is read once."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from blake3 import blake3


class Digests:
    """Size in bytes and hashes in hex of everything that ``update`` was given.

    SHA-256 (FIPS 180-4) is what people, other programs and the ledger compare. BLAKE3 with 32 bytes is as strong for
    this and takes a tenth of the time: by it whatever reads many files while somebody waits sees that they are what was
    received.
    """

    def __init__(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._blake3 = blake3()

    def update(self, data: bytes | memoryview) -> None:
        self.size += len(data)
        self._sha256.update(data)
        self._blake3.update(data)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def blake3(self) -> str:
        return self._blake3.hexdigest()


class HashingReader:
    """Hashes and counts what is read through it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digests = Digests()

    def read(self, length: int = -1) -> bytes:
        data = self._stream.read(length)
        self.digests.update(data)
        return data
