"""Steps of dossiers with deadlines on days of our choosing, in one week of August 2023 without holidays."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role, User
from dossiers.policies import Actor
from tests.world import World
from workflows.models import WorkItem
from workflows.notifications.models import Reminder

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (date(2023, 8, day) for day in range(7, 13))


def at(day: date, hour: int = 7, minute: int = 0) -> datetime:
    """A moment in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def open_item(world: World, state: State, commune: str = "Xã Liêm Tuyền", **fields: Any) -> WorkItem:
    """Return the open step of a dossier brought to the state, with these fields: ``due_on`` and the like."""
    item = WorkItem.objects.get(dossier=world.dossier(state, commune).dossier, closed_at__isnull=True)
    WorkItem.objects.filter(pk=item.pk).update(opened_at=at(MONDAY), **fields)
    item.refresh_from_db()
    return item


def told(user: User) -> list[tuple[str, int]]:
    """What a person was reminded of, oldest first."""
    return list(Reminder.objects.filter(person=user).order_by("pk").values_list("kind", "threshold"))


def unsettled(dossier: Dossier | None = None) -> QuerySet[Reminder]:
    found = Reminder.objects.filter(settled_at__isnull=True)
    return found if dossier is None else found.filter(dossier=dossier)


def with_address(actor: Actor, address: str) -> User:
    actor.user.email = address
    actor.user.save(update_fields=["email"])
    return actor.user


def officer(world: World) -> Actor:
    """Who appraises a Đề án that was submitted, at the district."""
    return world.actor(Role.DISTRICT_OFFICER)
