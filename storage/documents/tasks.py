"""Jobs on documents. They commit with the transaction that asks for them."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from storage.errors import StorageUnavailable, TryLater
from storage.jobs import defer

from . import integrity, likeness, scanning, signatures, uploads
from .models import Document, Upload
from .reading import make_readable, unread
from .retention import lock, not_locked_yet

logger = logging.getLogger(__name__)

#: A periodic job must be done before its next turn.
REMAINING_AT_ONCE = 100
SCANNER_AWAY = timedelta(minutes=1)
#: Soon at first and never more than seven minutes apart, for two hours.
RETRY = RetryStrategy(
    max_attempts=40,
    wait=3,
    linear_wait=10,
    retry_exceptions={StorageUnavailable, TryLater, scanning.NotScanned},
)


@app.task(name="documents.make_derivatives", queue="previews", retry=RETRY)
def make_derivatives(document_id: str) -> None:
    """Make the pictures of a document and read its text and facts. Harmless when run twice, also at the same time."""
    make_readable(Document.objects.get(pk=document_id))


def schedule_derivatives(document: Document) -> None:
    """Ask for the pictures and the text of a document, in the current transaction: no commit, no job."""
    defer(make_derivatives, document_id=str(document.pk))


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.read_remaining", queue="previews", queueing_lock="documents.read_remaining")
def read_remaining(timestamp: int) -> None:
    """Read what an outage or a killed worker left unread, and documents from before they were read at all."""
    for document in unread()[:REMAINING_AT_ONCE]:
        make_readable(document)


@app.task(name="documents.check_signatures", queue="signatures", retry=RETRY)
def check_signatures(document_id: str) -> None:
    """Check the signatures inside a document. Harmless when run twice, also at the same time."""
    signatures.check(Document.objects.get(pk=document_id))


def schedule_signature_check(document: Document) -> None:
    """Ask for a document's signatures to be checked, in the current transaction."""
    defer(check_signatures, document_id=str(document.pk))


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="documents.check_due_signatures", queue="signatures", queueing_lock="documents.check_due_signatures"
)
def check_due_signatures(timestamp: int) -> None:
    """Do some of the checks that are due: never made, or made with other roots than today's."""
    for document in signatures.due()[: signatures.BATCH]:
        signatures.check(document)


@app.task(name="documents.lock", queue="evidence", retry=RETRY)
def lock_documents(document_ids: list[str]) -> None:
    """Lock stored versions that an act has fixed. Harmless when run twice."""
    lock(not_locked_yet().filter(document__in=[UUID(one) for one in document_ids]))


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.lock_remaining", queue="evidence", queueing_lock="documents.lock_remaining")
def lock_remaining(timestamp: int) -> None:
    """Lock what an outage left unlocked when all tries of its own job were used up."""
    lock(not_locked_yet())


@app.periodic(cron=f"*/{integrity.EVERY_MINUTES} * * * *")
@app.task(name="documents.check_some", queue="integrity", queueing_lock="documents.check_some")
def check_some(timestamp: int) -> int:
    """Read again those documents whose last check is longest ago; return how many.

    A few at a time, so that all are read once in the period of the settings and nobody notices the load.
    """
    chosen = list(integrity.longest_unchecked()[: integrity.batch_size()])
    for document in chosen:
        integrity.check(document)
    return len(chosen)


@app.task(name="documents.scan", queue="scanning", retry=RETRY)
def scan_document(document_id: str) -> None:
    """Scan a document that was received while the scanner was away. Harmless when run twice."""
    for document in scanning.unscanned().filter(pk=document_id):
        scanning.check(document)


def schedule_scan(document: Document) -> None:
    """Ask for a document to be scanned in a minute, as the scanner is away just now; in the current transaction."""
    defer(scan_document, after=SCANNER_AWAY, document_id=str(document.pk))


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.scan_remaining", queue="scanning", queueing_lock="documents.scan_remaining")
def scan_remaining(timestamp: int) -> int:
    """Scan what was received before files were scanned here, or is still left over; return how many it scanned.

    Chosen by lot, so that files which the scanner cannot take do not keep the others from their turn.
    """
    done = 0
    for document in scanning.unscanned().order_by("?")[:REMAINING_AT_ONCE]:
        try:
            scanning.check(document)
        except scanning.ScannerUnavailable as reason:
            logger.error("Nothing is scanned: %s", reason)
            break
        except scanning.NotScanned as reason:
            logger.error("Document %s cannot be scanned: %s", document.pk, reason)
        else:
            done += 1
    return done


@app.task(name="documents.verify_upload", queue="evidence", retry=RETRY)
def verify_upload(upload_id: str) -> None:
    """Look into a finished upload and make it a document, or refuse it. Harmless when run twice."""
    uploads.verify(Upload.objects.get(pk=upload_id))


def schedule_verification(upload: Upload) -> None:
    """Ask for an upload to be looked into, in the current transaction."""
    defer(verify_upload, upload_id=str(upload.pk))


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.tend_uploads", queue="evidence", queueing_lock="documents.tend_uploads")
def tend_uploads(timestamp: int) -> None:
    """Give up uploads that lay for a week, and ask again for those whose job failed or used up its tries."""
    # In this order, so that an upload whose job is just ending is asked for once too often, never forgotten.
    waiting = list(uploads.awaiting_verification())
    unfinished = ProcrastinateJob.objects.filter(task_name=verify_upload.name, status__in=["todo", "doing"])
    asked_for = set(unfinished.values_list("args__upload_id", flat=True))
    for upload in waiting:
        if str(upload.pk) not in asked_for:
            schedule_verification(upload)
    for upload in uploads.overdue():
        uploads.expire(upload)


@app.task(name="documents.compare", queue="likeness", retry=RETRY)
def compare(document_id: str) -> None:
    """Find the documents whose pictures look like this one's. Harmless when run twice, also at the same time."""
    likeness.compare(Document.objects.get(pk=document_id))


def schedule_comparison(document: Document) -> None:
    """Ask for a document to be compared with all others, in the current transaction."""
    defer(compare, document_id=str(document.pk))


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.compare_remaining", queue="likeness", queueing_lock="documents.compare_remaining")
def compare_remaining(timestamp: int) -> None:
    """Make the fingerprints of pictures that have none, and the comparisons whose job died."""
    for document in likeness.without_fingerprint()[:REMAINING_AT_ONCE]:
        make_readable(document)
    for document in likeness.not_compared_yet()[:REMAINING_AT_ONCE]:
        likeness.compare(document)
