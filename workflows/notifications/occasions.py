"""What somebody should hear of now, derived from open work and legal states alone.

Nothing is remembered from one run to the next but the reminders made, so a run that was missed is caught up by the next
one, and only with what still holds: of each piece of work the newest threshold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet

from dossiers.appraisal.acts import SendAnswer
from dossiers.dossier.models import Dossier, ReturnNotice, State
from dossiers.organisations.models import Appointment, Role
from dossiers.substitutions.models import Substitution

from ..calendars.working_days import Calendar, current_calendars
from ..clocks import working_days_between
from ..endings import ended_for_others
from ..models import ClockStop, WorkItem
from ..selectors import HELPERS
from .models import Kind

#: From so many working days before the deadline work is due soon.
SOON_DAYS = 3
#: Working days late at which somebody hears of it again. Beyond a year of silence nobody needs another mail.
LATE_AT = (1, *range(5, 251, 5))
#: Who appoints somebody new does not want them to hear of old decisions, or of work that ended before their time.
DECIDED_WITHIN = timedelta(days=14)
#: What the commune hears of by the legal state alone: how its dossier ended, and that its title is in question.
DECISIONS: dict[str, Kind] = {
    State.RECOGNISED: Kind.RECOGNISED,
    State.PUBLISHED: Kind.RECOGNISED,
    State.NOT_RECOGNISED: Kind.NOT_RECOGNISED,
    State.REVIEWED: Kind.REVIEWED,
    State.REVIEW_CANCELLED: Kind.REVIEW_CANCELLED,
    State.REVOCATION_HEARING: Kind.REVOCATION_OPENED,
    State.REVOCATION_INTAKE: Kind.REVOCATION_OPENED,
    State.REVOCATION_APPRAISING: Kind.REVOCATION_OPENED,
    State.REVOCATION_REPORTING: Kind.REVOCATION_OPENED,
    State.REVOCATION_DECIDING: Kind.REVOCATION_OPENED,
    State.REVOKED: Kind.REVOKED,
    State.REVOCATION_PUBLISHED: Kind.REVOKED,
    State.TITLE_KEPT: Kind.TITLE_KEPT,
}
#: States that a dossier begins with, or comes back to.
BEGINNINGS = (State.DRAFTING, State.REVIEWING, State.REVOCATION_HEARING)
HEADS = (Role.COMMUNE_CHAIR, Role.DISTRICT_CHAIR, Role.DEPARTMENT_HEAD, Role.PROVINCIAL_CHAIR)
COMMUNE = (Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR)


class Stage(NamedTuple):
    """How urgent a piece of work is."""

    kind: Kind
    threshold: int


class Occasion(NamedTuple):
    """That a person should hear of something in one of their appointments."""

    person_id: int
    appointment_id: int
    stage: Stage
    substitution_id: int | None = None


@dataclass(frozen=True)
class OpenItem:
    """Of a work item what decides who hears of it."""

    pk: int
    dossier_id: int
    province_id: int
    agency_id: int
    role: str
    due_on: date | None
    is_returned: bool
    taken_by_id: int | None = None
    taken_in_id: int | None = None
    #: The department that waits for a supplement by this work, None of all other work.
    asked_by: int | None = None
    #: Whether the clock stands still, after how many answers of the commune it went on, and how far it was extended.
    is_stopped: bool = False
    answers: int = 0
    extended_days: int = 0


@dataclass(frozen=True)
class EndedItem:
    """Of work that ended without being done what decides who hears of it; ``state`` is that of its dossier now."""

    pk: int
    dossier_id: int
    agency_id: int
    role: str
    state: str
    closed_by_id: int
    due_on: date | None
    taken_by_id: int | None
    taken_in_id: int | None


class Holder(NamedTuple):
    """Who holds an appointment, or stands in for whoever does."""

    person_id: int
    appointment_id: int
    role: str
    substitution_id: int | None = None


def stage_by_deadline(due_on: date, today: date, calendar: Calendar) -> Stage | None:
    """Return the newest threshold that a deadline has reached, None while it is far away."""
    if due_on < today:
        days = max(1, working_days_between(due_on, today, calendar))
        return Stage(Kind.LATE, max(one for one in LATE_AT if one <= days))
    if due_on == today:
        return Stage(Kind.TODAY, 0)
    return Stage(Kind.SOON, 0) if working_days_between(today, due_on, calendar) <= SOON_DAYS else None


class Occasions:
    """Tells who should hear what on one day. Holds the appointments in force: one short row for each."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._calendars = current_calendars()
        self._stages: dict[tuple[date, int], Stage | None] = {}
        self._at: dict[tuple[int, str], list[Holder]] = defaultdict(list)
        self._in_unit: dict[tuple[int, str], list[Holder]] = defaultdict(list)
        substitutes = _substitutes(today)
        rows = Appointment.objects.current(on=today).order_by("pk")
        for pk, person_id, agency_id, unit_id, role in rows.values_list(
            "pk", "user_id", "agency_id", "agency__unit_id", "role"
        ):
            holders = [Holder(person_id, pk, role)]
            holders += [Holder(*who, role, substitution) for who, substitution in substitutes.get(pk, [])]
            self._at[agency_id, role] += holders
            self._in_unit[unit_id, role] += holders

    def of_item(self, item: OpenItem) -> Iterator[Occasion]:
        """Yield who should hear of open work: those who do or prepare it; when late their head and the province.

        While somebody says that they are at work, others of the same role hear of it only when it is late. Whoever
        stands in for somebody hears of what that one does. Nobody while its clock stands still; then that the answer
        has come, beside how urgent the work is; the same of an extension. Of a late answer the head hears who waits for
        it and may go on.
        """
        if item.is_stopped:
            return
        stage = self._stage(item)
        doers = self._of_agency(item.agency_id, _doers(item.role))
        is_late = stage.kind is Kind.LATE
        first = doers if is_late else _first(doers, item)
        told: set[int] = set()
        yield from _once(first, stage, told)
        if item.answers:
            yield from _once(first, Stage(Kind.ANSWERED, item.answers), set())
        if item.extended_days:
            yield from _once(first, Stage(Kind.EXTENDED, item.extended_days), set())
        if not is_late:
            return
        above = self._of_agency(item.agency_id, HEADS)
        if item.asked_by is not None:
            above += self._of_agency(item.asked_by, HEADS)
        above += self._in_unit.get((item.province_id, Role.COORDINATION_OFFICER), [])
        yield from _once(above, Stage(Kind.ESCALATED, stage.threshold), told)

    def of_ended(self, item: EndedItem) -> Iterator[Occasion]:
        """Yield who should hear that work ended: whoever did or prepared it, but for the person who ended it.

        Not the people of a commune who hear how their dossier ended.
        """
        if item.role in COMMUNE and item.state in DECISIONS:
            return
        doers = _first(self._of_agency(item.agency_id, _doers(item.role)), item)
        yield from _once(doers, Stage(Kind.ENDED, 0), {item.closed_by_id})

    def of_decision(self, dossier: Dossier) -> Iterator[Occasion]:
        """Yield who should hear how a dossier ended: the people of its commune."""
        stage = Stage(DECISIONS[dossier.state], 0)
        told: set[int] = set()
        for role in COMMUNE:
            yield from _once(self._in_unit.get((dossier.commune_id, role), []), stage, told)

    def _stage(self, item: OpenItem) -> Stage:
        if item.due_on is not None:
            known = (item.due_on, item.province_id)
            if known not in self._stages:
                calendar = self._calendars.of(item.province_id)
                self._stages[known] = stage_by_deadline(item.due_on, self._today, calendar)
            if stage := self._stages[known]:
                return stage
        if item.asked_by is not None:
            return Stage(Kind.SUPPLEMENT, 0)
        return Stage(Kind.RETURNED if item.is_returned else Kind.NEW, 0)

    def _of_agency(self, agency_id: int, roles: tuple[str, ...]) -> list[Holder]:
        return [holder for role in roles for holder in self._at.get((agency_id, role), [])]


def _substitutes(today: date) -> dict[int, list[tuple[tuple[int, int], int]]]:
    """Return by appointment who stands in for its holder today, each with the substitution. One query."""
    found: dict[int, list[tuple[tuple[int, int], int]]] = defaultdict(list)
    rows = Substitution.objects.running(today).order_by("pk").values_list("pk", "absent_id", "substitute_id")
    for pk, absent_id, substitute_id in rows:
        found[absent_id].append(((substitute_id, absent_id), pk))
    return found


def _first(doers: list[Holder], item: OpenItem | EndedItem) -> list[Holder]:
    """Return those whom work concerns that somebody took: that person, who stands in for them, and other roles."""
    taker = next((one for one in doers if _is_taker(one, item)), None)
    if taker is None:
        return doers
    return [one for one in doers if _is_taker(one, item) or one.role != taker.role]


def _is_taker(holder: Holder, item: OpenItem | EndedItem) -> bool:
    if item.taken_by_id is None:
        return False
    return holder.person_id == item.taken_by_id or holder.appointment_id == item.taken_in_id


def _once(holders: Iterable[Holder], stage: Stage, told: set[int]) -> Iterator[Occasion]:
    """Yield an occasion for each person who is not told yet, in their own appointment rather than for another."""
    for one in sorted(holders, key=lambda holder: holder.substitution_id is not None):
        if one.person_id not in told:
            told.add(one.person_id)
            yield Occasion(one.person_id, one.appointment_id, stage, one.substitution_id)


def _doers(role: str) -> tuple[str, ...]:
    return (role, *(helper for helper, main in HELPERS.items() if main == role))


def open_items_after(pk: int, count: int) -> list[OpenItem]:
    """Return the next open work items by number. Two queries."""
    rows = list(
        WorkItem.objects.filter(closed_at__isnull=True, pk__gt=pk)
        .annotate(
            province=F("dossier__province_id"),
            state=F("dossier__state"),
            was_returned=Exists(ReturnNotice.objects.filter(dossier=OuterRef("dossier"))),
        )
        .order_by("pk")
        .values_list(
            *("pk", "dossier_id", "province", "agency_id", "role", "due_on", "state", "was_returned"),
            *("taken_by_id", "taken_in_id", "task__department_id", "extended_days"),
            named=True,
        )[:count]
    )
    stops: defaultdict[int, list[ClockStop]] = defaultdict(list)
    for stop in ClockStop.objects.filter(work_item__in=[row.pk for row in rows]):
        stops[stop.work_item_id].append(stop)
    return [
        OpenItem(
            pk=row.pk,
            dossier_id=row.dossier_id,
            province_id=row.province,
            agency_id=row.agency_id,
            role=row.role,
            due_on=row.due_on,
            is_returned=row.state == State.RETURNED or (row.state in BEGINNINGS and row.was_returned),
            taken_by_id=row.taken_by_id,
            taken_in_id=row.taken_in_id,
            asked_by=row.task__department_id if row.task__department_id != row.agency_id else None,
            is_stopped=any(stop.resumed_at is None for stop in stops[row.pk]),
            answers=sum(stop.resuming_act == SendAnswer.name for stop in stops[row.pk]),
            extended_days=row.extended_days,
        )
        for row in rows
    ]


def recent_decisions(now: datetime) -> QuerySet[Dossier]:
    """Return the dossiers that were decided lately."""
    return Dossier.objects.filter(state__in=list(DECISIONS), state_since__gte=now - DECIDED_WITHIN)


def recent_endings(now: datetime) -> list[EndedItem]:
    """Return the work that ended lately without being done by whoever had it. One query."""
    ended = ended_for_others(since=now - DECIDED_WITHIN, until=now).annotate(state=F("dossier__state"))
    rows = ended.values_list(
        *(
            "pk",
            "dossier_id",
            "agency_id",
            "role",
            "state",
            "closed_by_id",
            "due_on",
            "taken_by_id",
            "taken_in_id",
        )
    )
    return [EndedItem(*row) for row in rows]
