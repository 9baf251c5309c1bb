"""Reading batches: those of a province, and of one its dossiers with state, departments' progress and conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.appraisal.models import Opinion, OpinionState
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from dossiers.recognition.conditions import open_conditions
from dossiers.recognition.models import CouncilCondition
from dossiers.votes.models import Vote, VotingBody

from .acts import PutInBatch
from .models import Batch, BatchEntry


@dataclass(frozen=True)
class OpenCondition:
    """What the council still wants completed. ``reported_on`` is when the commune reported on it, unanswered yet.

    It is late when its day had passed before that, or today has while nothing is reported.
    """

    condition: CouncilCondition
    reported_on: date | None
    is_late: bool


@dataclass(frozen=True)
class BatchLine:
    """One dossier of a batch. ``signed`` of ``asked`` departments have signed; ``vote`` is the council's in it.

    ``conditions`` are those of this vote that are still open.
    """

    entry: BatchEntry
    dossier: Dossier
    signed: int
    asked: int
    vote: Vote | None
    conditions: list[OpenCondition]


def batches_of(province: AdministrativeUnit) -> QuerySet[Batch]:
    """Return the province's batches with ``dossier_count`` and ``open_conditions``, the newest first. One query."""
    here = Q(entries__left_at__isnull=True)
    inside = open_conditions().filter(
        vote__dossier__province=OuterRef("province"),
        vote__dossier__batch_entries__batch=OuterRef("pk"),
        vote__dossier__batch_entries__left_at__isnull=True,
    )
    counted = inside.order_by().values("vote__dossier__batch_entries__batch").annotate(n=Count("pk"))
    return Batch.objects.filter(province=province).annotate(
        dossier_count=Count("entries", filter=here),
        open_conditions=Coalesce(Subquery(counted.values("n")), 0),
    )


def batch_lines(actor: Actor, batch: Batch) -> list[BatchLine]:
    """Return the dossiers that are or were in the batch, as far as the actor may see them. Four queries."""
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
    conditions = _open_conditions_by_vote(ids)
    lines = []
    for entry in entries:
        signed, asked = progress.get(entry.dossier_id, (0, 0))
        vote = _vote_within(entry, votes)
        left = conditions[vote.pk] if vote is not None else []
        lines.append(BatchLine(entry, entry.dossier, signed, asked, vote, left))
    return lines


def _open_conditions_by_vote(dossiers: Collection[int]) -> defaultdict[int, list[OpenCondition]]:
    today = timezone.localdate()
    found: defaultdict[int, list[OpenCondition]] = defaultdict(list)
    for one in open_conditions().filter(vote__dossier__in=dossiers):
        at = one.reported_at  # type: ignore[attr-defined]
        reported_on = timezone.localdate(at) if at is not None else None
        found[one.vote_id].append(OpenCondition(one, reported_on, one.due_on < (reported_on or today)))
    return found


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
