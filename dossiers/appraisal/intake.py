"""The province receives the dossier and dispatches it to the responsible departments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.acts.reasons import WithReasons
from dossiers.acts.resubmission import Resubmission
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, AtProvince, HasRole
from dossiers.results.acts import fix_evidence, submitted_documents

from .district import DecisionOnVerification, GoingOn, close_verification
from .models import Opinion
from .reopening import reopen_indicators
from .rounds import nobody_would_sign_anew, open_round

OFFICE = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Điều 3: Sở NN&PTNT tiếp nhận hồ sơ và chủ trì, phối hợp thẩm định"
)


class DispatchingAct(DossierAct):
    """An act that opens a round of appraisal. ``opinions`` are those that departments must now sign."""

    opinions: list[Opinion]

    @property
    def branches(self) -> list[int]:
        """The departments that now work side by side."""
        return [opinion.department_id for opinion in self.opinions]

    def change(self) -> None:
        self.opinions = open_round(self.dossier, at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "round": self.dossier.appraisal_round,
            "departments": sorted(opinion.department_id for opinion in self.opinions),
            "documents": submitted_documents(self.dossier.pk),
        }


@register
class AcceptDossier(GoingOn, DispatchingAct):
    """The coordination office accepts the dossier and sends it to every responsible department at once.

    Where there is no district it decides on its own verification.
    """

    name = "dossier.accept"
    label = gettext_lazy("Tiếp nhận và chuyển các sở, ngành")
    authority = OFFICE
    transition = "dispatch"
    basis = BASIS

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if not dossier.results.filter(department__isnull=True).exists():
            return []
        return [Refusal("unassigned", _("Còn chỉ tiêu chưa được giao cho sở, ngành nào thẩm định."))]

    def change(self) -> None:
        super().change()
        close_verification(self.dossier)


@register
class ReturnAtIntake(WithReasons, DecisionOnVerification):
    """The coordination office returns an incomplete dossier with written guidance, given once and in full."""

    name = "dossier.return_at_intake"
    label = gettext_lazy("Trả lại, hướng dẫn bổ sung")
    authority = OFFICE
    transition = "return_from_intake"
    basis = BASIS
    asks_for_reasons = gettext_lazy("Xin hướng dẫn đầy đủ, một lần, những gì phải bổ sung.")

    def change(self) -> None:
        close_verification(self.dossier)
        reopen_indicators(self, self.reasons, from_state=State.PROVINCIAL_INTAKE, is_against=self.is_against)


@register
class SubmitCompletion(Resubmission, DispatchingAct):
    """The chair submits what appraisal or council asked for; only departments whose inputs changed sign anew."""

    name = "dossier.submit_completion"
    label = gettext_lazy("Trình lại phần bổ sung")
    is_signed = True
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "resume_appraisal"
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg; hồ sơ được hoàn thiện theo ý kiến thẩm định")

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if not nobody_would_sign_anew(dossier):
            return []
        message = _(
            "Chưa có số liệu hay minh chứng nào thay đổi so với lần thẩm định trước; xin bổ sung rồi trình."
        )
        return [Refusal("unchanged", message)]

    def change(self) -> None:
        super().change()
        self.dossier.results.filter(is_reopened=True).update(is_reopened=False)
        self.dossier.returned_from = ""
        self.kept_until = fix_evidence(self.dossier.pk, at=self.at)

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "kept_until": self.kept_until.date().isoformat()}
