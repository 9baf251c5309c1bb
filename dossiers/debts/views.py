"""The page of a dossier's construction debt, and the files of the findings."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.confirmations.views import open_paper_of, show
from dossiers.dossier.models import Dossier
from dossiers.policies.access import ActorRequest, with_dossier

from .models import DebtConfirmation
from .selectors import debt_context


@with_dossier
@require_safe
def debt(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was accepted and paid of each work, and what the department found of it."""
    return show(request, dossier, "debts/debt.html", debt_context, active_tab="works")


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of the file; a closed file says why it is."""
    back = reverse("debts:debt", args=[dossier.pk])
    return open_paper_of(DebtConfirmation, request, dossier, document_id, back=back)
