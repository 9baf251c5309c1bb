"""What an indicator showed at one moment: its figure and the exact files, and going back to it.

A snapshot is JSON: the fields of ``FIGURE_FIELDS`` as stored, and ``files``, each with the ids of the evidence and of
the document, its name, its hash and the stored version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from dossiers.organisations.models import User
from dossiers.results.models import FIGURE_FIELDS, Evidence, IndicatorResult
from dossiers.results.writing import update_rows

Snapshot = dict[str, Any]


def snapshots(results: Collection[IndicatorResult]) -> dict[int, Snapshot]:
    """Return what each of the results shows now, by id. One query."""
    files: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    evidence = Evidence.objects.current().filter(result__in=[result.pk for result in results])
    for one in evidence.select_related("document").order_by("listed_at", "pk"):
        files[one.result_id].append(
            {
                "evidence": one.pk,
                "document": str(one.document_id),
                "name": one.document.name,
                "caption": one.caption,
                "sha256": one.document.sha256,
                "version": one.document.version_id,
            }
        )
    return {
        result.pk: {**{name: getattr(result, name) for name in FIGURE_FIELDS}, "files": files[result.pk]}
        for result in results
    }


def documents_of(snapshot: Snapshot) -> list[str]:
    """Return the ids of the files, sorted: an indicator shows the same when they and the figure are the same."""
    return sorted(file["document"] for file in snapshot["files"])


def differs(before: Snapshot, after: Snapshot) -> bool:
    """Say whether the figure or the files of an indicator changed."""
    figure_changed = any(before[name] != after[name] for name in FIGURE_FIELDS)
    return figure_changed or documents_of(before) != documents_of(after)


def restore(
    results: Collection[IndicatorResult], wanted: dict[int, Snapshot], *, at: datetime, by: User
) -> int:
    """Put figures and lists of files back as they were; return how many indicators had changed.

    Nothing is lost: rows of evidence that go off a list stay readable, and those that come back are new rows of the
    same documents in the same place.
    """
    now = snapshots(results)
    changed = [result for result in results if differs(wanted[result.pk], now[result.pk])]
    for result in changed:
        for name in FIGURE_FIELDS:
            setattr(result, name, wanted[result.pk][name])
        result.revision += 1
        result.updated_at, result.updated_by = at, by
        _restore_files(result, wanted[result.pk], now[result.pk], at=at, by=by)
    update_rows(changed, [*FIGURE_FIELDS, "revision", "updated_at", "updated_by"])
    return len(changed)


def _restore_files(
    result: IndicatorResult, wanted: Snapshot, now: Snapshot, *, at: datetime, by: User
) -> None:
    kept, listed = set(documents_of(wanted)), set(documents_of(now))
    added = Evidence.objects.current().filter(result=result, document__in=[UUID(pk) for pk in listed - kept])
    added.update(removed_at=at, removed_by=by)
    gone = [file for file in wanted["files"] if file["document"] not in listed]
    rows = Evidence.objects.in_bulk([file["evidence"] for file in gone])
    Evidence.objects.bulk_create(
        Evidence(
            result=result,
            document_id=file["document"],
            caption=file["caption"],
            original_bytes=rows[file["evidence"]].original_bytes,
            listed_at=rows[file["evidence"]].listed_at,
            added_at=at,
            added_by=by,
        )
        for file in gone
    )
