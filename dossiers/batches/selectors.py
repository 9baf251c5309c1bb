"""Reading batches: those of a province, and of one its dossiers with state, departments' progress and conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dossiers.appraisal.models import Opinion, OpinionState
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.policies.visibility import handled_transfers, visible_dossiers
from dossiers.recognition.conditions import open_conditions
from dossiers.recognition.models import CouncilCondition
from dossiers.transfers.models import Transfer
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

    ``conditions`` are those of this vote that are still open, ``condition_count`` all that it had. ``transfer`` is the
    move to another version of the procedure while it was here; a dossier that thereby went to another province
    (``is_gone``) stands as it was then, and its conditions are the other province's.
    """

    entry: BatchEntry
    dossier: Dossier
    signed: int
    asked: int
    vote: Vote | None
    conditions: list[OpenCondition]
    condition_count: int
    transfer: Transfer | None

    @property
    def is_gone(self) -> bool:
        return self.transfer is not None and self.transfer.leaves_province


@dataclass(frozen=True)
class TakenOver:
    """A dossier that came with the council's vote of another province; ``waiting`` of its conditions are open."""

    entry: BatchEntry
    waiting: int


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
    """Return the dossiers that are or were in the batch, as far as the actor may see or has had them. Five queries."""
    mine = Q(dossier__in=visible_dossiers(actor)) | Q(
        dossier__in=handled_transfers(actor).values("dossier_id").order_by()
    )
    entries = list(
        BatchEntry.objects.filter(mine, batch=batch)
        .select_related("dossier__commune__parent", "dossier__criteria_set")
        .order_by("dossier__commune__sort_key", "recorded_at")
    )
    ids = {entry.dossier_id for entry in entries}
    progress = _progress(ids)
    votes = list(
        Vote.objects.filter(dossier__in=ids, body=VotingBody.PROVINCIAL_COUNCIL)
        .annotate(condition_count=Count("conditions"))
        .order_by("recorded_at")
    )
    counts = {one.pk: one.condition_count for one in votes}
    transfers = _transfers(ids)
    conditions = _open_conditions_by_vote(ids)
    lines = []
    for entry in entries:
        transfer = _transfer_within(entry, batch, transfers[entry.dossier_id])
        is_gone = transfer is not None and transfer.leaves_province
        round_ = transfer.appraisal_round if transfer and is_gone else entry.dossier.appraisal_round
        signed, asked = progress.get((entry.dossier_id, round_), (0, 0))
        vote = _vote_within(entry, votes)
        lines.append(
            BatchLine(
                entry=entry,
                dossier=entry.dossier,
                signed=signed,
                asked=asked,
                vote=vote,
                conditions=conditions[vote.pk] if vote is not None and not is_gone else [],
                condition_count=counts[vote.pk] if vote is not None else 0,
                transfer=transfer,
            )
        )
    return lines


def _progress(dossiers: Collection[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return by dossier and round how many of the departments asked have signed. One query."""
    rows = (
        Opinion.objects.filter(dossier__in=dossiers)
        .order_by()
        .values("dossier_id", "round")
        .annotate(asked=Count("pk"), signed=Count("pk", filter=Q(state=OpinionState.SIGNED)))
    )
    return {(row["dossier_id"], row["round"]): (row["signed"], row["asked"]) for row in rows}


def _transfers(dossiers: Collection[int]) -> defaultdict[int, list[Transfer]]:
    """Return the moves of each dossier, the earliest first. One query."""
    found: defaultdict[int, list[Transfer]] = defaultdict(list)
    moves = Transfer.objects.filter(dossier__in=dossiers).select_related(
        "from_commune__parent", "to_commune", "to_province"
    )
    for one in moves.order_by("sequence"):
        found[one.dossier_id].append(one)
    return found


def _transfer_within(entry: BatchEntry, batch: Batch, transfers: list[Transfer]) -> Transfer | None:
    """Return the latest move of the dossier from the batch's province while it was in the batch."""
    within = [
        one
        for one in transfers
        if one.from_province_id == batch.province_id
        and entry.recorded_at < one.at
        and (entry.left_at is None or one.at <= entry.left_at)
    ]
    return within[-1] if within else None


def _open_conditions_by_vote(dossiers: Collection[int]) -> defaultdict[int, list[OpenCondition]]:
    today = timezone.localdate()
    found: defaultdict[int, list[OpenCondition]] = defaultdict(list)
    for one in open_conditions().filter(vote__dossier__in=dossiers):
        at = one.reported_at  # type: ignore[attr-defined]
        reported_on = timezone.localdate(at) if at is not None else None
        found[one.vote_id].append(OpenCondition(one, reported_on, one.due_on < (reported_on or today)))
    return found


def _vote_within(entry: BatchEntry, votes: Sequence[Vote]) -> Vote | None:
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


def taken_over(actor: Actor, province: AdministrativeUnit) -> list[TakenOver]:
    """Return the dossiers before their decision that another province's council has passed before they came here.

    They are in no batch of this province, so that the list of its batches is where their conditions are told of. One
    query.
    """
    waiting = open_conditions().filter(vote__dossier=OuterRef("dossier")).order_by().values("vote__dossier")
    entries = (
        BatchEntry.objects.filter(
            left_at__isnull=True, dossier__in=visible_dossiers(actor), dossier__state=State.DECIDING
        )
        .exclude(batch__province=province)
        .select_related("dossier__commune", "batch__province")
        .annotate(waiting=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0))
        .order_by("dossier__commune__sort_key")
    )
    return [TakenOver(entry, entry.waiting) for entry in entries]
