"""The files that the district's review rests on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from storage.documents.models import Document

from .models import (
    DistrictOpinion,
    DistrictPublication,
    DistrictSummary,
    IntakeReply,
    SatisfactionSurvey,
)


def papers_of(dossier_id: int) -> QuerySet[Document]:
    """Return every file of the district's review of the dossier, by name. Minutes of votes are not among them."""
    mine = {"dossier_id": dossier_id}
    return Document.objects.filter(
        Q(pk__in=IntakeReply.objects.filter(**mine).values("document"))
        | Q(pk__in=DistrictPublication.objects.filter(**mine).values("report"))
        | Q(pk__in=DistrictOpinion.objects.filter(**mine).values("document"))
        | Q(pk__in=DistrictSummary.objects.filter(**mine).values("document"))
        | Q(pk__in=SatisfactionSurvey.objects.filter(**mine).values("document"))
    ).order_by("name", "pk")
