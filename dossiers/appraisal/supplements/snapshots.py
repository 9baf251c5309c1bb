"""What an indicator showed at one moment: its figure and the exact files.

A snapshot is JSON: the fields of ``FIGURE_FIELDS`` as stored, and ``files``, each with the ids of the evidence and of
the document, its name, its hash and the stored version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from dossiers.results.models import FIGURE_FIELDS, Evidence, IndicatorResult, listed

Snapshot = dict[str, Any]


def snapshots(results: Collection[IndicatorResult], *, unsent: bool = False) -> dict[int, Snapshot]:
    """Return what each of the results shows now, by id; with ``unsent`` to the commune. One query."""
    files: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    evidence = Evidence.including_unsent.filter(listed(unsent=unsent), result__in=[one.pk for one in results])
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
        result.pk: {
            **(result.unsent_figure if unsent else {name: getattr(result, name) for name in FIGURE_FIELDS}),
            "files": files[result.pk],
        }
        for result in results
    }


def documents_of(snapshot: Snapshot) -> list[str]:
    """Return the ids of the files, sorted: an indicator shows the same when they and the figure are the same."""
    return sorted(file["document"] for file in snapshot["files"])


def differs(before: Snapshot, after: Snapshot) -> bool:
    """Say whether the figure or the files of an indicator changed."""
    figure_changed = any(before[name] != after[name] for name in FIGURE_FIELDS)
    return figure_changed or documents_of(before) != documents_of(after)
