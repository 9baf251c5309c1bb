"""Uploads that go straight to the store, in parts that can be sent again, and become documents afterwards.

The person's browser announces a file (``begin``), sends its parts to addresses that are good for exactly those bytes
(``sign_parts``), and says when all are there (``finish``). A job then looks into the file as ``receive`` does. No
process of ours carries the bytes but that job, which reads them once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from storage.digests import Digests
from storage.errors import PartsGone, StorageUnavailable, UploadRefused
from storage.objects import ABORT_DAYS, StoredObject, StoredPart, object_store

from . import scanning
from .models import Document, Upload, UploadState
from .names import clean_name
from .receiving import CHUNK, document_key, record
from .sniffing import announced_type, refuse_oversized, sniff

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
#: The least that S3 takes of a part that is not the last: after a cut a weak line sends no more than that again.
PART_BYTES = 5 * MIB
MAX_PARTS = 1000
OPEN_PER_PERSON = 400
#: Long enough to begin a part on a slow line; a part that has begun may take as long as it needs.
ADDRESS_SECONDS = 15 * 60
LOCK_NOT_AVAILABLE = "55P03"
UNFINISHED = (UploadState.OPEN, UploadState.VERIFYING)

Handler = Callable[[Upload, Document], None]
#: Takes the SHA-256 in hex.
Finder = Callable[[Upload, str], Document | None]
_handlers: dict[str, Handler] = {}
_finders: dict[str, Finder] = {}


def on_received(kind: str, handler: Handler, *, known: Finder | None = None) -> None:
    """Register what happens to documents whose upload's subject is «kind:…».

    The handler runs in the transaction that writes the document. It raises UploadRefused when the document cannot
    serve its purpose: then its own changes are undone, and the upload is refused with that sentence.

    ``known`` says which document of the same bytes the floor above has already: the handler is then given that one,
    and what was sent is discarded.
    """
    _handlers[kind] = handler
    if known:
        _finders[kind] = known


def begin(*, name: str, size: int, owner_id: int, subject: str, context: Mapping[str, Any]) -> Upload:
    """Announce a file of ``size`` bytes. Raises UploadRefused for what name and size already rule out.

    Raises StorageUnavailable too; then there is no row.
    """
    name = clean_name(name)
    content_type = announced_type(name, size)
    if Upload.objects.filter(owner_id=owner_id, state=UploadState.OPEN).count() >= OPEN_PER_PERSON:
        message = _("Anh/chị đang có %(n)s tệp gửi dở. Xin gửi nốt hoặc bỏ bớt trước khi thêm tệp mới.")
        raise UploadRefused("too_many", message % {"n": OPEN_PER_PERSON})
    number, now = uuid.uuid4(), timezone.now()
    key = document_key(number, now)
    return Upload.objects.create(
        id=number,
        name=name,
        size=size,
        part_bytes=part_bytes(size),
        object_key=key,
        multipart_id=object_store().start_multipart(key, content_type),
        owner_id=owner_id,
        subject=subject,
        context=dict(context),
        language=translation.get_language() or "",
        created_at=now,
    )


def part_bytes(size: int) -> int:
    """Return the bytes of a part, in whole MiB: 5, or as many as keep the file within 1000 parts."""
    return max(PART_BYTES, -(-size // (MAX_PARTS * MIB)) * MIB)


def sign_parts(upload: Upload, wanted: Mapping[int, str]) -> dict[int, str]:
    """Return an address for each wanted part, by number; ``wanted`` has the SHA-256 of each in base64.

    Each takes exactly the bytes of that hash, for a quarter of an hour. The store is not asked. Raises PartsGone when
    the upload has ended and ValueError for numbers and hashes that are none.
    """
    require_open(upload)
    require_parts(upload, wanted)
    store = object_store()
    return {
        number: store.presigned_part(
            upload.object_key, upload.multipart_id, number=number, sha256=sha256, seconds=ADDRESS_SECONDS
        )
        for number, sha256 in wanted.items()
    }


def pass_part(upload: Upload, *, number: int, sha256: str, stream: BinaryIO, length: int) -> str:
    """Pass one part on to the store where browsers cannot reach it, and return its tag. Memory stays flat.

    Raises PartsGone, PartSpoilt and StorageUnavailable, and ValueError as ``sign_parts`` and for a wrong length.
    """
    require_open(upload)
    require_parts(upload, {number: sha256})
    if length != upload.bytes_of_part(number):
        raise ValueError(length)
    return object_store().put_part(
        upload.object_key, upload.multipart_id, number=number, sha256=sha256, stream=stream, length=length
    )


def require_open(upload: Upload) -> None:
    """Raise PartsGone when no part can be added any more."""
    if upload.state != UploadState.OPEN:
        raise PartsGone


def require_parts(upload: Upload, wanted: Mapping[int, str]) -> None:
    """Raise ValueError unless all numbers are parts of the upload and all hashes are SHA-256 in base64."""
    for number, sha256 in wanted.items():
        digest_of(sha256)
        if not 1 <= number <= upload.part_count:
            raise ValueError(number)


def digest_of(sha256: str) -> bytes:
    """Return the digest that browsers write in base64. Raises ValueError for what is no SHA-256."""
    try:
        digest = base64.b64decode(sha256, validate=True)
    except binascii.Error as error:
        raise ValueError(sha256) from error
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError(sha256)
    return digest


def uploaded_parts(upload: Upload) -> list[StoredPart]:
    """Return the parts that are there. Raises PartsGone when the upload has ended."""
    require_open(upload)
    store = object_store()
    try:
        return store.parts(upload.object_key, upload.multipart_id)
    except PartsGone:
        # The process died in ``finish`` when the store had made the object: nothing is missing but to finish again.
        if store.current(upload.object_key) is None:
            raise
        numbers = range(1, upload.part_count + 1)
        return [StoredPart(number, upload.bytes_of_part(number), "") for number in numbers]


def finish(upload: Upload) -> Upload:
    """Make one object of the parts and ask for the job that looks into it. Done twice, it does nothing more.

    Raises PartsMissing, PartsGone and StorageUnavailable; the upload then stays as it was.
    """
    from .tasks import schedule_verification

    with _locked(upload) as upload:
        if upload.state in (UploadState.REFUSED, UploadState.EXPIRED):
            raise PartsGone
        if upload.state == UploadState.OPEN:
            stored = object_store().finish_multipart(upload.object_key, upload.multipart_id, size=upload.size)
            upload.version_id, upload.state = stored.version_id, UploadState.VERIFYING
            upload.save(update_fields=["version_id", "state"])
            schedule_verification(upload)
    return upload


@contextmanager
def _locked(upload: Upload) -> Iterator[Upload]:
    """Hold an upload's row in a transaction.

    Raises StorageUnavailable when somebody has held it for long: they wait for the store.
    """
    try:
        with transaction.atomic():
            yield Upload.objects.select_for_update().get(pk=upload.pk)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        logger.warning("Upload %s is held by somebody else", upload.pk)
        raise StorageUnavailable from error


def verify(upload: Upload) -> Upload:
    """Look into a finished upload and make it a document, or refuse it. Harmless when done again, or twice at once.

    Reads the object once, with bounded memory. The object of a file that was refused, or known already, is discarded,
    unless the document was already written and only its purpose failed. Raises StorageUnavailable, having changed
    nothing that a second run minds.
    """
    if upload.state == UploadState.VERIFYING:
        with translation.override(upload.language or None):
            upload = _look_into(upload)
    if upload.state in (UploadState.RECEIVED, UploadState.REFUSED) and upload.document_id != upload.pk:
        _discard(upload)
    return upload


def _look_into(upload: Upload) -> Upload:
    try:
        stored, content_type, verdict = _examine(upload)
    except UploadRefused as refused:
        return _settle(upload, refusal=str(refused))
    with _locked(upload) as locked:
        if locked.state != UploadState.VERIFYING:
            return locked
        kind = locked.subject.partition(":")[0]
        known = _finders[kind](locked, stored.sha256) if kind in _finders else None
        locked.document = known or record(
            number=locked.pk,
            name=locked.name,
            stored=stored,
            content_type=content_type,
            uploaded_by_id=locked.owner_id,
            uploaded_at=timezone.now(),
            verdict=verdict,
        )
        locked.save(update_fields=["document"])
        try:
            with transaction.atomic():
                if handler := _handlers.get(kind):
                    handler(locked, locked.document)
        except UploadRefused as refused:
            return _settle(locked, refusal=str(refused))
        return _settle(locked)


def _examine(upload: Upload) -> tuple[StoredObject, str, scanning.Verdict | None]:
    """Return what is stored, its sniffed type and what scanning said. Raises UploadRefused and StorageUnavailable."""
    digests = Digests()
    with tempfile.NamedTemporaryFile(prefix="lua-") as spool:
        with object_store().open(upload.object_key, upload.version_id) as stream:
            while chunk := stream.read(CHUNK):
                digests.update(chunk)
                refuse_oversized(digests.size, upload.name)
                spool.write(chunk)
        if digests.size != upload.size:
            logger.warning("Upload %s announced %s bytes and has %s", upload.pk, upload.size, digests.size)
            raise StorageUnavailable
        content_type = sniff(cast(BinaryIO, spool), upload.name)
        verdict = scanning.admit(
            cast(BinaryIO, spool),
            name=upload.name,
            uploaded_by_id=upload.owner_id,
            seconds=scanning.JOB_SECONDS,
        )
    stored = StoredObject(
        upload.object_key, upload.version_id, digests.size, digests.sha256, digests.blake3, etag=""
    )
    return stored, content_type, verdict


def _settle(upload: Upload, *, refusal: str = "") -> Upload:
    """End an upload that is being verified; one that has ended stays as it is."""
    with _locked(upload) as locked:
        if locked.state == UploadState.VERIFYING:
            locked.state = UploadState.REFUSED if refusal else UploadState.RECEIVED
            locked.refusal, locked.finished_at = refusal, timezone.now()
            locked.save(update_fields=["state", "refusal", "finished_at"])
    return locked


def _discard(upload: Upload) -> None:
    if not Document.objects.filter(object_key=upload.object_key).exists():
        object_store().discard(upload.object_key, upload.version_id)


def expire(upload: Upload) -> Upload:
    """Give up an open upload and whatever of it is in the store; one that is not open stays as it is.

    Raises StorageUnavailable; the upload then stays open.
    """
    with _locked(upload) as upload:
        if upload.state != UploadState.OPEN:
            return upload
        store = object_store()
        store.abort_multipart(upload.object_key, upload.multipart_id)
        # The answer to ``finish`` may have been lost, so that there is an object which nobody asked for again.
        if (left := store.current(upload.object_key)) is not None:
            store.discard(left.key, left.version_id)
        upload.state, upload.finished_at = UploadState.EXPIRED, timezone.now()
        upload.save(update_fields=["state", "finished_at"])
    return upload


def acknowledge(upload: Upload) -> Upload:
    """Note that the person has read why their upload was refused; one in another state stays as it is."""
    with _locked(upload) as upload:
        if upload.state == UploadState.REFUSED and upload.acknowledged_at is None:
            upload.acknowledged_at = timezone.now()
            upload.save(update_fields=["acknowledged_at"])
    return upload


def overdue() -> QuerySet[Upload]:
    """Return open uploads whose parts the store is about to forget."""
    before = timezone.now() - timedelta(days=ABORT_DAYS)
    return Upload.objects.filter(state=UploadState.OPEN, created_at__lt=before)


def awaiting_verification() -> QuerySet[Upload]:
    """Return uploads that a job is to look into."""
    return Upload.objects.filter(state=UploadState.VERIFYING)
