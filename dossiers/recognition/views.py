"""The papers of a dossier: returns, votes, decision, publication."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, with_dossier
from dossiers.procedures import get_procedure


@with_dossier
@require_safe
def papers(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was issued for this dossier, and the rules it was decided by with their sources."""
    return render(
        request,
        "recognition/papers.html",
        {
            "dossier": dossier,
            "active_tab": "papers",
            "procedure": get_procedure(dossier.procedure),
            "approval": getattr(dossier, "plan_approval", None),
            "votes": dossier.votes.select_related("recorded_by"),
            "decision": getattr(dossier, "decision", None),
            "publication": getattr(dossier, "publication", None),
            "notices": dossier.notices.select_related("by", "agency"),
            "pages": open_pages(request, dossier),
        },
    )
