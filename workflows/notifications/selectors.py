"""Reading a person's reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dossiers.organisations.models import Appointment
from dossiers.substitutions.models import Substitution

from .models import Reminder

#: More than so many are not counted.
MOST_COUNTED = 100


@dataclass(frozen=True)
class Standing:
    """In what a person is told of things now: the appointments they hold, and those for whom they stand in."""

    appointments: Collection[Appointment]
    substitutions: Collection[Substitution] = ()


def reminders_of(standing: Standing) -> QuerySet[Reminder]:
    """Return what a person was told in what they are now, newest first."""
    people = {one.user_id for one in standing.appointments}
    own = Q(substitution__isnull=True, appointment__in=standing.appointments)
    if standing.substitutions:
        own |= Q(substitution__in=standing.substitutions)
    return Reminder.objects.filter(own, person__in=people).order_by("-at", "-pk")


def unread_of(standing: Standing) -> QuerySet[Reminder]:
    """Return those that the person has not read and that still matter."""
    return reminders_of(standing).filter(settled_at__isnull=True)


def count_unread(standing: Standing) -> int:
    """Return how many are unread, at most ``MOST_COUNTED``. One query on an index, bounded however many there are."""
    return unread_of(standing).order_by()[:MOST_COUNTED].count() if standing.appointments else 0
