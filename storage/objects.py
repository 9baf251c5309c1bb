"""The object store. The only module that imports ``minio``.

Any S3 server with versioning, object lock and conditional writes serves. Objects are written once under fresh keys in
a versioned bucket, and the server itself refuses to overwrite. Only ``discard`` deletes, and only what no row needs.
"""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import quote

import urllib3
from django.conf import settings
from minio import Minio, time
from minio.commonconfig import COMPLIANCE, ENABLED, Filter
from minio.datatypes import Part
from minio.error import MinioException, S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, LifecycleConfig, Rule
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig
from urllib3.exceptions import HTTPError

from .digests import HashingReader
from .errors import KeyTaken, PartsGone, PartsMissing, PartSpoilt, StorageUnavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

logger = logging.getLogger(__name__)

PART_BYTES = 5 * 1024 * 1024
CONNECT_SECONDS, READ_SECONDS = 3, 30
#: S3 servers refuse a request that was signed longer ago, or so far in the future.
SKEW_SECONDS = 15 * 60
#: From here on the difference between two clocks is worth a word in the log.
NOTABLE_SKEW_SECONDS = 60
EPOCH = datetime.fromtimestamp(0, UTC)
#: After so many days the server itself forgets parts that nobody made an object of.
ABORT_DAYS = 7
PARTS_A_PAGE = 1000
ABORT_RULE = "abort-unfinished-uploads"
ABSENT = ("NoSuchKey", "NoSuchVersion", "NoSuchObject", "MethodNotAllowed")


@dataclass(frozen=True)
class StoredObject:
    """One stored version: size in bytes, hashes in hex, and the server's own tag of the contents."""

    key: str
    version_id: str
    size: int
    sha256: str
    blake3: str
    etag: str


@dataclass(frozen=True)
class ListedVersion:
    """One version in the store's list; size in bytes."""

    key: str
    version_id: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class StoredPart:
    """One part of an unfinished upload; numbers start at 1, size in bytes."""

    number: int
    size: int
    etag: str


class Download(io.RawIOBase):
    """The body of an answer; a broken line becomes StorageUnavailable instead of a short file."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with _reachable():
            data = self._answer.read(len(view))
        view[: len(data)] = data
        return len(data)


class Exactly:
    """A stream of a known length for a request's body; a stream that ends early breaks the line instead of waiting."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, length: int = -1) -> bytes:
        wanted = min(self._left, length if length > 0 else self._left)
        data = self._stream.read(wanted) if wanted else b""
        if wanted and not data:
            raise OSError("the body ended before its stated length")
        self._left -= len(data)
        return data


class WriteOncePool(urllib3.PoolManager):
    """Makes every request that would finish an object conditional on its key being free.

    The SDK cannot pass ``If-None-Match``. Parts of a multipart upload finish nothing; completing it does.
    """

    def urlopen(  # type: ignore[override]
        self, method: str, url: str, redirect: bool = True, **kw: Any
    ) -> urllib3.BaseHTTPResponse:
        path, _, query = url.partition("?")
        is_object = path.split("://", 1)[-1].count("/") > 1
        if is_object and (
            (method == "PUT" and not query) or (method == "POST" and query.startswith("uploadId="))
        ):
            kw["headers"] = {**kw["headers"], "If-None-Match": "*"}
        return super().urlopen(method, url, redirect=redirect, **kw)


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn every failure of the store into StorageUnavailable, and keep its cause in the log."""
    try:
        yield
    except (MinioException, HTTPError, OSError) as error:
        clocks = _clocks(error.response) if isinstance(error, S3Error) else ""
        logger.warning("The object store failed: %s: %s%s", type(error).__name__, error, clocks)
        raise StorageUnavailable from error


def _clocks(answer: urllib3.BaseHTTPResponse) -> str:
    """Say for the log by how much the clocks differ, when they do: the store's own reason may be «access denied»."""
    try:
        ahead = (time.utcnow() - time.from_http_header(answer.headers.get("Date", ""))).total_seconds()
    except ValueError:
        return ""
    return f" (our clock is {ahead:+.0f} s off the store's)" if abs(ahead) > NOTABLE_SKEW_SECONDS else ""


def content_disposition(filename: str, *, inline: bool) -> str:
    """Return the header of RFC 6266: the name in UTF-8 (RFC 8187), and in plain letters for old programs."""
    latin = unicodedata.normalize("NFKD", filename.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(char for char in latin if " " <= char <= "~" and char not in '"\\%')
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain.strip() or 'file'}\"; filename*=UTF-8''{quote(filename, safe='')}"


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
            pool = WriteOncePool(
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
        """Create the bucket when it is missing, with object lock, and switch versioning on. Idempotent.

        The bucket's life cycle gets a rule that aborts unfinished uploads; rules that are there stay.
        """
        with _reachable():
            if not self._client.bucket_exists(self.bucket):
                try:
                    self._client.make_bucket(self.bucket, object_lock=True)
                except S3Error as error:
                    # Another process that starts at the same moment was first.
                    if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                        raise
            if self._client.get_bucket_versioning(self.bucket).status != ENABLED:
                self._client.set_bucket_versioning(self.bucket, VersioningConfig(ENABLED))
            there = self._client.get_bucket_lifecycle(self.bucket)
            rules = there.rules if there else []
            if not any(rule.rule_id == ABORT_RULE for rule in rules):
                abort = AbortIncompleteMultipartUpload(days_after_initiation=ABORT_DAYS)
                rule = Rule(ENABLED, Filter(prefix=""), ABORT_RULE, abort_incomplete_multipart_upload=abort)
                self._client.set_bucket_lifecycle(self.bucket, LifecycleConfig([*rules, rule]))

    def put(self, key: str, stream: BinaryIO, content_type: str) -> StoredObject:
        """Store the rest of the stream, in parts of 5 MiB of which two are in memory at most.

        Raises KeyTaken when the key was used before; what is stored there stays as it is. A failure in the middle
        leaves no object.
        """
        reader = HashingReader(stream)
        with _reachable():
            try:
                written = self._client.put_object(
                    self.bucket,
                    key,
                    cast(BinaryIO, reader),
                    length=-1,
                    content_type=content_type,
                    part_size=PART_BYTES,
                    num_parallel_uploads=1,
                )
            except S3Error as error:
                if error.code == "PreconditionFailed":
                    raise KeyTaken from error
                raise
            version = written.version_id or self._client.stat_object(self.bucket, key).version_id
        if not version:
            logger.error("The bucket %s is not versioned; run ensure_bucket.", self.bucket)
            raise StorageUnavailable
        seen = reader.digests
        return StoredObject(key, version, seen.size, seen.sha256, seen.blake3, written.etag or "")

    @contextmanager
    def open(self, key: str, version_id: str) -> Iterator[BinaryIO]:
        """Open one version for reading. Reading raises StorageUnavailable when the line breaks."""
        with self._answer(key, version_id) as answer:
            yield cast(BinaryIO, io.BufferedReader(Download(answer), PART_BYTES))

    @contextmanager
    def _answer(self, key: str, version_id: str) -> Iterator[urllib3.BaseHTTPResponse]:
        with _reachable():
            answer = self._client.get_object(self.bucket, key, version_id=version_id)
        try:
            yield answer
        finally:
            answer.close()
            answer.release_conn()

    @contextmanager
    def chunks(self, key: str, version_id: str, *, length: int) -> Iterator[Iterator[bytes]]:
        """Open one version for reading once, ``length`` bytes at a time, without a copy that ``open`` would make.

        Taking a chunk raises StorageUnavailable when the line breaks.
        """
        with self._answer(key, version_id) as answer:
            yield iter(_reachable()(partial(answer.read, length, decode_content=False)), b"")

    def exists(self, key: str, version_id: str) -> bool:
        """Say whether this version is there."""
        with _reachable():
            try:
                self._client.stat_object(self.bucket, key, version_id=version_id)
            except S3Error as error:
                if error.code in ABSENT:
                    return False
                raise
        return True

    def retain(self, key: str, version_id: str, until: datetime) -> None:
        """Lock one version until then, to the second: nobody can remove it, not even with the store's own credentials.

        Object lock in mode COMPLIANCE. A lock that is there and ends later stays as it is. Raises StorageUnavailable.
        """
        with _reachable():
            there = self._retention(key, version_id)
            if there is None or there.retain_until_date is None or there.retain_until_date < until:
                self._client.set_object_retention(self.bucket, key, Retention(COMPLIANCE, until), version_id)

    def _retention(self, key: str, version_id: str) -> Retention | None:
        try:
            return self._client.get_object_retention(self.bucket, key, version_id)
        except S3Error as error:
            # SeaweedFS's word for an object without a lock; the SDK knows only Amazon's.
            if error.code == "ObjectLockConfigurationNotFoundError":
                return None
            raise

    def pages(self, *, length: int = 1000) -> Iterator[list[ListedVersion]]:
        """Yield every stored version of the bucket, ``length`` at a time; marks of deletion are left out."""
        listed = self._client.list_objects(self.bucket, recursive=True, include_version=True)
        while True:
            with _reachable():
                page = list(islice(listed, length))
            if not page:
                return
            yield [
                ListedVersion(
                    str(one.object_name), one.version_id or "", one.size or 0, one.last_modified or EPOCH
                )
                for one in page
                if not one.is_delete_marker
            ]

    def presigned_get(
        self, key: str, *, version_id: str, seconds: int, content_type: str, filename: str, inline: bool
    ) -> str:
        """Return a link to one version that ends after ``seconds``; the server sends the given headers with it.

        Signed locally: the server is not asked.
        """
        headers: Any = {
            "response-content-disposition": content_disposition(filename, inline=inline),
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

    # --- Uploads in parts, sent by somebody else ----------------------------------------------------

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin an upload in parts and return the server's name for it. There is no object before it is finished."""
        with _reachable():
            return self._client._create_multipart_upload(self.bucket, key, {"Content-Type": content_type})

    def presigned_part(self, key: str, upload_id: str, *, number: int, sha256: str, seconds: int) -> str:
        """Return the address to PUT one part to, for ``seconds``. Signed locally: the server is not asked.

        ``sha256`` is the part's hash in base64; the server refuses a body with any other.
        """
        return self._part_address(self._public, key, upload_id, number, sha256, seconds)

    def put_part(
        self, key: str, upload_id: str, *, number: int, sha256: str, stream: BinaryIO, length: int
    ) -> str:
        """Pass ``length`` bytes of the stream on as one part and return its tag. Memory stays flat.

        Raises PartSpoilt when the bytes have another hash, and PartsGone when the upload is no more.
        """
        address = self._part_address(self._client, key, upload_id, number, sha256, SKEW_SECONDS)
        with _reachable():
            answer = self._client._http.urlopen(
                "PUT",
                address,
                body=Exactly(stream, length),
                headers={"Content-Length": str(length)},
                retries=False,
            )
        if answer.status == 200:
            return answer.headers.get("ETag", "").strip('"')
        if answer.status == 404:
            raise PartsGone
        if answer.status == 400:
            raise PartSpoilt
        reason = answer.data.decode(errors="replace")[:500]
        logger.warning("The object store answered %s to a part: %s%s", answer.status, reason, _clocks(answer))
        raise StorageUnavailable

    def _part_address(
        self, client: Minio, key: str, upload_id: str, number: int, sha256: str, seconds: int
    ) -> str:
        extra: Any = {"partNumber": str(number), "uploadId": upload_id, "x-amz-checksum-sha256": sha256}
        return client.get_presigned_url(
            "PUT", self.bucket, key, expires=timedelta(seconds=seconds), extra_query_params=extra
        )

    def parts(self, key: str, upload_id: str) -> list[StoredPart]:
        """Return the parts that are there, by number. Raises PartsGone when the upload was finished or aborted.

        Of a part that was sent twice SeaweedFS lists both, where Amazon keeps the last: it is the last here too.
        """
        found: dict[int, Part] = {}
        marker: str | None = None
        with _reachable():
            while True:
                try:
                    page = self._client._list_parts(
                        self.bucket, key, upload_id, max_parts=PARTS_A_PAGE, part_number_marker=marker
                    )
                except S3Error as error:
                    if error.code == "NoSuchUpload":
                        raise PartsGone from error
                    raise
                for part in page.parts:
                    before = found.get(part.part_number)
                    if before is None or (before.last_modified or EPOCH) <= (part.last_modified or EPOCH):
                        found[part.part_number] = part
                if not page.is_truncated:
                    break
                marker = page.next_part_number_marker
        return [StoredPart(number, part.size or 0, part.etag) for number, part in sorted(found.items())]

    def finish_multipart(self, key: str, upload_id: str, *, size: int) -> ListedVersion:
        """Make the object of the parts that are there, and return its version. Done twice, it returns the same.

        Raises PartsMissing, having changed nothing, unless the parts are numbered without a gap and come to ``size``
        bytes; PartsGone when there is neither the upload nor an object.
        """
        try:
            parts = self.parts(key, upload_id)
            whole = [part.number for part in parts] == list(range(1, len(parts) + 1))
            if not parts or not whole or sum(part.size for part in parts) != size:
                raise PartsMissing
            with _reachable():
                try:
                    self._client._complete_multipart_upload(
                        self.bucket, key, upload_id, [Part(part.number, part.etag) for part in parts]
                    )
                except S3Error as error:
                    # Finished by somebody else in this moment: the object tells.
                    if error.code not in ("NoSuchUpload", "PreconditionFailed"):
                        raise
        except PartsGone:
            logger.info("The upload of %s is gone; looking for its object", key)
        found = self.current(key)
        if found is None:
            raise PartsGone
        return found

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget an upload and its parts. Harmless when it is gone already."""
        with _reachable():
            try:
                self._client._abort_multipart_upload(self.bucket, key, upload_id)
            except S3Error as error:
                if error.code != "NoSuchUpload":
                    raise

    def current(self, key: str) -> ListedVersion | None:
        """Return the version under a key, or None when there is no object."""
        with _reachable():
            try:
                found = self._client.stat_object(self.bucket, key)
            except S3Error as error:
                if error.code in ABSENT:
                    return None
                raise
        if not found.version_id:
            logger.error("The bucket %s is not versioned; run ensure_bucket.", self.bucket)
            raise StorageUnavailable
        return ListedVersion(key, found.version_id, found.size or 0, found.last_modified or EPOCH)

    def discard(self, key: str, version_id: str) -> None:
        """Remove one version for good. Only for objects that no row refers to; harmless when it is gone already."""
        with _reachable():
            self._client.remove_object(self.bucket, key, version_id=version_id)

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
