"""What people do about titles after recognition: review them every year, and revoke them by the rule."""

from .appraising import DispatchProposal, ReportRevocation, ReturnProposal, SignRevocationOpinion
from .deciding import KeepTitle, PublishRevocation, RevokeTitle
from .hearing import (
    HearFront,
    OpenRevocation,
    ProposeRevocation,
    RepublishAssessment,
    SummariseHearing,
    WithdrawProposal,
)
from .opening import CancelReview, OpenReview
from .reviewing import (
    ConfirmReview,
    CorrectIndicator,
    ExamineReview,
    ReturnReview,
    SubmitReview,
)

__all__ = [
    "CancelReview",
    "ConfirmReview",
    "CorrectIndicator",
    "DispatchProposal",
    "ExamineReview",
    "HearFront",
    "KeepTitle",
    "OpenReview",
    "OpenRevocation",
    "ProposeRevocation",
    "PublishRevocation",
    "ReportRevocation",
    "RepublishAssessment",
    "ReturnProposal",
    "ReturnReview",
    "RevokeTitle",
    "SignRevocationOpinion",
    "SubmitReview",
    "SummariseHearing",
    "WithdrawProposal",
]
