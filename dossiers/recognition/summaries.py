"""What council and provincial chair read before they vote and decide."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.appraisal.models import Finding, Verdict
from dossiers.appraisal.summaries import departments_context
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure


def _before_vote(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the rule of the vote, the consolidation and the departments' conclusions. Six queries."""
    return {
        "rule": get_procedure(dossier.procedure).council,
        "consolidation": dossier.consolidations.select_related("consolidated_by").first(),
        **departments_context(actor, dossier),
    }


def _before_decision(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return besides these the council's last vote and what earlier rounds found unmet. Eight queries."""
    earlier = Finding.objects.filter(
        opinion__dossier=dossier, opinion__round__lt=dossier.appraisal_round, verdict=Verdict.NOT_MET
    )
    return {
        "vote": dossier.votes.select_related("recorded_by").first(),
        "unmet_before": earlier.values("result").distinct().count(),
        **_before_vote(actor, dossier),
    }


BEFORE_VOTE = Summary("recognition/summary_vote.html", _before_vote)
BEFORE_DECISION = Summary("recognition/summary_decision.html", _before_decision)
