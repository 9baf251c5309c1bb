"""Reading a consultation: what was published, sent over the air, written, summed up and voted."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.votes.models import Vote, VotingBody

from .models import Broadcast, Consultation, OpinionSummary, WrittenOpinion
from .window import Window


def consultation_context(dossier: Dossier) -> dict[str, Any]:
    """Return everything recorded, newest first but broadcasts, and which broadcasts count. Five queries."""
    procedure = get_procedure(dossier.procedure)
    mine = {"dossier": dossier}
    publications = list(Consultation.objects.filter(**mine).select_related("report", "recorded_by"))
    days = procedure.gate("consultation_days").parameters["days"]
    window = Window(publications[0].first_day, days) if publications else None
    broadcasts = Broadcast.objects.filter(removed_at__isnull=True, **mine).select_related("document")
    listed = [(one, window is not None and window.holds(one.at)) for one in broadcasts]
    return {
        "window": window,
        "publications": publications,
        "broadcasts": listed,
        "broadcasts_counted": sum(counts for _one, counts in listed),
        "broadcasts_least": procedure.gate("consultation_broadcasts").parameters["broadcasts"],
        "opinions": list(WrittenOpinion.objects.filter(**mine).select_related("document", "recorded_by")),
        "summaries": list(OpinionSummary.objects.filter(**mine).select_related("document", "recorded_by")),
        "votes": list(
            Vote.objects.filter(body=VotingBody.COMMUNE_MEETING, **mine).select_related(
                "minutes", "recorded_by"
            )
        ),
        "vote_rule": procedure.gate("commune_vote").vote(),
    }


def _summary(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    return consultation_context(dossier)


CONSULTATION = Summary("consultation/summary.html", _summary)
