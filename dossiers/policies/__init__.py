"""Who may see and who may do: deny by default, and able to say why.

Authority is by role *and* level *and* assignment: nobody acts above, below or beside their own place.
"""

from .actor import Actor
from .conditions import (
    RECEIVING_CHAIR,
    RECEIVING_OFFICER,
    AtCommune,
    AtDistrict,
    AtProvince,
    ByReceivingLevel,
    Condition,
    Denial,
    HasRole,
)
from .separation import DRAFTED_ALONE, HasNotDone, InOwnRight

__all__ = [
    "DRAFTED_ALONE",
    "RECEIVING_CHAIR",
    "RECEIVING_OFFICER",
    "Actor",
    "AtCommune",
    "AtDistrict",
    "AtProvince",
    "ByReceivingLevel",
    "Condition",
    "Denial",
    "HasNotDone",
    "HasRole",
    "InOwnRight",
]
