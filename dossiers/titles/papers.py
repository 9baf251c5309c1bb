"""The files that a title or a case of revocation rests on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dossiers.consultation.papers import papers_of
from dossiers.dossier.models import Dossier
from storage.documents.models import Document

from .models import Revocation


def papers_of_case(dossier: Dossier) -> QuerySet[Document]:
    """Return every file of a case: of its hearing, the proposal and the decision."""
    case = Revocation.objects.filter(pk=dossier.pk)
    return Document.objects.filter(
        Q(pk__in=papers_of(dossier.pk).order_by().values("pk"))
        | Q(pk__in=case.filter(document__isnull=False).values("document"))
        | Q(pk__in=case.filter(decision_document__isnull=False).values("decision_document"))
    )
