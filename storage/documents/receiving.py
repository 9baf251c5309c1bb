"""Receiving a file: look at it, store it, then write the row."""

from __future__ import annotations

import tempfile
import uuid
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from storage.objects import StoredObject, object_store
from storage.readers.contents import READABLE

from . import scanning
from .models import Document
from .names import clean_name
from .reading import first_state, name_text
from .signatures import may_be_signed
from .sniffing import refuse_oversized, sniff

CHUNK = 256 * 1024


def receive(*, stream: BinaryIO, name: str, uploaded_by_id: int) -> Document:
    """Check and store a file and return its document.

    Memory stays bounded whatever the size: what cannot be rewound is spooled to disk as far as the size limit, and the
    store is written in parts. Raises UploadRefused when the file is at fault, infected ones included, and
    StorageUnavailable when the store is; then there is no row. The object is stored first: a crash in between leaves an
    object that nothing refers to, never the opposite.
    """
    name = clean_name(name)
    if not stream.seekable():
        with tempfile.NamedTemporaryFile(prefix="lua-") as spool:
            while chunk := stream.read(CHUNK):
                spool.write(chunk)
                refuse_oversized(spool.tell(), name)
            return _store(spool, name, uploaded_by_id)  # type: ignore[arg-type]
    return _store(stream, name, uploaded_by_id)


def _store(stream: BinaryIO, name: str, uploaded_by_id: int) -> Document:
    content_type = sniff(stream, name)
    verdict = scanning.admit(stream, name=name, uploaded_by_id=uploaded_by_id, seconds=scanning.FORM_SECONDS)
    number, now = uuid.uuid4(), timezone.now()
    stored = object_store().put(document_key(number, now), stream, content_type)
    return record(
        number=number,
        name=name,
        stored=stored,
        content_type=content_type,
        uploaded_by_id=uploaded_by_id,
        uploaded_at=now,
        verdict=verdict,
    )


def document_key(number: uuid.UUID, at: datetime) -> str:
    """Return the key of a document's object: by month, so that people find their way in the store's own list."""
    return f"documents/{at:%Y/%m}/{number}"


def record(
    *,
    number: uuid.UUID,
    name: str,
    stored: StoredObject,
    content_type: str,
    uploaded_by_id: int,
    uploaded_at: datetime,
    verdict: scanning.Verdict | None,
) -> Document:
    """Write the row of a stored, sniffed file and ask for its previews, in one transaction.

    Without a verdict the file is scanned by a job, where files are scanned.
    """
    from .tasks import schedule_derivatives, schedule_scan, schedule_signature_check

    with transaction.atomic():
        document = Document.objects.create(
            id=number,
            name=name,
            sha256=stored.sha256,
            blake3=stored.blake3,
            size=stored.size,
            content_type=content_type,
            object_key=stored.key,
            version_id=stored.version_id,
            uploaded_by_id=uploaded_by_id,
            uploaded_at=uploaded_at,
            state=first_state(content_type),
        )
        name_text(document).save()
        if content_type in READABLE:
            schedule_derivatives(document)
        if verdict is not None:
            scanning.keep(document, verdict)
        elif scanning.is_on():
            schedule_scan(document)
        if may_be_signed(content_type):
            schedule_signature_check(document)
    return document
