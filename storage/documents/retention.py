"""Fixing documents: what an act rests on can be removed by nobody, for as long as the settings say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from storage.jobs import defer
from storage.objects import object_store

from .models import Retention

FIX = """
INSERT INTO documents_retention AS kept (document_id, until, locked_at)
SELECT document, %s, NULL FROM unnest(%s::uuid[]) AS document ORDER BY document
ON CONFLICT (document_id) DO UPDATE SET until = excluded.until, locked_at = NULL WHERE kept.until < excluded.until
"""


def fix(document_ids: Collection[UUID], *, at: datetime) -> datetime:
    """Fix documents from ``at`` for the period of the settings, in the current transaction; return its end in UTC.

    The job that locks the stored versions commits with the caller's act. A longer period that is there stays.
    """
    from .tasks import lock_documents

    until = (at + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)).replace(microsecond=0)
    if document_ids:
        with connection.cursor() as cursor:
            cursor.execute(FIX, [until, sorted(set(document_ids))])
        defer(lock_documents, document_ids=[str(one) for one in sorted(set(document_ids))])
    return until


def lock(retentions: Iterable[Retention]) -> int:
    """Lock the stored versions in the object store; return how many. Done twice, it does nothing the second time.

    Raises StorageUnavailable at the first that cannot be locked; those before it are and stay locked.
    """
    store, count = object_store(), 0
    for retention in retentions:
        document = retention.document
        store.retain(document.object_key, document.version_id, retention.until)
        # Only while nobody asked for longer in the meantime.
        Retention.objects.filter(pk=retention.pk, until=retention.until).update(locked_at=timezone.now())
        count += 1
    return count


def not_locked_yet() -> models.QuerySet[Retention]:
    """Return what still has to be locked in the store, with its document."""
    return Retention.objects.filter(locked_at__isnull=True).select_related("document").order_by("document")
