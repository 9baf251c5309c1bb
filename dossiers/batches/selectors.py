"""Reading batches: those of a province, and the dossiers of one with their state and the departments' progress."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from dossiers.appraisal.models import Opinion, OpinionState
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from dossiers.votes.models import Vote, VotingBody

from .acts import PutInBatch
from .models import Batch, BatchEntry


@dataclass(frozen=True)
class BatchLine:
    """One dossier of a batch. ``signed`` of ``asked`` departments have signed; ``vote`` is the council's in it."""

    entry: BatchEntry
    dossier: Dossier
    signed: int
    asked: int
    vote: Vote | None


def batches_of(province: AdministrativeUnit) -> QuerySet[Batch]:
    """Return the province's batches with ``dossier_count``, the newest first. One query."""
    here = Q(entries__left_at__isnull=True)
    return Batch.objects.filter(province=province).annotate(dossier_count=Count("entries", filter=here))


def batch_lines(actor: Actor, batch: Batch) -> list[BatchLine]:
    """Return the dossiers that are or were in the batch, as far as the actor may see them. Three queries."""
    entries = list(
        BatchEntry.objects.filter(batch=batch, dossier__in=visible_dossiers(actor))
        .select_related("dossier__commune__parent", "dossier__criteria_set")
        .order_by("dossier__commune__sort_key", "recorded_at")
    )
    ids = {entry.dossier_id for entry in entries}
    progress = {
        row["dossier_id"]: (row["signed"], row["asked"])
        for row in Opinion.objects.filter(dossier__in=ids, round=F("dossier__appraisal_round"))
        .order_by()
        .values("dossier_id")
        .annotate(asked=Count("pk"), signed=Count("pk", filter=Q(state=OpinionState.SIGNED)))
    }
    votes = list(
        Vote.objects.filter(dossier__in=ids, body=VotingBody.PROVINCIAL_COUNCIL).order_by("recorded_at")
    )
    return [
        BatchLine(
            entry=entry,
            dossier=entry.dossier,
            signed=progress.get(entry.dossier_id, (0, 0))[0],
            asked=progress.get(entry.dossier_id, (0, 0))[1],
            vote=_vote_within(entry, votes),
        )
        for entry in entries
    ]


def _vote_within(entry: BatchEntry, votes: list[Vote]) -> Vote | None:
    """Return the council's latest vote while the dossier was in the batch."""
    until = entry.left_at or timezone.now()
    mine = [
        vote
        for vote in votes
        if vote.dossier_id == entry.dossier_id and entry.recorded_at < vote.recorded_at <= until
    ]
    return mine[-1] if mine else None


def dossiers_awaiting_batch(actor: Actor, batch: Batch) -> list[Dossier]:
    """Return the dossiers of the batch's year that may be put into it: in no batch yet, or rejected in another.

    One query.
    """
    rejected = Vote.objects.filter(
        dossier=OuterRef("dossier"),
        body=VotingBody.PROVINCIAL_COUNCIL,
        passed=False,
        recorded_at__gt=OuterRef("recorded_at"),
    )
    placed = BatchEntry.objects.filter(left_at__isnull=True)
    settled = placed.filter(Q(batch=batch) | ~Exists(rejected)).values("dossier")
    return list(
        visible_dossiers(actor)
        .filter(title_year=batch.title_year, state__in=PutInBatch.states)
        .exclude(pk__in=settled)
        .with_places()
        .order_by("commune__sort_key")
    )
