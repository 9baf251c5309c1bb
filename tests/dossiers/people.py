"""Colleagues for tests: somebody more at an agency, and somebody who stands in for somebody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from dossiers.organisations.models import Agency, Appointment, Role, User
from dossiers.policies import Actor
from dossiers.substitutions.acts import NameSubstitute
from dossiers.substitutions.capacities import is_deputy
from dossiers.substitutions.models import Substitution


def colleague(agency: Agency, role: Role, name: str = "Đỗ Thị Thêm") -> Actor:
    """Return somebody more who holds the role at the agency."""
    user = User.objects.create_user(f"them-{agency.pk}-{role}-{User.objects.count()}", full_name=name)
    held = Appointment.objects.appoint(user=user, agency=agency, role=role, starts_on=date(2021, 7, 1))
    return Actor(user=user, appointment=Appointment.objects.with_places().get(pk=held.pk))


def name_substitute(
    absent: Actor, substitute: Actor, *, by: Actor | None = None, **changes: Any
) -> Substitution:
    """Let the substitute stand in for the absent person, from today for ten days unless told otherwise."""
    today = timezone.localdate()
    given = {
        "capacity": "KT." if is_deputy([substitute.appointment], absent.appointment) else "TUQ.",
        "starts_on": today,
        "ends_on": today + timedelta(days=9),
        "number": "45/QĐ",
        "dated_on": today,
        **changes,
    }
    act = NameSubstitute(actor=by or absent, absent=absent.appointment, substitute=substitute.user, **given)
    act.perform()
    return Substitution.objects.with_places().get(pk=act.substitution.pk)


def standing_in(substitute: Actor, substitution: Substitution) -> Actor:
    """Return the substitute as the actor they are under the substitution."""
    return Actor(user=substitute.user, appointment=substitution.absent, substitution=substitution)
