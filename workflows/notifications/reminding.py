"""Making reminders: the run that compares what people should hear of with what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from dossiers.dossier.models import Dossier

from ..models import WorkItem
from .models import Kind, Reminder
from .occasions import (
    EndedItem,
    Occasion,
    Occasions,
    OpenItem,
    open_items_after,
    recent_decisions,
    recent_endings,
)

#: Work items looked at in one transaction; memory and locks are bounded by it.
BATCH = 1000
#: What is told of a deadline, which moves when its clock stood still, when it is extended, and with the holidays.
OF_DEADLINES = frozenset({Kind.SOON, Kind.TODAY, Kind.LATE, Kind.ESCALATED})


def remind(now: datetime) -> int:
    """Make the reminders that are missing and settle those that are overtaken; return how many were made.

    Harmless when run twice, also at the same time: the database keeps one reminder of each (person, work, kind,
    threshold). A run that dies leaves whole batches, and the next one goes on.
    """
    occasions = Occasions(timezone.localdate(now))
    made = last = 0
    while items := open_items_after(last, BATCH):
        made += _remind_of(items, occasions, now)
        last = items[-1].pk
    made += _remind_of_endings(occasions, now)
    made += _remind_of_decisions(occasions, now)
    done = WorkItem.objects.filter(closed_at__isnull=False)
    # A join would make PostgreSQL look for each row of the table in the table itself, and slowly while it is new.
    over = Reminder.objects.filter(settled_at__isnull=True, item__in=done).exclude(kind=Kind.ENDED)
    over.update(settled_at=now)
    return made


@transaction.atomic
def _remind_of(items: Iterable[OpenItem], occasions: Occasions, now: datetime) -> int:
    wanted: dict[tuple[object, ...], tuple[OpenItem, Occasion]] = {
        (item.pk, one.person_id, *one.stage): (item, one) for item in items for one in occasions.of_item(item)
    }
    overtaken, again = [], []
    told = Reminder.objects.filter(item__in=[item.pk for item in items]).order_by()
    for pk, due_on, settled_at, *key in told.values_list(
        "pk", "due_on", "settled_at", "item_id", "person_id", "kind", "threshold"
    ):
        holds = wanted.pop(tuple(key), None)
        if holds is None and settled_at is None:
            overtaken.append(pk)
        elif holds is not None and _holds_anew(holds, due_on):
            again.append(pk)
    if overtaken:
        Reminder.objects.filter(pk__in=overtaken).update(settled_at=now)
    if again:
        due_now = WorkItem.objects.filter(pk=OuterRef("item")).values("due_on")
        Reminder.objects.filter(pk__in=again).update(
            at=now, due_on=Subquery(due_now), settled_at=None, digest=None
        )
    return len(again) + _keep(
        _reminder(one, item.dossier_id, now, item=item) for item, one in wanted.values()
    )


def _holds_anew(wanted: tuple[OpenItem, Occasion], told_of: date | None) -> bool:
    """Say whether somebody was told of a deadline that has moved since."""
    item, one = wanted
    return one.stage.kind in OF_DEADLINES and told_of != item.due_on


def _remind_of_endings(occasions: Occasions, now: datetime) -> int:
    wanted: dict[tuple[int, int], tuple[EndedItem, Occasion]] = {
        (item.pk, one.person_id): (item, one)
        for item in recent_endings(now)
        for one in occasions.of_ended(item)
    }
    told = Reminder.objects.filter(kind=Kind.ENDED, item__in={pk for pk, _person in wanted})
    for key in told.order_by().values_list("item_id", "person_id"):
        wanted.pop(key, None)
    return _keep(_reminder(one, item.dossier_id, now, item=item) for item, one in wanted.values())


def _remind_of_decisions(occasions: Occasions, now: datetime) -> int:
    wanted: dict[tuple[object, ...], tuple[Dossier, Occasion]] = {
        (dossier.pk, one.person_id, one.stage.kind): (dossier, one)
        for dossier in recent_decisions(now)
        for one in occasions.of_decision(dossier)
    }
    told = Reminder.objects.filter(
        item__isnull=True, dossier__in={dossier for dossier, _one in wanted.values()}
    )
    for key in told.order_by().values_list("dossier_id", "person_id", "kind"):
        wanted.pop(key, None)
    return _keep(_reminder(one, dossier.pk, now) for dossier, one in wanted.values())


def _reminder(
    one: Occasion, dossier_id: int, now: datetime, *, item: OpenItem | EndedItem | None = None
) -> Reminder:
    return Reminder(
        person_id=one.person_id,
        appointment_id=one.appointment_id,
        substitution_id=one.substitution_id,
        dossier_id=dossier_id,
        item_id=None if item is None else item.pk,
        kind=one.stage.kind,
        threshold=one.stage.threshold,
        due_on=None if item is None else item.due_on,
        at=now,
    )


def _keep(reminders: Iterable[Reminder]) -> int:
    """Keep those that another run at the same time has not kept; return how many there were."""
    return len(Reminder.objects.bulk_create(reminders, ignore_conflicts=True))
