"""How a reminder reads, on the page and in the mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..engine import flow_of
from ..selectors import Due, due_in_words
from .models import Kind, Reminder


@dataclass(frozen=True)
class Line:
    """A reminder as it is read. ``due`` is how the deadline stands now, None where that is no matter any more."""

    reminder: Reminder
    headline: str
    subject: str
    step: str
    due: Due | None


def line_of(reminder: Reminder) -> Line:
    """Put a reminder into words, in the active language. No query when commune, item and agency were fetched."""
    item, dossier = reminder.item, reminder.dossier
    step = "" if item is None else _step(dossier.procedure, item.node)
    is_open = item is not None and item.closed_at is None
    return Line(
        reminder,
        _headline(reminder),
        f"{dossier.commune.name} · {dossier.title_year}",
        step,
        due_in_words(item) if item is not None and is_open and item.due_on else None,
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


def _step(procedure: str, node: str) -> str:
    return str(flow_of(procedure).instance.node(node).task_title)
