"""Where the district's review of a dossier stands. A review begins with every submission."""

from __future__ import annotations

from dossiers.appraisal.models import Verification
from dossiers.consultation.window import Window
from dossiers.dossier.models import BEFORE_APPRAISAL, Dossier, State
from dossiers.procedures import get_procedure
from dossiers.votes.models import Vote, VotingBody

from .models import DistrictPublication, DivisionReview, IntakeReply

_NOT_YET = (State.DRAFTING, State.PLAN_SUBMITTED, State.IMPLEMENTING, State.CONSULTING)


def is_before(dossier: Dossier) -> bool:
    """Say whether the dossier has not been submitted to the district yet."""
    return dossier.state in _NOT_YET


def is_past(dossier: Dossier) -> bool:
    """Say whether the district has forwarded the dossier and does not get it back."""
    if dossier.state == State.RETURNED:
        return dossier.returned_from not in BEFORE_APPRAISAL
    return dossier.state != State.DISTRICT_REVIEW and not is_before(dossier)


def reply_of_review(dossier: Dossier) -> IntakeReply | None:
    """Return the district's answer to the latest submission. One query."""
    replies = IntakeReply.objects.filter(dossier=dossier)
    if dossier.state == State.DISTRICT_REVIEW:
        # Nothing that happens within a review changes the state, so that it began with the submission.
        replies = replies.filter(recorded_at__gte=dossier.state_since)
    return replies.first()


def verification_of_review(dossier: Dossier) -> Verification | None:
    """Return the verification that the district's chair decides on, or None. One query."""
    return Verification.objects.filter(dossier=dossier, is_current=True).first()


def unsigned_divisions(dossier: Dossier) -> list[str]:
    """Return the names of the divisions that have not signed in this review. One query."""
    waiting = DivisionReview.objects.filter(dossier=dossier, is_current=True, signed_at__isnull=True)
    return list(waiting.order_by("division__name").values_list("division__short_name", flat=True))


def has_voted_for(dossier: Dossier) -> bool:
    """Say whether the district's committee voted in this review for asking the province. One query."""
    return Vote.objects.filter(
        dossier=dossier,
        body=VotingBody.DISTRICT_COMMITTEE,
        recorded_at__gte=dossier.state_since,
        passed=True,
    ).exists()


def district_window_of(dossier: Dossier) -> Window | None:
    """Return the days of the latest publication in the district; None without one or a rule for it. One query."""
    publication = DistrictPublication.objects.filter(dossier=dossier).only("first_day").first()
    procedure = get_procedure(dossier.procedure)
    if publication is None or not procedure.has_gate("district_publication"):
        return None
    return Window(publication.first_day, procedure.gate("district_publication").parameters["days"])
