"""Pages of the consultation: everything that was recorded, and its files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.acts import ActRefused
from dossiers.dossier.models import Dossier
from dossiers.dossier.papers import open_document
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier

from .acts import RemoveBroadcast
from .models import Broadcast
from .papers import papers_of
from .selectors import consultation_context


@with_dossier
@require_safe
def consultation(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was published, sent over the air, written, summed up and voted; and what the reader can record."""
    pages = open_pages(request, dossier)
    return render(
        request,
        "consultation/consultation.html",
        {
            "dossier": dossier,
            "active_tab": "consultation",
            "pages": pages,
            "slugs": {page.slug for page in pages},
            "may_remove": RemoveBroadcast.is_open_to(request.actor, dossier),
            **consultation_context(dossier),
        },
    )


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of the file; a closed file says why it is."""
    back = reverse("consultation:consultation", args=[dossier.pk])
    return open_document(request, papers_of(dossier.pk), document_id, back=back)


@with_dossier
@require_POST
def remove_broadcast(request: ActorRequest, dossier: Dossier, broadcast_id: int) -> HttpResponse:
    """Take a broadcast that was recorded by mistake off the list."""
    require_authority(RemoveBroadcast, request, dossier)
    broadcast = get_object_or_404(Broadcast, pk=broadcast_id, dossier=dossier)
    try:
        RemoveBroadcast(actor=request.actor, dossier=dossier, broadcast=broadcast).perform()
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã bỏ lần phát thanh ghi nhầm."))
    return redirect("consultation:consultation", pk=dossier.pk)
