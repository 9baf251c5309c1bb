"""Reading a person's reminders."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from dossiers.organisations.models import Appointment

from .models import Reminder

#: More than so many are not counted.
MOST_COUNTED = 100


def reminders_in(appointments: Collection[Appointment]) -> QuerySet[Reminder]:
    """Return what a person was told in the appointments that they hold now, newest first."""
    people = {one.user_id for one in appointments}
    return Reminder.objects.filter(person__in=people, appointment__in=appointments).order_by("-at", "-pk")


def unread_in(appointments: Collection[Appointment]) -> QuerySet[Reminder]:
    """Return those that the person has not read and that still matter."""
    return reminders_in(appointments).filter(settled_at__isnull=True)


def count_unread(appointments: Collection[Appointment]) -> int:
    """Return how many are unread, at most ``MOST_COUNTED``. One query on an index, bounded however many there are."""
    return unread_in(appointments).order_by()[:MOST_COUNTED].count() if appointments else 0
