"""What the shared dossier header shows of the work: whose turn it is, until when, and the line of steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from dossiers.dossier.models import Dossier
from dossiers.dossier.selectors import path_of
from dossiers.organisations.models import Agency
from dossiers.policies import Actor
from dossiers.procedures import Duration
from dossiers.recognition.models import CouncilCondition

from ..assignments import TakeWork, own_work
from ..calendars.working_days import current_calendars
from ..clocks import due_date
from ..deadlines import OF_CONDITIONS, both_deadlines
from ..models import WorkItem
from ..selectors import Due, open_work_of, supplement_dues, taken_in_words

register = template.Library()


@dataclass(frozen=True)
class AgencyTurn:
    """An agency with its open works on a dossier, each with its deadline."""

    agency: Agency
    works: list[tuple[WorkItem, Due]]


@register.simple_tag
def turn_of(dossier: Dossier) -> dict[str, Any]:
    """Return whose turn it is: ``agencies`` with their open works and deadlines, each agency once, as they are counted.

    ``first`` is the work that is due first with its deadline, ``many`` whether several agencies have work, ``usual``
    the title of what most of them do. Read once for a dossier, so that every part of a page counts the same.
    """
    known: dict[str, Any] | None = dossier.__dict__.get("_turn")
    if known is None:
        by_agency: dict[int, AgencyTurn] = {}
        items = open_work_of(dossier)
        for item, due in items:
            by_agency.setdefault(item.agency_id, AgencyTurn(item.agency, [])).works.append((item, due))
        titles = Counter(str(item.title) for item, _due in items)
        known = {
            "agencies": list(by_agency.values()),
            "first": _first_due(items),
            "many": len(by_agency) > 1,
            "usual": max(titles, key=lambda title: titles[title], default=""),
        }
        dossier.__dict__["_turn"] = known
    return known


def _first_due(works: list[tuple[WorkItem, Due]]) -> tuple[WorkItem, Due] | None:
    return min(works, key=lambda pair: (pair[0].due_on is None, pair[0].due_on), default=None)


@register.simple_tag
def own_turn(actor: Actor, dossier: Dossier) -> tuple[WorkItem, Due] | None:
    """Return the work of the actor's agency on the dossier that is due first, None when it has none."""
    mine = (one.works for one in turn_of(dossier)["agencies"] if one.agency.pk == actor.agency.pk)
    return _first_due(next(mine, []))


@register.simple_tag
def takeable(actor: Actor, dossier: Dossier) -> set[int]:
    """Return the keys of the actor's own works on the dossier that nobody has taken. At most two queries."""
    if not TakeWork.is_open_to(actor, dossier):
        return set()
    return {one.pk for one in TakeWork.choices(actor, dossier)}


@register.simple_tag
def taken(item: WorkItem) -> str:
    """Say who of the agency is at work on it, and since when."""
    return taken_in_words(item)


@register.simple_tag
def colleague_at_work(actor: Actor, dossier: Dossier) -> str:
    """Say which colleague took the actor's own work on the dossier; empty when nobody else did. One query."""
    others = (one for one in own_work(actor, dossier) if one.taken_by_id not in (None, actor.user.pk))
    return next((taken_in_words(one) for one in others), "")


@register.simple_tag
def supplement_deadlines(dossier: Dossier) -> dict[int, Due]:
    """Return until when the commune is to answer, by the department that waits for it. Three queries."""
    return supplement_dues(dossier)


@register.simple_tag
def due_if_begun_today(dossier: Dossier, duration: Duration) -> date:
    """Return the last day of a period that begins today, on the calendar of the dossier's province. One query."""
    calendar = current_calendars().of(dossier.province_id)
    return due_date(timezone.localdate(), duration.days, duration.unit, calendar)


@register.simple_tag
def deadlines_of_conditions(dossier: Dossier, conditions: Collection[CouncilCondition]) -> str:
    """Say how the council's days stand to the deadline of the step, while the step is open; else empty."""
    works = [work for one in turn_of(dossier)["agencies"] for work, _due in one.works]
    due_on = next((work.due_on for work in works if work.node == OF_CONDITIONS), None)
    return both_deadlines((one.due_on for one in conditions), due_on) if due_on and conditions else ""


@register.simple_tag
def due_for(dues: dict[int, Due], department_id: int) -> Due | None:
    """Return the deadline of what one department waits for."""
    return dues.get(department_id)


@register.simple_tag
def steps_of(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the steps of the main line for the stepper."""
    return path_of(dossier)
