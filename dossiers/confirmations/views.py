"""The pages of confirmations: what was found, by whom, on which paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from dossiers.dossier.models import Dossier
from dossiers.dossier.papers import open_document
from dossiers.dossier.views import open_pages
from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest
from storage.documents.models import Document

from .models import Confirmation


def show(
    request: ActorRequest,
    dossier: Dossier,
    template: str,
    read: Callable[[Actor, Dossier], dict[str, Any]],
    *,
    active_tab: str,
) -> HttpResponse:
    """Show what ``read`` returns. Raises Http404 where the procedure asks for no such confirmation."""
    pages = open_pages(request, dossier)
    try:
        shown = read(request.actor, dossier)
    except KeyError:
        raise Http404 from None
    context = {
        **shown,
        "dossier": dossier,
        "active_tab": active_tab,
        "pages": pages,
        "slugs": {page.slug for page in pages},
    }
    return render(request, template, context)


def open_paper_of(
    model: type[Confirmation], request: ActorRequest, dossier: Dossier, document_id: UUID, *, back: str
) -> HttpResponse:
    """Send the person on to a short-lived link of a finding's file; a closed file says why it is."""
    findings = model._default_manager.filter(dossier=dossier)
    papers = Document.objects.filter(pk__in=findings.values("document"))
    return open_document(request, papers, document_id, back=back)
