"""Uploads in parts at the store itself: what it refuses, what it keeps, what it forgets."""

from __future__ import annotations

import io
import random
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from storage import objects
from storage.errors import PartsGone, PartsMissing, PartSpoilt, StorageUnavailable
from storage.objects import ABORT_RULE, ObjectStore, object_store

from .files import breaking_line
from .parts import MIB, checksum, clock_off, nowhere, put

BIG, SMALL = random.Random(5).randbytes(5 * MIB), b"the rest"


def fresh() -> str:
    return f"test/{uuid4()}"


def started() -> tuple[ObjectStore, str, str]:
    store, key = object_store(), fresh()
    return store, key, store.start_multipart(key, "application/pdf")


def send(store: ObjectStore, key: str, upload_id: str, number: int, data: bytes) -> int:
    address = store.presigned_part(key, upload_id, number=number, sha256=checksum(data), seconds=60)
    return put(address, data)


def test_parts_become_one_object(s3: str) -> None:
    store, key, upload_id = started()
    assert store.parts(key, upload_id) == []
    assert send(store, key, upload_id, 2, SMALL) == 200
    assert send(store, key, upload_id, 1, BIG) == 200
    assert [(one.number, one.size) for one in store.parts(key, upload_id)] == [(1, len(BIG)), (2, len(SMALL))]
    assert store.current(key) is None
    found = store.finish_multipart(key, upload_id, size=len(BIG + SMALL))
    assert (found.key, found.size) == (key, len(BIG + SMALL))
    with store.open(key, found.version_id) as stream:
        assert stream.read() == BIG + SMALL


def test_the_store_refuses_a_part_with_other_bytes(s3: str) -> None:
    store, key, upload_id = started()
    address = store.presigned_part(key, upload_id, number=1, sha256=checksum(SMALL), seconds=60)
    assert put(address, b"the pest") == 400
    assert put(address, SMALL + b" and more") == 400
    assert put(address.replace("partNumber=1", "partNumber=2"), SMALL) == 403
    assert store.parts(key, upload_id) == []
    assert put(address, SMALL) == 200


def test_an_address_that_has_run_out_is_refused_and_a_new_one_is_not(s3: str) -> None:
    store, key, upload_id = started()
    with clock_off(-20):
        assert send(store, key, upload_id, 1, SMALL) == 403
    assert store.parts(key, upload_id) == []
    assert send(store, key, upload_id, 1, SMALL) == 200


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_part_is_passed_on_as_long_as_the_store_suffers_our_clock(s3: str, minutes: int) -> None:
    store, key, upload_id = started()
    with clock_off(minutes):
        store.put_part(
            key, upload_id, number=1, sha256=checksum(SMALL), stream=io.BytesIO(SMALL), length=len(SMALL)
        )
    assert [one.number for one in store.parts(key, upload_id)] == [1]


def test_a_wrong_clock_is_an_outage_that_the_log_explains(s3: str, caplog: pytest.LogCaptureFixture) -> None:
    store, key, upload_id = started()
    passed: dict[str, Any] = {"number": 1, "sha256": checksum(SMALL), "length": len(SMALL)}
    for ask in (
        store.ping,
        lambda: store.current(key),
        lambda: store.start_multipart(key, "image/png"),
        lambda: store.put(key, io.BytesIO(SMALL), "image/png"),
        lambda: store.put_part(key, upload_id, stream=io.BytesIO(SMALL), **passed),
        lambda: store.finish_multipart(key, upload_id, size=len(SMALL)),
    ):
        caplog.clear()
        with clock_off(-20), pytest.raises(StorageUnavailable):
            ask()
        assert re.search(r"our clock is -(1199|120\d) s off the store's", caplog.text), caplog.text


def test_a_part_sent_again_replaces_the_first(s3: str) -> None:
    store, key, upload_id = started()
    assert send(store, key, upload_id, 1, b"first try") == 200
    time.sleep(1.1)  # the store's clock shows seconds
    assert send(store, key, upload_id, 1, SMALL) == 200
    found = store.finish_multipart(key, upload_id, size=len(SMALL))
    with store.open(key, found.version_id) as stream:
        assert stream.read() == SMALL


def test_a_gap_or_a_wrong_size_is_not_finished(s3: str) -> None:
    store, key, upload_id = started()
    for size in (0, 1):
        with pytest.raises(PartsMissing):
            store.finish_multipart(key, upload_id, size=size)
    send(store, key, upload_id, 2, SMALL)
    with pytest.raises(PartsMissing):
        store.finish_multipart(key, upload_id, size=len(SMALL))
    send(store, key, upload_id, 1, BIG)
    with pytest.raises(PartsMissing):
        store.finish_multipart(key, upload_id, size=len(BIG))
    assert store.finish_multipart(key, upload_id, size=len(BIG + SMALL)).size == len(BIG + SMALL)


def test_finishing_twice_returns_the_same_version(s3: str, witness: Minio) -> None:
    store, key, upload_id = started()
    send(store, key, upload_id, 1, SMALL)
    first = store.finish_multipart(key, upload_id, size=len(SMALL))
    assert store.finish_multipart(key, upload_id, size=len(SMALL)) == first
    versions = [one.version_id for one in witness.list_objects(s3, key, include_version=True)]
    assert versions == [first.version_id]


def test_a_lost_answer_does_no_harm(s3: str, settings: Any) -> None:
    store, key, upload_id = started()
    send(store, key, upload_id, 1, SMALL)
    endpoint = settings.S3_ENDPOINT
    with breaking_line(endpoint, down=700) as line:
        settings.S3_ENDPOINT = line
        with pytest.raises(StorageUnavailable):
            while True:
                object_store().finish_multipart(key, upload_id, size=len(SMALL))
    settings.S3_ENDPOINT = endpoint
    assert store.finish_multipart(key, upload_id, size=len(SMALL)).size == len(SMALL)


def test_an_aborted_upload_is_gone(s3: str) -> None:
    store, key, upload_id = started()
    send(store, key, upload_id, 1, SMALL)
    store.abort_multipart(key, upload_id)
    store.abort_multipart(key, upload_id)
    assert send(store, key, upload_id, 1, SMALL) == 404
    with pytest.raises(PartsGone):
        store.parts(key, upload_id)
    with pytest.raises(PartsGone):
        store.finish_multipart(key, upload_id, size=len(SMALL))


def test_more_parts_than_a_page_of_the_list(s3: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(objects, "PARTS_A_PAGE", 3)
    store, key, upload_id = started()
    for number in range(1, 8):
        send(store, key, upload_id, number, b"x" * number)
    assert [one.number for one in store.parts(key, upload_id)] == list(range(1, 8))


def test_what_is_discarded_is_gone_and_other_versions_stay(s3: str, keys: Callable[[], set[str]]) -> None:
    store = object_store()
    kept, thrown = (store.put(fresh(), io.BytesIO(b"abc"), "image/png") for _ in range(2))
    before = keys()
    for _ in range(2):
        store.discard(thrown.key, thrown.version_id)
    assert before - keys() == {f"{thrown.key}@{thrown.version_id}"}
    assert store.current(thrown.key) is None
    assert store.exists(kept.key, kept.version_id)


def test_the_bucket_forgets_unfinished_uploads_by_itself(s3: str, witness: Minio) -> None:
    rule = Rule(ENABLED, Filter(prefix="logs/"), "somebody else's", expiration=Expiration(days=3))
    witness.set_bucket_lifecycle(s3, LifecycleConfig([rule]))
    for _ in range(2):
        object_store().ensure_bucket()
    found = witness.get_bucket_lifecycle(s3)
    assert found is not None
    assert [one.rule_id for one in found.rules] == ["somebody else's", ABORT_RULE]
    abort = found.rules[1].abort_incomplete_multipart_upload
    assert abort is not None and abort.days_after_initiation == 7


def test_a_part_passed_on_is_checked_by_the_store_too(s3: str) -> None:
    store, key, upload_id = started()

    def pass_on(data: bytes, announced: bytes, length: int) -> str:
        stream = io.BytesIO(data)
        return store.put_part(
            key, upload_id, number=1, sha256=checksum(announced), stream=stream, length=length
        )

    with pytest.raises(PartSpoilt):
        pass_on(b"the pest", SMALL, len(SMALL))
    with pytest.raises(StorageUnavailable):
        pass_on(b"the", SMALL, len(SMALL))
    assert store.parts(key, upload_id) == []
    assert pass_on(SMALL + b" and more", SMALL, len(SMALL)) == store.parts(key, upload_id)[0].etag
    store.abort_multipart(key, upload_id)
    with pytest.raises(PartsGone):
        pass_on(SMALL, SMALL, len(SMALL))


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.start_multipart("a", "image/png"),
        lambda store: store.parts("a", "b"),
        lambda store: store.finish_multipart("a", "b", size=1),
        lambda store: store.abort_multipart("a", "b"),
        lambda store: store.current("a"),
        lambda store: store.discard("a", "b"),
        lambda store: store.put_part("a", "b", number=1, sha256="", stream=io.BytesIO(b"x"), length=1),
    ],
    ids=["start", "parts", "finish", "abort", "current", "discard", "put_part"],
)
def test_a_store_that_is_down_has_one_name(s3: str, act: Callable[[ObjectStore], Any]) -> None:
    with nowhere(), pytest.raises(StorageUnavailable):
        act(object_store())


def test_addresses_are_signed_without_asking_the_store(s3: str, settings: Any) -> None:
    settings.S3_PUBLIC_ENDPOINT = "tep.example:9000"
    with nowhere():
        address = object_store().presigned_part("a", "b", number=3, sha256=checksum(SMALL), seconds=60)
    assert address.startswith("http://tep.example:9000/") and "partNumber=3" in address
