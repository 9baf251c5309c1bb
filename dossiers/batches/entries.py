"""In which batch a dossier is, and whether the council has rejected it there."""

from __future__ import annotations

from datetime import datetime

from dossiers.dossier.models import Dossier, Purpose
from dossiers.organisations.models import AdministrativeUnit
from dossiers.votes.models import Vote, VotingBody

from .models import Batch, BatchEntry


def open_years(province: AdministrativeUnit) -> list[int]:
    """Return the title years for which the province has a programme or a dossier, the newest first. Two queries.

    A province that took over communes has their dossiers, also of years in which it had no programme of its own.
    """
    announced = province.programmes.values_list("year", flat=True)
    taken_over = Dossier.objects.filter(province=province, purpose=Purpose.RECOGNITION)
    return sorted({*announced, *taken_over.values_list("title_year", flat=True).distinct()}, reverse=True)


def current_entry(dossier: Dossier) -> BatchEntry | None:
    """Return the dossier's place in its batch, or None. One query."""
    return BatchEntry.objects.filter(dossier=dossier, left_at__isnull=True).select_related("batch").first()


def current_batch(dossier: Dossier) -> Batch | None:
    """Return the batch that the dossier is in, or None. One query."""
    entry = current_entry(dossier)
    return entry.batch if entry else None


def vote_in(entry: BatchEntry) -> Vote | None:
    """Return the council's latest vote on the dossier since it is in this batch, or None. One query."""
    return Vote.objects.filter(
        dossier_id=entry.dossier_id,
        body=VotingBody.PROVINCIAL_COUNCIL,
        recorded_at__gt=entry.recorded_at,
    ).first()


def failed_in(entry: BatchEntry) -> Vote | None:
    """Return the council's vote that rejected the dossier in this batch, or None. One query."""
    return Vote.objects.filter(
        dossier_id=entry.dossier_id,
        body=VotingBody.PROVINCIAL_COUNCIL,
        passed=False,
        recorded_at__gt=entry.recorded_at,
    ).first()


def leave_batch(dossier: Dossier, *, at: datetime) -> None:
    """End the dossier's place in its batch; the entry stays."""
    BatchEntry.objects.filter(dossier=dossier, left_at__isnull=True).update(left_at=at)
