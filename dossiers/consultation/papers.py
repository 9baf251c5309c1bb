"""The files that a submission rests on besides its evidence."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dossiers.eligibility.models import PriorTitle
from dossiers.votes.models import Vote, VotingBody
from storage.documents.models import Document

from .models import Broadcast, Consultation, OpinionSummary, WrittenOpinion


def papers_of(dossier_id: int) -> QuerySet[Document]:
    """Return every file of the dossier's consultation and of the title before, by name.

    Those of broadcasts taken off the list are left out.
    """
    mine = {"dossier_id": dossier_id}
    broadcasts = Broadcast.objects.filter(removed_at__isnull=True, document__isnull=False, **mine)
    return Document.objects.filter(
        Q(pk__in=Consultation.objects.filter(**mine).values("report"))
        | Q(pk__in=broadcasts.values("document"))
        | Q(pk__in=WrittenOpinion.objects.filter(**mine).values("document"))
        | Q(pk__in=OpinionSummary.objects.filter(**mine).values("document"))
        | Q(pk__in=PriorTitle.objects.filter(**mine).values("document"))
        | Q(pk__in=Vote.objects.filter(body=VotingBody.COMMUNE_MEETING, **mine).values("minutes"))
    ).order_by("name", "pk")
