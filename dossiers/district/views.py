"""Pages of the district's review: everything that was recorded, and its files."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.dossier.models import Dossier
from dossiers.dossier.papers import open_document
from dossiers.dossier.views import open_pages
from dossiers.gates import standings
from dossiers.policies.access import ActorRequest, with_dossier
from dossiers.procedures import get_procedure

from .papers import papers_of
from .selectors import FORWARD, district_context


@with_dossier
@require_safe
def district(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What the district has done and what it still lacks before it may forward the dossier."""
    if not dossier.has_district_review:
        raise Http404
    pages = open_pages(request, dossier)
    return render(
        request,
        "district/district.html",
        {
            "dossier": dossier,
            "active_tab": "district",
            "pages": pages,
            "slugs": {page.slug for page in pages},
            "standings": standings(dossier, get_procedure(dossier.procedure).gates_at(FORWARD)),
            **district_context(dossier),
        },
    )


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of the file; a closed file says why it is."""
    back = reverse("district:district", args=[dossier.pk])
    return open_document(request, papers_of(dossier.pk), document_id, back=back)
