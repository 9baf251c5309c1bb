"""The coordination office consolidates what the departments signed. It cannot change an opinion."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtProvince, HasRole

from .models import Consolidation, Finding, Opinion, Verdict
from .reopening import reopen_indicators

OFFICE = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
BASIS = LegalBasis("Kế hoạch 1465/KH-UBND, mục V.1: Văn phòng Điều phối tổng hợp, báo cáo", True)


class ConsolidatingAct(DossierAct):
    """An act on a fully signed round of appraisal."""

    authority = OFFICE
    basis = BASIS

    def __init__(self, *, summary: str, **base: Any) -> None:
        super().__init__(**base)
        self.summary = summary.strip()

    @classmethod
    def found_unmet(cls, dossier: Dossier) -> bool:
        """Say whether a department found something not met in the current round."""
        return Finding.objects.filter(
            opinion__dossier=dossier, opinion__round=dossier.appraisal_round, verdict=Verdict.NOT_MET
        ).exists()

    def refusals(self) -> list[Refusal]:
        if self.summary:
            return []
        return [Refusal("summary", _("Xin ghi nội dung báo cáo tổng hợp."), field="summary")]

    @classmethod
    def unmet(cls, dossier: Dossier) -> list[Finding]:
        """Return the findings «chưa đạt» of the current round, in order of indicator."""
        found = Finding.objects.filter(
            opinion__dossier=dossier, opinion__round=dossier.appraisal_round, verdict=Verdict.NOT_MET
        )
        return list(found.select_related("result__indicator").order_by("result__position"))

    def change(self) -> None:
        Consolidation.objects.create(
            dossier=self.dossier,
            round=self.dossier.appraisal_round,
            summary=self.summary,
            consolidated_at=self.at,
            consolidated_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        opinions = Opinion.objects.of_round(self.dossier, self.dossier.appraisal_round)
        return {
            "round": self.dossier.appraisal_round,
            "summary": self.summary,
            "opinions": [
                {"department": name, "number": number, "inputs_sha256": inputs}
                for name, number, inputs in opinions.values_list(
                    "department__name", "number", "inputs_sha256"
                )
            ],
        }


@register
class Consolidate(ConsolidatingAct):
    """All departments found their indicators met or not applicable: report to the council."""

    name = "dossier.consolidate"
    label = gettext_lazy("Tổng hợp, trình Hội đồng")
    is_signed = True
    transition = "submit_to_council"

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: nothing was found unmet."""
        return super().is_open_to(actor, dossier) and not cls.found_unmet(dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        found = []
        for finding in cls.unmet(dossier):
            code = finding.result.indicator.code
            message = _("Chỉ tiêu %(code)s được kết luận chưa đạt: %(reason)s") % {
                "code": code,
                "reason": finding.reason,
            }
            found.append(
                Refusal(
                    "not_met",
                    message,
                    rule="Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1: đáp ứng 100% tiêu chí",
                )
            )
        return found


@register
class RequestCompletion(ConsolidatingAct):
    """Some indicators are not met: send them, and only them, back to the commune."""

    name = "dossier.request_completion"
    label = gettext_lazy("Yêu cầu xã bổ sung")
    transition = "return_for_completion"

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: something was found unmet."""
        return super().is_open_to(actor, dossier) and cls.found_unmet(dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if cls.found_unmet(dossier):
            return []
        return [Refusal("all_met", _("Không có chỉ tiêu nào chưa đạt; xin tổng hợp trình Hội đồng."))]

    def change(self) -> None:
        super().change()
        only = {finding.result_id for finding in self.unmet(self.dossier)}
        reopen_indicators(self, self.summary, from_state=State.CONSOLIDATING, only=only)
