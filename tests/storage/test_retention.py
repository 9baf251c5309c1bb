"""What an act has fixed can be removed by nobody: not in the database, not in the store."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention as S3Retention
from procrastinate.contrib.django.models import ProcrastinateJob

from storage.documents import fix
from storage.documents.models import Document, Retention
from storage.documents.tasks import lock_documents, lock_remaining
from storage.errors import StorageUnavailable
from workflows.demonstration.files import paper

from .conftest import Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(upload: Upload) -> Document:
    return upload(paper("giữ").getvalue(), "giữ.pdf")


def remove(witness: Minio, bucket: str, document: Document) -> None:
    witness.remove_object(bucket, document.object_key, document.version_id)


def test_a_fixed_version_can_be_removed_by_nobody(witness: Minio, s3: str, document: Document) -> None:
    until = fix([document.pk], at=timezone.now())
    lock_documents(document_ids=[str(document.pk)])
    found = witness.get_object_retention(s3, document.object_key, document.version_id)
    assert found is not None and (found.mode, found.retain_until_date) == (COMPLIANCE, until)
    assert until - timezone.now() > timedelta(days=3649)
    with pytest.raises(S3Error, match="AccessDenied"):
        remove(witness, s3, document)
    shorter = S3Retention(COMPLIANCE, timezone.now() + timedelta(days=1))
    with pytest.raises(S3Error):
        witness.set_object_retention(s3, document.object_key, shorter, document.version_id)
    with witness.get_object(s3, document.object_key, version_id=document.version_id) as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == document.sha256
    assert Retention.objects.get().locked_at is not None


def test_the_lock_is_asked_for_in_the_transaction_of_the_act(document: Document) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        fix([document.pk], at=timezone.now())
        raise RuntimeError("the act failed")
    assert not Retention.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="documents.lock").exists()
    fix([document.pk], at=timezone.now())
    assert ProcrastinateJob.objects.filter(task_name="documents.lock").count() == 1


def test_a_longer_period_stays_and_a_shorter_one_is_lengthened(
    witness: Minio, s3: str, document: Document, settings: Any
) -> None:
    now = timezone.now()
    for days, kept in ((30, 30), (10, 30), (60, 60)):
        settings.EVIDENCE_RETENTION_DAYS = days
        fix([document.pk], at=now)
        lock_documents(document_ids=[str(document.pk)])
        until = (now + timedelta(days=kept)).replace(microsecond=0)
        assert Retention.objects.get().until == until
        found = witness.get_object_retention(s3, document.object_key, document.version_id)
        assert found is not None and found.retain_until_date == until


def test_an_outage_leaves_it_waiting_and_the_sweep_makes_up_for_it(document: Document, settings: Any) -> None:
    fix([document.pk], at=timezone.now())
    endpoint, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "127.0.0.1:9"
    with pytest.raises(StorageUnavailable):
        lock_documents(document_ids=[str(document.pk)])
    assert Retention.objects.get().locked_at is None
    settings.S3_ENDPOINT = endpoint
    lock_remaining(timestamp=0)
    assert Retention.objects.get().locked_at is not None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM documents_retention",
        "UPDATE documents_retention SET until = until - interval '1 day'",
        "TRUNCATE documents_retention",
    ],
)
def test_the_database_refuses_to_shorten_or_remove(document: Document, statement: str) -> None:
    fix([document.pk], at=timezone.now())
    with (
        pytest.raises(DatabaseError, match="never shortened"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # A row's pending foreign key check would stop TRUNCATE before the trigger does.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_nothing_to_fix_asks_for_no_job() -> None:
    fix([], at=timezone.now())
    assert not ProcrastinateJob.objects.filter(task_name="documents.lock").exists()
