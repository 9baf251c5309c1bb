"""The person who acts, in the appointment in which they act."""

from __future__ import annotations

from dataclasses import dataclass

from dossiers.organisations.models import AdministrativeUnit, Agency, Appointment, Role, User
from dossiers.substitutions.models import Substitution
from storage.ledger import ActorStamp


@dataclass(frozen=True)
class Actor:
    """A user in one current appointment. Every act and every list is for an actor, never for a bare user.

    With a ``substitution`` the appointment is that of the absent person, in whose role the user acts.
    """

    user: User
    appointment: Appointment
    substitution: Substitution | None = None

    @property
    def role(self) -> Role:
        return Role(self.appointment.role)

    @property
    def agency(self) -> Agency:
        return self.appointment.agency

    @property
    def unit(self) -> AdministrativeUnit:
        return self.appointment.agency.unit

    @property
    def on_behalf_of(self) -> str:
        """The name of the absent person, empty when the user acts in their own right."""
        return self.appointment.user.get_full_name() if self.substitution else ""

    @property
    def key(self) -> str:
        """How forms name the actor they were filled in as."""
        return f"s{self.substitution.pk}" if self.substitution else f"a{self.appointment.pk}"

    def stamp(self) -> ActorStamp:
        """Return what the ledger records of the actor: names as they are at this moment."""
        return ActorStamp(
            user_id=self.user.pk,
            name=self.user.full_name,
            agency_id=self.agency.pk,
            agency=self.agency.name,
            role=self.role.value,
            on_behalf_of=self.on_behalf_of,
        )
