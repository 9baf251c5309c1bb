"""By which rule a body votes, and its latest vote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dossiers.acts.order import dated
from dossiers.dossier.models import Dossier
from dossiers.procedures import VoteRule, get_procedure

from .models import Vote, VotingBody

#: The gates whose parameters are the rule of a body's vote. The council's rule stands by itself in the procedure.
GATE_OF_BODY = {
    VotingBody.COMMUNE_MEETING: "commune_vote",
    VotingBody.DISTRICT_COMMITTEE: "district_vote",
}

#: How the day of each body's meeting is called.
MEETINGS = {
    VotingBody.COMMUNE_MEETING: gettext_lazy("ngày xã họp, bỏ phiếu"),
    VotingBody.DISTRICT_COMMITTEE: gettext_lazy("ngày Ban Chỉ đạo cấp huyện họp"),
    VotingBody.PROVINCIAL_COUNCIL: gettext_lazy("ngày Hội đồng họp"),
}


def rule_for(dossier: Dossier, body: VotingBody) -> VoteRule:
    """Return the rule that the dossier's procedure has for the body. Raises KeyError when it does not vote there."""
    procedure = get_procedure(dossier.procedure)
    return procedure.gate(GATE_OF_BODY[body]).vote() if body in GATE_OF_BODY else procedure.council


def latest_vote(dossier: Dossier, body: VotingBody) -> Vote | None:
    """Return the body's latest vote on the dossier with its minutes. One query."""
    return Vote.objects.filter(dossier=dossier, body=body).select_related("minutes__scan").first()


def _day_of_meeting(body: str) -> str:
    return str(MEETINGS[VotingBody(body)])


def _latest_meeting(*bodies: VotingBody) -> str:
    among = ", ".join(f"'{body}'" for body in bodies)
    return f"""
    SELECT met_on, body FROM votes_vote
    WHERE dossier_id = %(dossier)s AND body IN ({among}) ORDER BY met_on DESC LIMIT 1
    """


dated("commune_vote", _latest_meeting(VotingBody.COMMUNE_MEETING), words=_day_of_meeting)
dated("district_vote", _latest_meeting(VotingBody.DISTRICT_COMMITTEE), words=_day_of_meeting)
# What the province's appraisal comes after: the latest meeting of commune or district.
dated("earlier_vote", _latest_meeting(*GATE_OF_BODY), words=_day_of_meeting)
dated("council_vote", _latest_meeting(VotingBody.PROVINCIAL_COUNCIL), words=_day_of_meeting)
