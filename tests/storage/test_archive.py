"""Many documents as one ZIP: whole or recognisably not, in flat memory, and nothing left running behind it."""

from __future__ import annotations

import io
import random
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psutil
import pytest

from storage.documents import Document
from storage.documents.archive import AHEAD, CHUNK, Bag, Packed, bag, path_part, quote_path
from storage.errors import StorageUnavailable
from storage.objects import PART_BYTES, object_store

from .files import breaking_line

pytestmark = pytest.mark.usefixtures("s3")


def document(contents: bytes, *, sha256: str = "", blake3: str | None = None) -> Document:
    stored = object_store().put(f"documents/test/{uuid4()}", io.BytesIO(contents), "text/plain")
    return Document(
        sha256=sha256 or stored.sha256,
        blake3=stored.blake3 if blake3 is None else blake3,
        size=stored.size,
        object_key=stored.key,
        version_id=stored.version_id,
    )


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def bag_of(*documents: Document) -> Bag:
    return bag("gốc", [Packed(f"{n}.pdf", one) for n, one in enumerate(documents)], texts={}, info={})


def received(archive: Bag) -> bytes:
    """Return what came before the stream ended early."""
    contents = bytearray()
    with pytest.raises(StorageUnavailable):
        for chunk in archive:
            contents += chunk
    return bytes(contents)


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("archive")]


def lines(endpoint: str) -> int:
    """How many connections of ours to the store are open."""
    port = int(endpoint.rpartition(":")[2])
    return sum(
        line.status == psutil.CONN_ESTABLISHED and line.raddr.port == port
        for line in psutil.Process().net_connections("tcp")
    )


def test_files_of_all_sizes_come_whole_and_in_the_order_given() -> None:
    sizes = [0, 1, 3 * CHUNK + 5, CHUNK, 17, (AHEAD + 2) * CHUNK, 2, *range(100, 130)]
    contents = [noise(size, seed) for seed, size in enumerate(sizes)]
    archive = bag_of(*map(document, contents))
    sent = b"".join(archive)
    assert len(sent) == len(archive)
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        names = [name for name in opened.namelist() if "/data/" in name]
        assert names == [f"gốc/data/{n}.pdf" for n in range(len(sizes))]
        assert [opened.read(name) for name in names] == contents
    assert readers() == []


def test_a_file_of_before_the_second_hash_is_checked_by_the_first() -> None:
    contents = noise(CHUNK + 1)
    assert len(b"".join(bag_of(document(contents, blake3="")))) > len(contents)


@pytest.mark.parametrize(
    ("place", "hashes"),
    [
        (0, {"blake3": "a" * 64}),
        (1, {"blake3": "a" * 64}),
        (3, {"blake3": "a" * 64}),
        (1, {"sha256": "a" * 64, "blake3": ""}),
    ],
)
def test_a_file_that_is_not_what_was_received_ends_the_archive_early(
    place: int, hashes: dict[str, str]
) -> None:
    documents = [document(noise(CHUNK + n)) for n in range(5)]
    documents[place] = document(b"other", **hashes)
    sent = received(bag_of(*documents))
    assert f"gốc/data/{place}.pdf".encode() in sent
    assert f"gốc/data/{place + 1}.pdf".encode() not in sent
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(sent))
    assert readers() == []


def test_a_store_that_fails_in_the_middle_ends_the_archive_early(settings: Any) -> None:
    documents = [document(noise(2 * PART_BYTES, n)) for n in range(4)]
    with breaking_line(settings.S3_ENDPOINT, down=3 * PART_BYTES) as line:
        settings.S3_ENDPOINT = line
        sent = received(bag_of(*documents))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(sent))
    assert readers() == []


def let_go(archive: Bag, stream: Any) -> None:
    """As Django does when the response is closed."""
    archive.close()


def forget(archive: Bag, stream: Any) -> None:
    """As Python does with a stream that nobody holds any more."""
    stream.close()


@pytest.mark.parametrize("leave", [let_go, forget])
@pytest.mark.parametrize("more", [0, 3, AHEAD + 4])
def test_nothing_is_left_of_an_archive_whose_reader_goes_away(
    leave: Callable[[Bag, Any], None], more: int, settings: Any
) -> None:
    # The last of them is left between two files: after the end of one and before the beginning of the next.
    documents = [document(noise((AHEAD + 3) * CHUNK, n)) for n in range(4)]
    before = lines(settings.S3_ENDPOINT)
    archive = bag_of(*documents)
    stream = iter(archive)
    while not readers():
        next(stream)
    for _chunk in range(more):
        next(stream)
    leave(archive, stream)
    assert readers() == []
    assert lines(settings.S3_ENDPOINT) <= before


def test_memory_stays_flat_whatever_the_size() -> None:
    size = 24 * CHUNK
    documents = [document(bytes(size))] * 4
    archive = bag_of(*documents)
    tracemalloc.start()
    sent = sum(len(chunk) for chunk in archive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == len(archive) > 4 * size
    assert peak < 20 * 1024 * 1024


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ('a<b>:"|?*\\/c.pdf', "a-b--------c.pdf"),
        ("Phụ lục 2. Danh sách", "Phụ lục 2. Danh sách"),
        ("x" * 300 + ".jpeg", "x" * 35 + ".jpeg"),
        ("...", "-"),
        ("tên.", "tên"),
    ],
)
def test_names_that_every_system_takes(name: str, part: str) -> None:
    assert path_part(name, length=40) == part


def test_line_ends_and_percent_signs_are_encoded_in_the_manifest() -> None:
    assert quote_path("data/50 %\nđạt.pdf") == "data/50 %25%0Ađạt.pdf"
