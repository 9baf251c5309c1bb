"""Who may see and who may do: deny by default, and able to say why.

Authority is by role *and* level *and* assignment: nobody acts above, below or beside their own place.
"""

from .actor import Actor
from .conditions import AtCommune, AtDistrict, AtProvince, Condition, Denial, HasRole
from .separation import DRAFTED_ALONE, HasNotDone, InOwnRight

__all__ = [
    "DRAFTED_ALONE",
    "Actor",
    "AtCommune",
    "AtDistrict",
    "AtProvince",
    "Condition",
    "Denial",
    "HasNotDone",
    "HasRole",
    "InOwnRight",
]
