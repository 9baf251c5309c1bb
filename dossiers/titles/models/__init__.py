"""Titles that communes hold, their yearly reviews, and cases of revocation."""

from .reviews import AssessedCriterion, Correction, Review, ReviewKind
from .revocations import Revocation, RevocationOpinion
from .titles import Origin, Title, TitleStatus

__all__ = [
    "AssessedCriterion",
    "Correction",
    "Origin",
    "Review",
    "ReviewKind",
    "Revocation",
    "RevocationOpinion",
    "Title",
    "TitleStatus",
]
