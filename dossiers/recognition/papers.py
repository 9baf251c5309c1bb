"""The files that decisions and votes on a dossier rest on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dossiers.appraisal.models import Forwarding
from dossiers.plans.models import PlanApproval
from dossiers.votes.models import Vote
from storage.documents.models import Document

from .models import ConditionsReport, Decision


def papers_of(dossier_id: int) -> QuerySet[Document]:
    """Return the decisions on the Đề án and on recognition, the district's submissions, the minutes of every vote, and
    what was reported on the council's conditions."""
    return Document.objects.filter(
        Q(pk__in=PlanApproval.objects.filter(dossier_id=dossier_id).values("document"))
        | Q(pk__in=Forwarding.objects.filter(dossier_id=dossier_id).values("document"))
        | Q(pk__in=Decision.objects.filter(dossier_id=dossier_id).values("document"))
        | Q(pk__in=Vote.objects.filter(dossier_id=dossier_id).values("minutes"))
        | Q(pk__in=ConditionsReport.objects.filter(vote__dossier_id=dossier_id).values("document"))
    )
