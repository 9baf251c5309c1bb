"""When a work item is due: its days, what it was extended by, and the pauses of its clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts.dates import day_in_words
from dossiers.procedures import DayUnit

from .calendars.working_days import Calendar
from .clocks import Pause, due_date, paused_days
from .models import ClockStop, WorkItem


def reckon(item: WorkItem, calendar: Calendar) -> date:
    """Return the day on which a work item with a deadline is due. One query unless its stops were prefetched.

    A stop that has not ended moves nothing yet: how long it will be shows when the clock goes on.
    """
    days = (item.days or 0) + item.extended_days
    return due_date(timezone.localdate(item.opened_at), days, DayUnit(item.day_unit), calendar, _pauses(item))


def days_stopped(item: WorkItem, calendar: Calendar) -> int:
    """Return how many days, in the item's own unit, its clock stood still before the due date."""
    if item.due_on is None:
        return 0
    start = timezone.localdate(item.opened_at)
    return paused_days(start, item.due_on, DayUnit(item.day_unit), calendar, _pauses(item))


def running_stop(item: WorkItem) -> ClockStop | None:
    """Return the oldest of the stops that have not ended, or None when the clock runs."""
    return next((stop for stop in item.stops.all() if stop.resumed_at is None), None)


#: The step at which the commune completes what the council asked for, which has days of its own beside the council's.
OF_CONDITIONS = "meet_conditions"


def both_deadlines(council_days: Iterable[date], due_on: date) -> str:
    """Say which of two deadlines counts for what: the council's, one for each task, and that of the step.

    Reminders, lateness and the escalation go by the step's, which starts to run with the council's meeting being
    recorded. The council's days are shown as late on the page of its batch. Neither decides anything by itself.
    """
    days = ", ".join(day_in_words(day) for day in sorted(set(council_days)))
    return _(
        "Hạn Hội đồng giao: %(council)s; hạn của bước theo quy trình: %(step)s. Nhắc việc và tính quá hạn theo hạn của "
        "bước; Văn phòng Điều phối còn theo dõi từng việc theo hạn Hội đồng giao ở trang đợt xét."
    ) % {"council": days, "step": day_in_words(due_on)}


def _pauses(item: WorkItem) -> list[Pause]:
    return [
        Pause(timezone.localdate(stop.stopped_at), timezone.localdate(stop.resumed_at))
        for stop in item.stops.all()
        if stop.resumed_at is not None
    ]
