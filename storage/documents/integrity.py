"""Reading stored files again and comparing them with what was received. Nothing here deletes or repairs."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from storage import ledger
from storage.digests import Digests, HashingReader
from storage.objects import ObjectStore, object_store

from . import scanning
from .models import Derivative, Document, Integrity, IntegrityCheck, PagePicture, Upload, UploadState

logger = logging.getLogger(__name__)

#: Findings that differ from the last ones are kept here for good.
STREAM = "storage:integrity"
CHUNK = 1024 * 1024
#: How often ``documents.check_some`` runs, in minutes.
EVERY_MINUTES = 10
#: An object without a row may belong to an upload that is being finished just now.
ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Orphan:
    """A stored version that no row refers to; size in bytes."""

    key: str
    version_id: str
    size: int
    modified_at: datetime


def check(document: Document) -> IntegrityCheck:
    """Read one document's stored version whole, compare size and SHA-256, and keep the finding.

    Memory stays bounded. A finding that differs from the last one, or a first one that is bad, is also written to the
    ledger. Where files are scanned for malware, the same bytes are scanned again: the signatures are newer than those
    of the last time. Raises StorageUnavailable when the store does not answer: then nothing was found and nothing is
    kept.
    """
    outcome, digests, verdict = _examine(object_store(), document)
    detail = f"{digests.size} bytes, sha256 {digests.sha256}" if outcome == Integrity.ALTERED else ""
    now = timezone.now()
    with transaction.atomic():
        before = IntegrityCheck.objects.select_for_update().filter(document=document).first()
        last = before.outcome if before else Integrity.INTACT
        found, _created = IntegrityCheck.objects.update_or_create(
            document=document, defaults={"checked_at": now, "outcome": outcome, "detail": detail}
        )
        if outcome != last:
            ledger.append(
                stream=STREAM,
                act=f"document.{outcome}",
                actor=ledger.SYSTEM,
                subject={"document": str(document.pk)},
                payload={"sha256": document.sha256, "version": document.version_id, "detail": detail},
                at=now,
            )
    if outcome == Integrity.INTACT:
        # Of a document that was received before this hash was kept.
        Document.objects.filter(pk=document.pk, blake3="").update(blake3=digests.blake3)
    else:
        logger.error("Document %s (%s) is %s: %s", document.pk, document.object_key, outcome, detail)
    if verdict is not None:
        scanning.keep(document, verdict)
    return found


def _examine(store: ObjectStore, document: Document) -> tuple[Integrity, Digests, scanning.Verdict | None]:
    if not store.exists(document.object_key, document.version_id):
        return Integrity.MISSING, Digests(), None
    with store.open(document.object_key, document.version_id) as stream:
        reader = HashingReader(stream)
        verdict = scanning.look(reader, seconds=scanning.JOB_SECONDS)
        while reader.read(CHUNK):
            pass  # What the scanner did not take.
    found = reader.digests
    is_same = (found.size, found.sha256) == (document.size, document.sha256)
    if is_same and document.blake3 in ("", found.blake3):
        return Integrity.INTACT, found, verdict
    return Integrity.ALTERED, found, verdict


def longest_unchecked() -> QuerySet[Document]:
    """Return all documents, those never checked first, then those whose last check is longest ago."""
    return Document.objects.order_by(F("integrity__checked_at").asc(nulls_first=True), "uploaded_at")


def batch_size() -> int:
    """Return how many documents one run must check, so that each is read once in the period of the settings."""
    runs = settings.INTEGRITY_EVERY_DAYS * 24 * 60 / EVERY_MINUTES
    return math.ceil(Document.objects.count() / runs)


def orphans(*, before: datetime | None = None) -> Iterator[Orphan]:
    """Yield stored versions older than a day that no document, picture or unverified upload refers to.

    Reads the store's list page by page and asks the database once a page. A person decides what to do with them.
    """
    before = before or timezone.now() - ORPHAN_AGE
    for page in object_store().pages():
        keys = [one.key for one in page]
        referring = (
            Document.objects.filter(object_key__in=keys),
            Derivative.objects.filter(object_key__in=keys),
            PagePicture.objects.filter(object_key__in=keys),
            Upload.objects.filter(object_key__in=keys, state=UploadState.VERIFYING),
        )
        known = {pair for rows in referring for pair in rows.values_list("object_key", "version_id")}
        for one in page:
            if (one.key, one.version_id) not in known and one.modified_at < before:
                yield Orphan(one.key, one.version_id, one.size, one.modified_at)
