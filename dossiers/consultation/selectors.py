"""Reading a consultation: what was published, sent over the air, written, summed up and voted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from dossiers.acts.pages import Summary
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.votes.models import Vote, VotingBody

from .models import Broadcast, Consultation, OpinionSummary, Organisation, WrittenOpinion
from .window import Window


class Written(Protocol):
    """An opinion of an organisation, of commune or district."""

    organisation: Any


WrittenAs = TypeVar("WrittenAs", bound=Written)


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


def with_standing(opinions: Iterable[WrittenAs]) -> list[tuple[WrittenAs, bool]]:
    """Return opinions, which are given newest first, each with whether it counts: the last of its organisation."""
    found: list[tuple[WrittenAs, bool]] = []
    seen: set[str] = set()
    for one in opinions:
        found.append((one, one.organisation not in seen))
        seen.add(one.organisation)
    return found


def _before_front(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    context = consultation_context(dossier)
    front = [one for one in context["opinions"] if one.organisation == Organisation.FATHERLAND_FRONT]
    return {**context, "earlier": with_standing(front)}


def _before_organisation(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    context = consultation_context(dossier)
    others = [one for one in context["opinions"] if one.organisation != Organisation.FATHERLAND_FRONT]
    return {**context, "earlier": with_standing(others)}


#: What the Front, and the commune for the other organisations, reads before it writes again.
BEFORE_FRONT = Summary("consultation/summary_opinion.html", _before_front)
BEFORE_ORGANISATION = Summary("consultation/summary_opinion.html", _before_organisation)
CONSULTATION = Summary("consultation/summary.html", _summary)
