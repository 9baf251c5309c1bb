"""The page of a dossier's construction debt, and the files of the findings."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.dossier.models import Dossier
from dossiers.dossier.papers import open_document
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, with_dossier
from storage.documents.models import Document

from .models import DebtConfirmation
from .selectors import debt_context


@with_dossier
@require_safe
def debt(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was accepted and paid of each work, and what the department found of it."""
    pages = open_pages(request, dossier)
    try:
        shown = debt_context(request.actor, dossier)
    except KeyError:
        raise Http404 from None
    context = {
        **shown,
        "dossier": dossier,
        "active_tab": "works",
        "pages": pages,
        "slugs": {page.slug for page in pages},
    }
    return render(request, "debts/debt.html", context)


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of the file; a closed file says why it is."""
    findings = DebtConfirmation.objects.filter(dossier=dossier)
    papers = Document.objects.filter(pk__in=findings.values("document"))
    return open_document(request, papers, document_id, back=reverse("debts:debt", args=[dossier.pk]))
