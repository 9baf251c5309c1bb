"""What council and provincial chair read before they vote and decide."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.appraisal.models import Finding, Verdict
from dossiers.appraisal.summaries import departments_context
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.votes.models import VotingBody
from dossiers.votes.rules import latest_vote

from .conditions import conditions_of
from .models import ConditionsReport, Decision


def condition_reports(dossier: Dossier) -> list[ConditionsReport]:
    """Return the commune's reports on the council's conditions, newest first. One query."""
    reports = ConditionsReport.objects.filter(vote__dossier=dossier)
    return list(reports.select_related("document", "recorded_by", "answered_by"))


def _before_vote(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the rule of the vote, the consolidation and the departments' conclusions. Seven queries."""
    return {
        "rule": get_procedure(dossier.procedure).council,
        "consolidation": dossier.consolidations.select_related("consolidated_by").first(),
        **departments_context(actor, dossier),
    }


def _before_decision(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return besides these the council's last vote and what earlier rounds found unmet. Ten queries."""
    earlier = Finding.objects.filter(
        opinion__dossier=dossier, opinion__round__lt=dossier.appraisal_round, verdict=Verdict.NOT_MET
    )
    return {
        "vote": latest_vote(dossier, VotingBody.PROVINCIAL_COUNCIL),
        "conditions": conditions_of(dossier),
        "reports": condition_reports(dossier),
        "chosen_field": getattr(dossier, "chosen_field", None),
        "unmet_before": earlier.values("result").distinct().count(),
        **_before_vote(actor, dossier),
    }


def _conditions(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what the council wants completed, and the reports on it. Four queries."""
    return {"conditions": conditions_of(dossier), "reports": condition_reports(dossier)}


def _before_publication(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the decision that is made public, with its file and who signed it. One query."""
    decisions = Decision.objects.filter(dossier=dossier).select_related("document", "decided_by", "batch")
    return {"decision": decisions.first()}


BEFORE_PUBLICATION = Summary("recognition/summary_publication.html", _before_publication)
CONDITIONS = Summary("recognition/summary_conditions.html", _conditions)
BEFORE_VOTE = Summary("recognition/summary_vote.html", _before_vote)
BEFORE_DECISION = Summary("recognition/summary_decision.html", _before_decision)
