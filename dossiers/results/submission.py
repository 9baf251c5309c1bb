"""Submitting the dossier for recognition, with the evidence fixed from then on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis, register
from dossiers.acts.resubmission import Resubmission
from dossiers.consultation.papers import papers_of
from dossiers.organisations.models import Role
from dossiers.policies import DRAFTED_ALONE, AtCommune, HasNotDone, HasRole, InOwnRight
from storage.documents import fix

from .attaching import document_stamp
from .models import Evidence


@register
class SubmitDossier(Resubmission):
    """The chair submits the dossier to the district for recognition, through the gates of the procedure.

    A dossier that was returned is not put before the people again.
    """

    name = "dossier.submit"
    label = gettext_lazy("Trình hồ sơ đề nghị công nhận")
    is_signed = True
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "submit_dossier"
    # As with the Đề án: who stands in for the chair does not submit what they put together themselves.
    separation = InOwnRight() | HasNotDone(
        "result.report", "result.attach", unless_alone=Role.COMMUNE_CHAIR, exception=DRAFTED_ALONE
    )
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 và Chương II")

    def change(self) -> None:
        self.dossier.results.filter(is_reopened=True).update(is_reopened=False)
        self.dossier.returned_from = ""
        self.kept_until = fix_evidence(self.dossier.pk, at=self.at)
        self.papers = list(papers_of(self.dossier.pk))
        fix([paper.pk for paper in self.papers], at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "documents": submitted_documents(self.dossier.pk),
            "papers": [document_stamp(paper) for paper in self.papers],
            "kept_until": self.kept_until.date().isoformat(),
        }


def fix_evidence(dossier_id: int, *, at: datetime) -> datetime:
    """Fix the exact version of every current piece of evidence; return until when the store keeps it (UTC)."""
    evidence = Evidence.objects.current().filter(result__dossier_id=dossier_id)
    return fix(list(evidence.order_by().values_list("document_id", flat=True).distinct()), at=at)


def submitted_documents(dossier_id: int, *, department_id: int | None = None) -> list[dict[str, Any]]:
    """Return indicator code, hash and stored version of all current evidence, in a fixed order."""
    evidence = Evidence.objects.current().filter(result__dossier_id=dossier_id)
    if department_id is not None:
        evidence = evidence.filter(result__department_id=department_id)
    rows = evidence.order_by("result__position", "document__sha256").values_list(
        "result__indicator__code", "document__sha256", "document__version_id"
    )
    return [{"indicator": code, "sha256": sha256, "version": version} for code, sha256, version in rows]
