"""Reading the district's review: the answer, the publication, what was written, the survey, the vote."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.consultation.selectors import with_standing
from dossiers.dossier.models import Dossier
from dossiers.gates import standings
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.votes.models import Vote, VotingBody
from dossiers.votes.rules import rule_for

from .models import (
    DistrictOpinion,
    DistrictOrganisation,
    DistrictPublication,
    DistrictSummary,
    DivisionReview,
    IntakeReply,
    SatisfactionSurvey,
)
from .review import district_window_of
from .shares import Levels
from .survey import survey_rule

FORWARD = "dossier.forward"


def district_context(dossier: Dossier) -> dict[str, Any]:
    """Return everything recorded, newest first. Fourteen queries."""
    mine = {"dossier": dossier}
    reviews = list(
        DivisionReview.objects.filter(**mine)
        .select_related("division", "signed_by")
        .prefetch_related("findings__result__indicator")
    )
    current = [one for one in reviews if one.is_current] or reviews
    return {
        "reviews": reviews,
        "divisions_asked": len(current),
        "divisions_signed": sum(one.signed_at is not None for one in current),
        "replies": list(
            IntakeReply.objects.filter(**mine)
            .select_related("document", "recorded_by")
            .prefetch_related("items__result__indicator")
        ),
        "verifications": list(dossier.verifications.select_related("verified_by")),
        "publications": list(
            DistrictPublication.objects.filter(**mine).select_related("report", "recorded_by")
        ),
        "window": district_window_of(dossier),
        "opinions": list(DistrictOpinion.objects.filter(**mine).select_related("document", "recorded_by")),
        "summaries": list(DistrictSummary.objects.filter(**mine).select_related("document", "recorded_by")),
        "surveys": list(
            SatisfactionSurvey.objects.filter(**mine)
            .select_related("document", "recorded_by")
            .prefetch_related("answers")
        ),
        "votes": list(
            Vote.objects.filter(body=VotingBody.DISTRICT_COMMITTEE, **mine).select_related(
                "minutes", "recorded_by"
            )
        ),
        **_rules(dossier),
    }


def _rules(dossier: Dossier) -> dict[str, Any]:
    """Return the rules of the vote and the survey; none for a dossier that was moved to where no district is."""
    if not get_procedure(dossier.procedure).has_gate("district_vote"):
        return {}
    return {
        "vote_rule": rule_for(dossier, VotingBody.DISTRICT_COMMITTEE),
        "survey_rule": survey_rule(dossier),
    }


def _conditions(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    return {"standings": standings(dossier, get_procedure(dossier.procedure).gates_at(FORWARD))}


def _vote_conditions(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    return {
        "standings": standings(dossier, get_procedure(dossier.procedure).gates_at("district.vote")),
        "vote_rule": rule_for(dossier, VotingBody.DISTRICT_COMMITTEE),
    }


def _survey_levels(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    rule = survey_rule(dossier)
    return {"rule": rule, "levels": Levels.of(rule)}


def _earlier(dossier: Dossier, *, of_front: bool) -> dict[str, Any]:
    opinions = DistrictOpinion.objects.filter(dossier=dossier).select_related("document", "recorded_by")
    front = DistrictOrganisation.FATHERLAND_FRONT
    return {"earlier": with_standing(one for one in opinions if (one.organisation == front) is of_front)}


def _before_front(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    return _earlier(dossier, of_front=True)


def _before_organisation(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    return _earlier(dossier, of_front=False)


#: What the Front, and the district for the other organisations, reads before it writes again.
BEFORE_FRONT = Summary("district/summary_opinion.html", _before_front)
BEFORE_ORGANISATION = Summary("district/summary_opinion.html", _before_organisation)
#: What the Front reads before it records its survey.
SURVEY_LEVELS = Summary("district/summary_survey.html", _survey_levels)
#: What the chair and the committee read: how the dossier stands before each of the district's gates.
CONDITIONS = Summary("district/summary_conditions.html", _conditions)
VOTE_CONDITIONS = Summary("district/summary_conditions.html", _vote_conditions)
