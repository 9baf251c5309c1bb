"""What the tests of storage share: a second, independent client of the store, and uploading in one word."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from minio import Minio

from storage.documents import Document, receive

Upload = Callable[[bytes, str], Document]


@pytest.fixture
def witness(s3: str, settings: Any) -> Minio:
    """A client that knows nothing of the adapter under test."""
    return Minio(
        settings.S3_ENDPOINT,
        settings.S3_ACCESS_KEY,
        settings.S3_SECRET_KEY,
        secure=settings.S3_SECURE,
        region=settings.S3_REGION,
    )


@pytest.fixture
def keys(witness: Minio, s3: str) -> Callable[[], set[str]]:
    """List every key of the bucket, also of objects that were deleted or stored twice."""
    return lambda: {
        f"{one.object_name}@{one.version_id}"
        for one in witness.list_objects(s3, recursive=True, include_version=True)
    }


@pytest.fixture
def upload(s3: str, db: None) -> Upload:
    return lambda contents, name: receive(stream=io.BytesIO(contents), name=name, uploaded_by_id=7)
