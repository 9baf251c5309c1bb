"""By which rule a body votes, and its latest vote."""

from __future__ import annotations

from dossiers.dossier.models import Dossier
from dossiers.procedures import VoteRule, get_procedure

from .models import Vote, VotingBody

#: The gates whose parameters are the rule of a body's vote. The council's rule stands by itself in the procedure.
GATE_OF_BODY = {
    VotingBody.COMMUNE_MEETING: "commune_vote",
    VotingBody.DISTRICT_COMMITTEE: "district_vote",
}


def rule_for(dossier: Dossier, body: VotingBody) -> VoteRule:
    """Return the rule that the dossier's procedure has for the body. Raises KeyError when it does not vote there."""
    procedure = get_procedure(dossier.procedure)
    return procedure.gate(GATE_OF_BODY[body]).vote() if body in GATE_OF_BODY else procedure.council


def latest_vote(dossier: Dossier, body: VotingBody) -> Vote | None:
    """Return the body's latest vote on the dossier with its minutes. One query."""
    return Vote.objects.filter(dossier=dossier, body=body).select_related("minutes__scan").first()
