"""The adapter of the object store, against the real one."""

from __future__ import annotations

import hashlib
import io
import random
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from minio import Minio

from storage import objects
from storage.errors import KeyTaken, StorageUnavailable
from storage.objects import PART_BYTES, ObjectStore, object_store

from .files import breaking_line, closed_port

BYTES = random.Random(3).randbytes(2 * PART_BYTES + 17)


def fresh() -> str:
    return f"test/{uuid4()}"


def contents(store: ObjectStore, key: str, version_id: str) -> bytes:
    with store.open(key, version_id) as stream:
        return stream.read()


@pytest.mark.parametrize("size", [1, PART_BYTES, PART_BYTES + 1, len(BYTES)])
def test_what_is_stored_is_what_was_sent(s3: str, size: int) -> None:
    store, key = object_store(), fresh()
    stored = store.put(key, io.BytesIO(BYTES[:size]), "application/pdf")
    assert (stored.key, stored.size) == (key, size)
    assert stored.sha256 == hashlib.sha256(BYTES[:size]).hexdigest()
    assert stored.version_id and stored.etag
    assert contents(store, key, stored.version_id) == BYTES[:size]
    assert store.exists(key, stored.version_id)


@pytest.mark.parametrize("size", [5, len(BYTES)])
def test_a_key_is_never_written_twice(s3: str, witness: Minio, size: int) -> None:
    store, key = object_store(), fresh()
    first = store.put(key, io.BytesIO(BYTES[:size]), "application/pdf")
    with pytest.raises(KeyTaken):
        store.put(key, io.BytesIO(BYTES[1 : size + 1]), "application/pdf")
    versions = [one.version_id for one in witness.list_objects(s3, key, include_version=True)]
    assert versions == [first.version_id]
    assert contents(store, key, first.version_id) == BYTES[:size]


def test_the_bucket_is_versioned_and_can_lock(s3: str, witness: Minio) -> None:
    assert witness.get_bucket_versioning(s3).status == "Enabled"
    # Refuses where the bucket was made without object lock.
    assert witness.get_object_lock_config(s3).mode is None


def test_the_bucket_can_be_ensured_by_several_at_once(s3: str, settings: Any, witness: Minio) -> None:
    settings.S3_BUCKET = f"lua-test-{uuid4().hex[:12]}"
    store = object_store()
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(store.ensure_bucket) for _ in range(4)]:
            done.result()
    call_command("ensure_bucket", stdout=io.StringIO())
    store.ping()
    assert witness.bucket_exists(settings.S3_BUCKET)


def test_a_missing_version_does_not_exist(s3: str) -> None:
    store, key = object_store(), fresh()
    stored = store.put(key, io.BytesIO(b"abc"), "application/pdf")
    assert not store.exists(fresh(), stored.version_id)
    with pytest.raises(StorageUnavailable), store.open(fresh(), stored.version_id):
        pass


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.put(fresh(), io.BytesIO(b"abc"), "image/png"),
        lambda store: store.open("a", "b").__enter__(),
        lambda store: store.exists("a", "b"),
        lambda store: store.ensure_bucket(),
        lambda store: store.ping(),
    ],
    ids=["put", "open", "exists", "ensure_bucket", "ping"],
)
@pytest.mark.parametrize("fault", ["closed", "wrong key", "no bucket"])
def test_every_fault_of_the_store_has_one_name(
    s3: str, settings: Any, act: Callable[[ObjectStore], Any], fault: str, request: pytest.FixtureRequest
) -> None:
    if fault == "closed":
        settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    elif fault == "wrong key":
        settings.S3_SECRET_KEY = "not-the-key"
    else:
        settings.S3_BUCKET = f"lua-missing-{uuid4().hex[:8]}"
        if request.node.callspec.id.endswith("ensure_bucket") or "exists" in request.node.callspec.id:
            act(object_store())
            return
    with pytest.raises(StorageUnavailable, match="gửi lại sau ít phút"):
        act(object_store())


def test_a_line_cut_in_the_middle_of_an_upload_leaves_no_object(s3: str, settings: Any, keys: Any) -> None:
    before = keys()
    with breaking_line(settings.S3_ENDPOINT, up=PART_BYTES + 100_000) as line:
        settings.S3_ENDPOINT = line
        with pytest.raises(StorageUnavailable):
            object_store().put(fresh(), io.BytesIO(BYTES), "application/pdf")
    assert keys() == before


def test_a_line_cut_in_the_middle_of_a_download_is_no_short_file(s3: str, settings: Any) -> None:
    stored = object_store().put(fresh(), io.BytesIO(BYTES), "application/pdf")
    with breaking_line(settings.S3_ENDPOINT, down=PART_BYTES) as line:
        settings.S3_ENDPOINT = line
        with pytest.raises(StorageUnavailable):
            contents(object_store(), stored.key, stored.version_id)


def test_an_error_of_the_reader_is_not_blamed_on_the_store(s3: str) -> None:
    store = object_store()
    stored = store.put(fresh(), io.BytesIO(b"abc"), "image/png")
    with pytest.raises(PermissionError), store.open(stored.key, stored.version_id):
        raise PermissionError("the reader's own disk")


def test_nothing_can_be_read_without_a_signature(s3: str, settings: Any) -> None:
    stored = object_store().put(fresh(), io.BytesIO(b"abc"), "image/png")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://{settings.S3_ENDPOINT}/{s3}/{stored.key}")
    assert refused.value.code == 403


def test_the_store_of_the_settings_is_made_once(s3: str, settings: Any) -> None:
    assert object_store() is object_store()
    first = object_store()
    settings.S3_PUBLIC_ENDPOINT = "tep.example:9000"
    assert object_store() is not first
    objects.ensure_bucket()
