"""How a reminder reads, on the page and in the mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..calendars.working_days import Calendar, current_calendars
from ..endings import Ending, endings_of
from ..selectors import Due, due_in_words
from .models import Kind, Reminder


@dataclass(frozen=True)
class Line:
    """A reminder as it is read. ``due`` is how the deadline stands now, None where that is no matter any more.

    ``why`` is a sentence of by whom, by what and for what reason work ended, else empty.
    """

    reminder: Reminder
    headline: str
    subject: str
    step: str
    due: Due | None
    why: str = ""


def lines_of(reminders: QuerySet[Reminder]) -> list[Line]:
    """Put reminders into words, in the active language. At most four queries."""
    found = reminders.select_related(
        *("dossier__commune", "item__agency", "item__dossier", "item__task__department", "appointment__user")
    )
    calendars = current_calendars()
    rows = list(found.prefetch_related("item__stops"))
    endings = endings_of([one.item for one in rows if one.kind == Kind.ENDED and one.item])
    return [_line(one, calendars.of(one.dossier.province_id), endings.get(one.item_id or 0)) for one in rows]


def _line(reminder: Reminder, calendar: Calendar, ending: Ending | None) -> Line:
    item, dossier = reminder.item, reminder.dossier
    is_open = item is not None and item.closed_at is None
    return Line(
        reminder,
        _for_whom(reminder, _headline(reminder)),
        str(dossier),
        "" if item is None else item.title,
        due_in_words(item, calendar) if item is not None and is_open and item.due_on else None,
        ending.sentence if ending else "",
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
