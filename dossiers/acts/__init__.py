"""Acts: one class per thing a person can do, and the only writers of dossiers."""

from .base import DossierAct, LegalBasis, Waiting, busy_when_locked, follow_acts, foresee_refusals
from .errors import ActRefused, Busy, NotPermitted, Refusal, StaleForm
from .registry import all_acts, get_act, open_acts, register

__all__ = [
    "ActRefused",
    "Busy",
    "DossierAct",
    "LegalBasis",
    "NotPermitted",
    "Refusal",
    "StaleForm",
    "Waiting",
    "all_acts",
    "busy_when_locked",
    "follow_acts",
    "foresee_refusals",
    "get_act",
    "open_acts",
    "register",
]
