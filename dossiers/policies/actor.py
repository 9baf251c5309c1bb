"""The person who acts, in the appointment in which they act."""

from __future__ import annotations

from dataclasses import dataclass

from dossiers.organisations.models import AdministrativeUnit, Agency, Appointment, Role, User
from storage.ledger import ActorStamp


@dataclass(frozen=True)
class Actor:
    """A user in one current appointment. Every act and every list is for an actor, never for a bare user."""

    user: User
    appointment: Appointment

    @property
    def role(self) -> Role:
        return Role(self.appointment.role)

    @property
    def agency(self) -> Agency:
        return self.appointment.agency

    @property
    def unit(self) -> AdministrativeUnit:
        return self.appointment.agency.unit

    def stamp(self) -> ActorStamp:
        """Return what the ledger records of the actor: names as they are at this moment."""
        return ActorStamp(
            user_id=self.user.pk,
            name=self.user.full_name,
            agency_id=self.agency.pk,
            agency=self.agency.name,
            role=self.role.value,
        )
