"""By which rule a body votes, and its latest vote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dossiers.acts.order import Dated, dated
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


def _met_on(dossier: Dossier, *bodies: VotingBody) -> Dated | None:
    """Return the day of the latest meeting of any of the bodies. One query."""
    vote = Vote.objects.filter(dossier=dossier, body__in=bodies).order_by("-met_on").first()
    return Dated(vote.met_on, str(MEETINGS[VotingBody(vote.body)])) if vote else None


@dated("commune_vote")
def commune_met_on(dossier: Dossier) -> Dated | None:
    """Return the day of the commune's last meeting."""
    return _met_on(dossier, VotingBody.COMMUNE_MEETING)


@dated("district_vote")
def district_met_on(dossier: Dossier) -> Dated | None:
    """Return the day of the last meeting of the district's committee."""
    return _met_on(dossier, VotingBody.DISTRICT_COMMITTEE)


@dated("earlier_vote")
def met_before_the_province_on(dossier: Dossier) -> Dated | None:
    """Return the day of the latest meeting, of commune or district, that the province's appraisal comes after."""
    return _met_on(dossier, *GATE_OF_BODY)


@dated("council_vote")
def council_met_on(dossier: Dossier) -> Dated | None:
    """Return the day of the last meeting of the council."""
    return _met_on(dossier, VotingBody.PROVINCIAL_COUNCIL)
