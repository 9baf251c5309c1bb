"""The papers of a dossier: returns, supplements, the submission to the province, votes, decision, publication."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.appraisal.supplements.selectors import has_sealed_requests, request_lines
from dossiers.dossier.models import Dossier
from dossiers.dossier.papers import open_document
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, with_dossier
from dossiers.procedures import get_procedure

from .conditions import conditions_of
from .papers import papers_of
from .summaries import condition_reports


@with_dossier
@require_safe
def papers(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was issued for this dossier, and the rules it was decided by with their sources."""
    supplements = request_lines(request.actor, dossier)
    return render(
        request,
        "recognition/papers.html",
        {
            "dossier": dossier,
            "active_tab": "papers",
            "procedure": get_procedure(dossier.procedure),
            "prior_title": dossier.prior_titles.filter(is_current=True).select_related("document").first(),
            "chosen_field": getattr(dossier, "chosen_field", None),
            "approval": getattr(dossier, "plan_approval", None),
            "forwardings": dossier.forwardings.select_related("forwarded_by", "document"),
            "votes": dossier.votes.select_related("recorded_by", "minutes").prefetch_related("conditions"),
            "conditions": conditions_of(dossier),
            "reports": condition_reports(dossier),
            "decision": getattr(dossier, "decision", None),
            "publication": getattr(dossier, "publication", None),
            "notices": dossier.notices.select_related("by", "agency"),
            "supplements": supplements,
            "has_sealed": has_sealed_requests(dossier, supplements),
            "pages": open_pages(request, dossier),
        },
    )


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of a paper of this page; a closed file says why it is."""
    back = reverse("recognition:papers", args=[dossier.pk])
    return open_document(request, papers_of(dossier.pk), document_id, back=back)
