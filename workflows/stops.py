"""Stopping the clock of a work item while its agency waits for somebody else, and letting it go on.

Both are called by what follows an act, in the act's transaction and under the lock of the dossier's row.
"""

from __future__ import annotations

from datetime import datetime

from .calendars.working_days import held_calendars
from .deadlines import reckon
from .models import ClockStop, WorkItem


class NotStopped(ValueError):
    """The stop has ended before; nothing was changed."""


def stop(item: WorkItem, *, at: datetime, reason: str, act: str) -> ClockStop:
    """Stop the clock of an open work item from ``at`` on, for a reason that people read.

    A clock that stands still already may be stopped for another reason too: it goes on when the last of them ends.
    """
    return ClockStop.objects.create(work_item=item, stopped_at=at, reason=reason, stopping_act=act)


def resume(stopped: ClockStop, *, at: datetime, act: str) -> WorkItem:
    """End a stop and move the due date of its work item; return the item. Raises NotStopped the second time."""
    running = ClockStop.objects.filter(pk=stopped.pk, resumed_at__isnull=True)
    if not running.update(resumed_at=at, resuming_act=act):
        raise NotStopped(f"clock stop {stopped.pk} has ended before")
    item = WorkItem.objects.select_related("dossier").get(pk=stopped.work_item_id)
    if item.due_on is not None:
        item.due_on = reckon(item, held_calendars().of(item.dossier.province_id))
        item.save(update_fields=["due_on"])
    return item
