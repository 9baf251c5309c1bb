"""Uploads in parts beside the plain SDK, signing, and evidence as one ZIP beside reading the same objects."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import statistics
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import urllib3

from storage.documents import Document, uploads
from storage.documents.archive import Packed, bag
from storage.documents.models import Upload, UploadState
from storage.objects import object_store

from .results import Figure

MIB = 1024 * 1024
FILES_AT_ONCE, PARTS_AT_ONCE = 4, 2
SIGNED_PARTS, SIGNING_LIMIT = 300, 100.0


def payload(size: int, seed: int) -> bytes:
    """Return a valid PNG of one pixel, padded to about ``size`` bytes that do not compress."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
            chunk(b"IDAT", zlib.compress(b"\0\0\0\0")),
            chunk(b"paDd", random.Random(seed).randbytes(size)),
            chunk(b"IEND", b""),
        )
    )


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class Browser:
    """Sends files as the page does: four at a time, two parts of each, every part hashed and signed first."""

    def __init__(self) -> None:
        self.http = urllib3.PoolManager(maxsize=FILES_AT_ONCE * PARTS_AT_ONCE, retries=False)

    def send(self, upload: Upload, contents: bytes) -> None:
        with ThreadPoolExecutor(PARTS_AT_ONCE) as lanes:
            for done in [lanes.submit(self._part, upload, contents, n) for n in range(upload.part_count)]:
                done.result()
        object_store().finish_multipart(upload.object_key, upload.multipart_id, size=upload.size)

    def _part(self, upload: Upload, contents: bytes, place: int) -> None:
        data = contents[place * upload.part_bytes : (place + 1) * upload.part_bytes]
        address = uploads.sign_parts(upload, {place + 1: checksum(data)})[place + 1]
        answer = self.http.request("PUT", address, body=data)
        if answer.status != 200:
            raise RuntimeError(f"the store answered {answer.status} to a part")


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def side_by_side(
    ours: Callable[[], object], plain: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Return the median seconds of both, after one round to warm up; each goes first every other time."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for which in (0, 1) if turn % 2 else (1, 0):
            times[which].append(seconds((ours, plain)[which]))
    mine, peer = (statistics.median(column[1:]) for column in times)
    return mine, peer


def throughput(*, rounds: int, files: int, size: int) -> Figure:
    """Return MiB per second of our protocol beside the SDK's own ``put_object``, both with four files at a time."""
    browser, store = Browser(), object_store()
    contents = [payload(size, seed) for seed in range(files)]
    total = sum(map(len, contents)) / MIB

    def send(one: bytes) -> None:
        upload = uploads.begin(name="a.png", size=len(one), owner_id=0, subject="bench:0", context={})
        browser.send(upload, one)
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.EXPIRED)

    def put(one: bytes) -> None:
        store.put(f"bench/{uuid4()}", io.BytesIO(one), "image/png")

    # One pool for all rounds: its threads keep their connections, as those of a web server do.
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        mine, peer = side_by_side(
            lambda: list(pool.map(send, contents)),
            lambda: list(pool.map(put, contents)),
            rounds=rounds,
        )
    return Figure(
        f"Upload, {files} files of {size // MIB} MiB in presigned parts",
        round(total / mine, 1),
        "MiB/s",
        "MinIO SDK put_object",
        round(total / peer, 1),
        ">= 0.9 x peer",
    )


def signing(*, rounds: int) -> Figure:
    """Return the milliseconds for 300 addresses of parts, which the page waits for before it can send."""
    upload = Upload(object_key=f"bench/{uuid4()}", multipart_id=uuid4().hex, size=1, part_bytes=1)
    upload.size = SIGNED_PARTS
    wanted = {number: checksum(b"%d" % number) for number in range(1, SIGNED_PARTS + 1)}
    spent = [seconds(lambda: uploads.sign_parts(upload, wanted)) * 1000 for _ in range(rounds)]
    return Figure(
        f"Sign {SIGNED_PARTS} parts",
        round(statistics.median(spent), 1),
        "ms",
        "limit",
        SIGNING_LIMIT,
        "<= 1.0 x limit",
    )


def archive(documents: Sequence[Document], *, rounds: int) -> Figure:
    """Return MiB per second of the ZIP of all documents beside reading the same objects one after the other."""
    store, chunk = object_store(), MIB
    packed = [Packed(f"{n}/{one.name}", one) for n, one in enumerate(documents)]
    total = sum(one.size for one in documents) / MIB

    def ours() -> None:
        for _bytes in bag("bench", packed, texts={}, info={}):
            pass

    def plain() -> None:
        for one in documents:
            with store.open(one.object_key, one.version_id) as stream:
                while stream.read(chunk):
                    pass

    mine, peer = side_by_side(ours, plain, rounds=rounds)
    return Figure(
        f"ZIP of {len(documents)} files with checked hashes",
        round(total / mine, 1),
        "MiB/s",
        "raw reads of the same objects",
        round(total / peer, 1),
        ">= 0.8 x peer",
    )
