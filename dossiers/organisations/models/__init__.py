"""Administrative units, agencies, people and their dated appointments."""

from .agencies import Agency, AgencyKind
from .appointments import ROLE_PLACES, Appointment, Role, RolePlace
from .people import User
from .units import AdministrativeUnit, Level, UnitKind, UnitSuccession

__all__ = [
    "ROLE_PLACES",
    "AdministrativeUnit",
    "Agency",
    "AgencyKind",
    "Appointment",
    "Level",
    "Role",
    "RolePlace",
    "UnitKind",
    "UnitSuccession",
    "User",
]
