"""The acts of verification, intake, appraisal and consolidation, in the order of the procedure."""

from .consolidation import Consolidate, RequestCompletion
from .corrections import CorrectOpinion
from .district import ForwardDossier, ReturnDossier, VerifyDossier
from .intake import AcceptDossier, ReturnAtIntake, SubmitCompletion
from .opinions import RecordFindings, SignOpinion
from .supplements.answers import SendAnswer, WriteAnswers
from .supplements.requests import GoOnWithoutAnswer, RequestSupplement, WithdrawRequest

__all__ = [
    "AcceptDossier",
    "Consolidate",
    "CorrectOpinion",
    "ForwardDossier",
    "GoOnWithoutAnswer",
    "RecordFindings",
    "RequestCompletion",
    "RequestSupplement",
    "ReturnAtIntake",
    "ReturnDossier",
    "SendAnswer",
    "SignOpinion",
    "SubmitCompletion",
    "VerifyDossier",
    "WithdrawRequest",
    "WriteAnswers",
]
