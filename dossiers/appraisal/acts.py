"""The acts of verification, intake, appraisal and consolidation, in the order of the procedure."""

from .consolidation import Consolidate, RequestCompletion
from .district import ForwardDossier, ReturnDossier, VerifyDossier
from .intake import AcceptDossier, ReturnAtIntake, SubmitCompletion
from .opinions import RecordFindings, SignOpinion

__all__ = [
    "AcceptDossier",
    "Consolidate",
    "ForwardDossier",
    "RecordFindings",
    "RequestCompletion",
    "ReturnAtIntake",
    "ReturnDossier",
    "SignOpinion",
    "SubmitCompletion",
    "VerifyDossier",
]
