"""The files that votes on a dossier rest on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dossiers.votes.models import Vote
from storage.documents.models import Document

from .models import ConditionsReport


def papers_of(dossier_id: int) -> QuerySet[Document]:
    """Return the minutes of every vote on the dossier, and the reports on what the council wanted completed."""
    return Document.objects.filter(
        Q(pk__in=Vote.objects.filter(dossier_id=dossier_id).values("minutes"))
        | Q(pk__in=ConditionsReport.objects.filter(vote__dossier_id=dossier_id).values("document"))
    )
