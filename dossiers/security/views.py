"""The page of the condition on security and order, and the files of the findings."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.confirmations.views import open_paper_of, show
from dossiers.dossier.models import Dossier
from dossiers.policies.access import ActorRequest, with_dossier

from .models import SecurityFinding
from .selectors import security_context


@with_dossier
@require_safe
def security(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What is asked, by which wording from which day, and what the police found."""
    return show(request, dossier, "security/security.html", security_context, active_tab="appraisal")


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of the file; a closed file says why it is."""
    back = reverse("security:security", args=[dossier.pk])
    return open_paper_of(SecurityFinding, request, dossier, document_id, back=back)
