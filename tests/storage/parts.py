"""Sending parts as a browser does: over plain HTTP to the addresses it was given, without the store's keys."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import urllib3
from django.test import override_settings
from minio import time

from storage.documents import uploads
from storage.documents.models import Upload

MIB = 1024 * 1024


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def put(address: str, data: bytes) -> int:
    """PUT the bytes and return the status."""
    return urllib3.request("PUT", address, body=data, headers={"Content-Type": ""}, retries=False).status


def begin(contents: bytes, name: str, **fields: Any) -> Upload:
    given = {"owner_id": 7, "subject": "test:1", "context": {}, **fields}
    return uploads.begin(name=name, size=len(contents), **given)


def part(upload: Upload, contents: bytes, number: int) -> bytes:
    return contents[(number - 1) * upload.part_bytes : number * upload.part_bytes]


def send(upload: Upload, contents: bytes, numbers: Iterable[int] | None = None) -> None:
    """Send the parts with these numbers, or all."""
    chosen = list(numbers or range(1, upload.part_count + 1))
    pieces = {number: part(upload, contents, number) for number in chosen}
    wanted: Mapping[int, str] = {number: checksum(piece) for number, piece in pieces.items()}
    for number, address in uploads.sign_parts(upload, wanted).items():
        assert put(address, pieces[number]) == 200


def sent(contents: bytes, name: str, **fields: Any) -> Upload:
    """Return an upload all of whose parts are there and which was finished."""
    upload = begin(contents, name, **fields)
    send(upload, contents)
    return uploads.finish(upload)


def nowhere() -> override_settings:
    """A store that does not answer."""
    return override_settings(S3_ENDPOINT="127.0.0.1:9")


@contextmanager
def clock_off(minutes: float) -> Iterator[None]:
    """A machine of ours whose clock is so many minutes fast, or slow, for everything that is signed."""
    right = time.utcnow
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "utcnow", lambda: right() + timedelta(minutes=minutes))
        yield
