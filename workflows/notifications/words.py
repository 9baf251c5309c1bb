"""How a reminder reads, on the page and in the mail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.recognition.conditions import open_conditions

from ..calendars.working_days import Calendar, current_calendars
from ..deadlines import OF_CONDITIONS, both_deadlines
from ..endings import endings_of
from ..selectors import Due, due_in_words
from .models import Kind, Reminder


@dataclass(frozen=True)
class Line:
    """A reminder as it is read. ``due`` is how the deadline stands now, None where that is no matter any more.

    ``note`` says by whom, by what and for what reason work ended, or which of two deadlines counts; else it is empty.
    """

    reminder: Reminder
    headline: str
    subject: str
    step: str
    due: Due | None
    note: str = ""


def lines_of(reminders: QuerySet[Reminder]) -> list[Line]:
    """Put reminders into words, in the active language. At most five queries."""
    found = reminders.select_related(
        *("dossier__commune", "item__agency", "item__dossier", "item__task__department", "appointment__user")
    )
    calendars = current_calendars()
    rows = list(found.prefetch_related("item__stops"))
    notes = _notes(rows)
    return [_line(one, calendars.of(one.dossier.province_id), notes.get(one.pk, "")) for one in rows]


def _notes(reminders: list[Reminder]) -> dict[int, str]:
    """Return what is said besides, by the number of the reminder. At most two queries."""
    ended = {one.pk: one.item for one in reminders if one.kind == Kind.ENDED and one.item}
    endings = endings_of(list(ended.values()))
    found = {pk: endings[item.pk].sentence for pk, item in ended.items() if item.pk in endings}
    completing = {
        one.pk: one.item
        for one in reminders
        if one.item and one.item.closed_at is None and one.item.node == OF_CONDITIONS
    }
    if not completing:
        return found
    days: defaultdict[int, list[date]] = defaultdict(list)
    dossiers = {item.dossier_id for item in completing.values()}
    conditions = open_conditions().filter(vote__dossier__in=dossiers)
    for dossier_id, due_on in conditions.values_list("vote__dossier", "due_on"):
        days[dossier_id].append(due_on)
    for pk, item in completing.items():
        if item.due_on and days[item.dossier_id]:
            found[pk] = both_deadlines(days[item.dossier_id], item.due_on)
    return found


def _line(reminder: Reminder, calendar: Calendar, note: str) -> Line:
    item, dossier = reminder.item, reminder.dossier
    is_open = item is not None and item.closed_at is None
    return Line(
        reminder,
        _for_whom(reminder, _headline(reminder)),
        str(dossier),
        "" if item is None else item.title,
        due_in_words(item, calendar) if item is not None and is_open and item.due_on else None,
        note,
    )


def _headline(reminder: Reminder) -> str:
    if reminder.kind == Kind.LATE:
        return _("Quá hạn từ %(n)s ngày làm việc") % {"n": reminder.threshold}
    if reminder.kind == Kind.ESCALATED and reminder.item:
        return _("%(agency)s quá hạn từ %(n)s ngày làm việc") % {
            "agency": reminder.item.agency.short_name,
            "n": reminder.threshold,
        }
    return str(Kind(reminder.kind).label)


def _for_whom(reminder: Reminder, headline: str) -> str:
    if reminder.substitution_id is None:
        return headline
    words = {"headline": headline, "name": reminder.appointment.user.get_full_name()}
    return _("%(headline)s (anh/chị đang thay %(name)s)") % words
