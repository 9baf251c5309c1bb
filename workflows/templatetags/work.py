"""What the shared dossier header shows of the work: whose turn it is, until when, and the line of steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from dossiers.dossier.models import Dossier
from dossiers.dossier.selectors import path_of
from dossiers.policies import Actor
from dossiers.procedures import Duration

from ..assignments import own_work
from ..calendars.working_days import current_calendars
from ..clocks import due_date
from ..models import WorkItem
from ..selectors import Due, open_work_of, supplement_dues, taken_in_words

register = template.Library()


@register.simple_tag
def turn_of(dossier: Dossier) -> dict[str, Any]:
    """Return ``items`` (work item with its deadline), and ``first``: the one that is due first.

    ``agencies`` is how many have open work, ``many`` whether it is more than one.
    """
    items = open_work_of(dossier)
    first = min(items, key=lambda pair: (pair[0].due_on is None, pair[0].due_on), default=None)
    agencies = len({item.agency_id for item, _due in items})
    return {"items": items, "first": first, "many": agencies > 1, "agencies": agencies}


@register.simple_tag
def taken(item: WorkItem) -> str:
    """Say who of the agency is at work on it, and since when."""
    return taken_in_words(item)


@register.simple_tag
def colleague_at_work(actor: Actor, dossier: Dossier) -> str:
    """Say which colleague took the actor's own work on the dossier; empty when nobody else did. One query."""
    item = own_work(actor, dossier)
    return taken_in_words(item) if item is not None and item.taken_by_id != actor.user.pk else ""


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
def due_for(dues: dict[int, Due], department_id: int) -> Due | None:
    """Return the deadline of what one department waits for."""
    return dues.get(department_id)


@register.simple_tag
def steps_of(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the steps of the main line for the stepper."""
    return path_of(dossier)
