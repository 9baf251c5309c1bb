"""Which documents look alike. Comparing is done by jobs; a file is never refused or marked because of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from storage.readers import likeness as reader

from .models import Document, DocumentState, Fingerprint, Integrity, Likeness

#: Jobs that are alive have been run by then.
STUCK_AFTER = timedelta(hours=1)
#: A picture is laid over so many others at most: those whose hashes are nearest.
MOST_CANDIDATES = 300

# Either picture may be a part of the other, or the whole of it turned.
CANDIDATES = """
SELECT other.document_id FROM documents_fingerprint AS other
JOIN documents_document AS document ON document.id = other.document_id
CROSS JOIN LATERAL (
    SELECT least(
        (SELECT min(bit_count((part # %(whole)s)::bit(64))) FROM unnest(other.hashes) AS part),
        (SELECT min(bit_count((part # other.hashes[1])::bit(64))) FROM unnest(%(parts)s::bigint[]) AS part)
    ) AS bits OFFSET 0
) AS apart
WHERE cardinality(other.hashes) > 0 AND document.sha256 <> %(sha256)s AND apart.bits <= %(bits)s
ORDER BY apart.bits, other.document_id LIMIT %(limit)s
"""


def is_known(document: Document) -> bool:
    """Say whether a document's fingerprint was kept, or that its picture shows too little for one."""
    return Fingerprint.objects.filter(document=document).exists()


def keep(document: Document, found: reader.Fingerprint | None) -> None:
    """Keep what was read of a document's picture and ask for it to be compared, in one transaction."""
    from .tasks import schedule_comparison

    with transaction.atomic():
        fields = {"hashes": list(found.hashes), "grey": found.grey} if found else {"hashes": [], "grey": b""}
        compared_at = None if found else timezone.now()
        _kept, created = Fingerprint.objects.get_or_create(
            document=document, defaults={**fields, "compared_at": compared_at}
        )
        if created and found:
            schedule_comparison(document)


def compare(document: Document) -> int:
    """Keep the pairs that a document makes with all others that look like it; return how many were found.

    Runs after the fingerprint is committed, so that of two documents that arrive at once at least one job sees both;
    when both do, the pair is kept once. Memory is bounded: only the nearest candidates are read.
    """
    fingerprint = Fingerprint.objects.filter(document=document).first()
    if fingerprint is None or not fingerprint.hashes:
        return 0
    mine, now = _read(fingerprint), timezone.now()
    pairs = []
    for other in _candidates(document, mine):
        found = reader.agreement(mine, _read(other))
        if found >= reader.ALIKE:
            earlier, later = sorted((document, other.document), key=lambda one: (one.uploaded_at, one.pk))
            pairs.append(Likeness(earlier=earlier, later=later, agreement=round(100 * found), found_at=now))
    # In one order, so that two jobs that found the same pairs do not wait for each other.
    pairs.sort(key=lambda pair: (pair.earlier_id, pair.later_id))
    with transaction.atomic():
        Likeness.objects.bulk_create(pairs, ignore_conflicts=True)
        Fingerprint.objects.filter(pk=fingerprint.pk).update(compared_at=now)
    return len(pairs)


def _candidates(document: Document, mine: reader.Fingerprint) -> QuerySet[Fingerprint]:
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES,
            {
                "whole": mine.hashes[0],
                "parts": [*mine.hashes, *reader.turned(mine)],
                "sha256": document.sha256,
                "bits": reader.NEAR_BITS,
                "limit": MOST_CANDIDATES,
            },
        )
        nearest = [number for (number,) in cursor.fetchall()]
    return Fingerprint.objects.filter(document__in=nearest).select_related("document")


def _read(kept: Fingerprint) -> reader.Fingerprint:
    return reader.Fingerprint(tuple(kept.hashes), bytes(kept.grey))


def alike(document_ids: Collection[UUID]) -> dict[UUID, dict[UUID, int | None]]:
    """Return for each of the documents those that are like it, and by how many percent. Two queries.

    None stands for the same bytes; so each document is like itself.
    """
    found: dict[UUID, dict[UUID, int | None]] = {number: {} for number in document_ids}
    pairs = Likeness.objects.filter(Q(earlier__in=document_ids) | Q(later__in=document_ids))
    for earlier, later, agreement in pairs.values_list("earlier", "later", "agreement"):
        for one, other in ((earlier, later), (later, earlier)):
            if one in found:
                found[one][other] = agreement
    hashes = Document.objects.filter(pk__in=document_ids).values("sha256")
    by_hash: dict[str, list[UUID]] = defaultdict(list)
    for sha256, number in Document.objects.filter(sha256__in=hashes).values_list("sha256", "pk"):
        by_hash[sha256].append(number)
    for same in by_hash.values():
        for number in found.keys() & same:
            found[number].update(dict.fromkeys(same))
    return found


def not_compared_yet() -> QuerySet[Document]:
    """Return documents that should have been compared by now, the oldest first."""
    waiting = Document.objects.filter(fingerprint__isnull=False, fingerprint__compared_at__isnull=True)
    return _overdue(waiting)


def without_fingerprint() -> QuerySet[Document]:
    """Return documents that have a picture but no fingerprint: those of earlier releases, and what a crash left."""
    pictured = Document.objects.exclude(state=DocumentState.PLAIN).filter(fingerprint__isnull=True)
    return _overdue(pictured.exclude(integrity__outcome=Integrity.MISSING))


def _overdue(documents: QuerySet[Document]) -> QuerySet[Document]:
    before = timezone.now() - STUCK_AFTER
    return documents.filter(uploaded_at__lt=before).order_by("uploaded_at", "pk")
