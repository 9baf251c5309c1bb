"""The object store. The only module that imports ``minio``.

Any S3 server with versioning and object lock serves. Objects are written once under fresh keys in a versioned bucket;
nothing here deletes or overwrites.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, BinaryIO, cast
from urllib.parse import quote

import urllib3
from django.conf import settings
from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import MinioException, S3Error
from minio.versioningconfig import VersioningConfig
from urllib3.exceptions import HTTPError

from .errors import StorageUnavailable

PART_BYTES = 5 * 1024 * 1024
CONNECT_SECONDS, READ_SECONDS = 3, 30


@dataclass(frozen=True)
class StoredObject:
    """One stored version: size in bytes, SHA-256 in hex."""

    key: str
    version_id: str
    size: int
    sha256: str


class HashingReader:
    """Hashes and counts what passes through, so that a stream is read once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, length: int = -1) -> bytes:
        data = self._stream.read(length)
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn every failure of the store into StorageUnavailable."""
    try:
        yield
    except (MinioException, HTTPError, OSError) as error:
        raise StorageUnavailable from error


class ObjectStore:
    """A bucket of an S3 server. Every method raises StorageUnavailable when the server does not do its part."""

    def __init__(
        self,
        *,
        endpoint: str,
        public_endpoint: str,
        access_key: str,
        secret_key: str,
        secure: bool,
        region: str,
        bucket: str,
    ) -> None:
        def client(address: str) -> Minio:
            pool = urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                retries=urllib3.Retry(total=1, backoff_factor=0.2, status_forcelist=(502, 503, 504)),
                maxsize=32,
            )
            # With the region given, signing never asks the server.
            return Minio(address, access_key, secret_key, secure=secure, region=region, http_client=pool)

        self.bucket = bucket
        self._client = client(endpoint)
        self._public = client(public_endpoint)

    def ensure_bucket(self) -> None:
        """Create the bucket when it is missing, with object lock, and switch versioning on. Idempotent."""
        with _reachable():
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket, object_lock=True)
            if self._client.get_bucket_versioning(self.bucket).status != ENABLED:
                self._client.set_bucket_versioning(self.bucket, VersioningConfig(ENABLED))

    def put(self, key: str, stream: BinaryIO, content_type: str) -> StoredObject:
        """Store the rest of the stream under a key that was never used, in parts of 5 MiB."""
        reader = HashingReader(stream)
        with _reachable():
            written = self._client.put_object(
                self.bucket,
                key,
                cast(BinaryIO, reader),
                length=-1,
                content_type=content_type,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )
            version = written.version_id or self._client.stat_object(self.bucket, key).version_id
        if not version:
            raise StorageUnavailable
        return StoredObject(key=key, version_id=version, size=reader.size, sha256=reader.sha256)

    @contextmanager
    def open(self, key: str, version_id: str) -> Iterator[BinaryIO]:
        """Open one version for reading."""
        with _reachable():
            answer = self._client.get_object(self.bucket, key, version_id=version_id)
        try:
            yield cast(BinaryIO, answer)
        finally:
            answer.close()
            answer.release_conn()

    def exists(self, key: str, version_id: str) -> bool:
        """Say whether this version is there."""
        with _reachable():
            try:
                self._client.stat_object(self.bucket, key, version_id=version_id)
            except S3Error as error:
                if error.code in ("NoSuchKey", "NoSuchVersion", "NoSuchObject", "MethodNotAllowed"):
                    return False
                raise
        return True

    def presigned_get(
        self, key: str, *, version_id: str, seconds: int, content_type: str, filename: str, inline: bool
    ) -> str:
        """Return a link to one version that ends after ``seconds``; the server sends the given headers with it.

        Signed locally. The file name goes out as RFC 6266 with UTF-8 (RFC 8187).
        """
        kind = "inline" if inline else "attachment"
        plain = filename.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "tep"
        disposition = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
        headers: Any = {
            "response-content-disposition": disposition,
            "response-content-type": content_type,
            "response-cache-control": "private, no-store",
        }
        return self._public.get_presigned_url(
            "GET",
            self.bucket,
            key,
            expires=timedelta(seconds=seconds),
            response_headers=headers,
            version_id=version_id,
        )

    def ping(self) -> None:
        """Ask the server for the bucket."""
        with _reachable():
            if not self._client.bucket_exists(self.bucket):
                raise StorageUnavailable


@lru_cache(maxsize=4)
def _store(*configuration: tuple[str, Any]) -> ObjectStore:
    return ObjectStore(**dict(configuration))


def object_store() -> ObjectStore:
    """Return the store of the settings. One client for each configuration, shared by threads."""
    return _store(
        ("endpoint", settings.S3_ENDPOINT),
        ("public_endpoint", settings.S3_PUBLIC_ENDPOINT),
        ("access_key", settings.S3_ACCESS_KEY),
        ("secret_key", settings.S3_SECRET_KEY),
        ("secure", settings.S3_SECURE),
        ("region", settings.S3_REGION),
        ("bucket", settings.S3_BUCKET),
    )


def ensure_bucket() -> None:
    """Create the bucket of the settings when it is missing. Idempotent."""
    object_store().ensure_bucket()
