"""How a reminder reads, on the page and in the mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier, Purpose
from dossiers.recognition.conditions import open_conditions
from dossiers.transfers.models import Transfer
from storage.ledger import Entry

from ..calendars.working_days import Calendar, current_calendars
from ..deadlines import OF_CONDITIONS, both_deadlines
from ..endings import endings_of
from ..engine import flow_of
from ..models import WorkItem
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


@dataclass(frozen=True)
class Move:
    """A move of a dossier, with the open steps that became others: the earlier name by the later one."""

    transfer: Transfer
    steps: Mapping[str, str]


def lines_of(reminders: QuerySet[Reminder]) -> list[Line]:
    """Put reminders into words, in the active language. At most seven queries.

    A reminder keeps the place and the step that it was given for, although the dossier was moved since.
    """
    found = reminders.select_related(
        *("dossier__commune", "dossier__criteria_set", "appointment__user"),
        *("item__agency", "item__dossier", "item__task__department"),
    )
    calendars = current_calendars()
    rows = list(found.prefetch_related("item__stops"))
    moves = _moves_of({one.dossier_id for one in rows})
    notes = _notes(rows)
    return [
        _line(one, calendars.of(one.dossier.province_id), moves[one.dossier_id], notes.get(one.pk, ""))
        for one in rows
    ]


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


def _moves_of(dossiers: Collection[int]) -> defaultdict[int, list[Move]]:
    """Return the moves of each dossier, the latest first. One query, and one more where there are any."""
    found: defaultdict[int, list[Move]] = defaultdict(list)
    transfers = list(
        Transfer.objects.filter(dossier__in=dossiers).select_related("from_commune").order_by("-sequence")
    )
    if not transfers:
        return found
    named = {(Dossier(pk=one.dossier_id).stream, one.sequence): one for one in transfers}
    entries = Entry.objects.filter(
        stream__in={stream for stream, _sequence in named},
        sequence__in={sequence for _stream, sequence in named},
    )
    payloads = {(one.stream, one.sequence): one.payload for one in entries}
    for key, transfer in named.items():
        found[transfer.dossier_id].append(Move(transfer, _steps_of(payloads.get(key, {}).get("steps", ()))))
    return found


def _steps_of(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    return {str(row["after"]): str(row["before"]) for row in rows if row["keeps_clock"]}


def _line(reminder: Reminder, calendar: Calendar, moves: Iterable[Move], note: str) -> Line:
    item, dossier = reminder.item, reminder.dossier
    commune, procedure, node = dossier.commune, dossier.procedure, item.node if item is not None else ""
    for move in moves:
        if reminder.at < move.transfer.at:
            commune, procedure = move.transfer.from_commune, move.transfer.from_procedure
            if item is not None and (item.closed_at is None or item.closed_at > move.transfer.at):
                node = move.steps.get(node, node)
    about = [commune.name, dossier.year_in_words]
    if dossier.purpose != Purpose.RECOGNITION:
        about.append(str(dossier.title_in_short))  # a commune may have several titles reviewed in one year
    is_open = item is not None and item.closed_at is None
    return Line(
        reminder,
        _for_whom(reminder, _headline(reminder)),
        " · ".join(about),
        _step(item, procedure, node) if item is not None else "",
        due_in_words(item, calendar) if item is not None and is_open and item.due_on else None,
        note,
    )


def _step(item: WorkItem, procedure: str, node: str) -> str:
    """Name the step as it was when the reminder was given."""
    if (procedure, node) == (item.dossier.procedure, item.node):
        return item.title
    return str(flow_of(procedure).instance.node(node).task_title)


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
