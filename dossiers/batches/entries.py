"""In which batch a dossier is, and whether the council has rejected it there."""

from __future__ import annotations

from dossiers.dossier.models import Dossier
from dossiers.votes.models import Vote, VotingBody

from .models import Batch, BatchEntry


def current_entry(dossier: Dossier) -> BatchEntry | None:
    """Return the dossier's place in its batch, or None. One query."""
    return BatchEntry.objects.filter(dossier=dossier, left_at__isnull=True).select_related("batch").first()


def current_batch(dossier: Dossier) -> Batch | None:
    """Return the batch that the dossier is in, or None. One query."""
    entry = current_entry(dossier)
    return entry.batch if entry else None


def failed_in(entry: BatchEntry) -> Vote | None:
    """Return the council's vote that rejected the dossier in this batch, or None. One query."""
    return Vote.objects.filter(
        dossier_id=entry.dossier_id,
        body=VotingBody.PROVINCIAL_COUNCIL,
        passed=False,
        recorded_at__gt=entry.recorded_at,
    ).first()
