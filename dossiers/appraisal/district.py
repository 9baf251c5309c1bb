"""The district verifies (thẩm tra) the dossier, then forwards it or returns it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import AtDistrict, HasRole
from dossiers.results.acts import submitted_documents

from .models import Verification
from .reopening import reopen_indicators

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Chương II: UBND cấp huyện thẩm tra (điều, khoản chưa đối chiếu)"
)


@register
class VerifyDossier(DossierAct):
    """A district officer records the verification report; the district's chair decides on it."""

    name = "dossier.verify"
    label = gettext_lazy("Ghi kết quả thẩm tra")
    authority = HasRole(Role.DISTRICT_OFFICER) & AtDistrict()
    states = frozenset({State.DISTRICT_REVIEW})
    basis = BASIS

    def __init__(self, *, recommends_forwarding: bool, summary: str, **base: Any) -> None:
        super().__init__(**base)
        self.recommends_forwarding, self.summary = recommends_forwarding, summary.strip()

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.summary:
            found.append(Refusal("summary", _("Xin ghi nội dung thẩm tra."), field="summary"))
        if Verification.objects.filter(dossier=self.dossier, is_current=True).exists():
            found.append(
                Refusal("verified", _("Hồ sơ đã được thẩm tra, đang chờ lãnh đạo huyện quyết định."))
            )
        return found

    def change(self) -> None:
        Verification.objects.create(
            dossier=self.dossier,
            recommends_forwarding=self.recommends_forwarding,
            summary=self.summary,
            verified_at=self.at,
            verified_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "recommends_forwarding": self.recommends_forwarding,
            "summary": self.summary,
            "documents": submitted_documents(self.dossier.pk),
        }


class VerifiedDossierAct(DossierAct):
    """What the district's chair decides; not before the verification is recorded."""

    authority = HasRole(Role.DISTRICT_CHAIR) & AtDistrict()
    basis = BASIS

    def refusals(self) -> list[Refusal]:
        if Verification.objects.filter(dossier=self.dossier, is_current=True).exists():
            return []
        return [Refusal("not_verified", _("Phòng chuyên môn chưa ghi kết quả thẩm tra."))]

    def change(self) -> None:
        Verification.objects.filter(dossier=self.dossier, is_current=True).update(is_current=False)


@register
class ForwardDossier(VerifiedDossierAct):
    """The district's chair forwards the dossier to the province."""

    name = "dossier.forward"
    label = gettext_lazy("Trình hồ sơ lên tỉnh")
    transition = "forward"

    def __init__(self, *, number: str, **base: Any) -> None:
        super().__init__(**base)
        self.number = number.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu Tờ trình của huyện."), field="number"))
        return found

    def payload(self) -> dict[str, Any]:
        return {"number": self.number}


@register
class ReturnDossier(VerifiedDossierAct):
    """The district's chair returns the dossier to the commune with reasons; every indicator is open again."""

    name = "dossier.return"
    label = gettext_lazy("Trả hồ sơ về xã")
    transition = "return_from_district"

    def __init__(self, *, reasons: str, **base: Any) -> None:
        super().__init__(**base)
        self.reasons = reasons.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.reasons:
            found.append(
                Refusal("reasons", _("Xin nêu rõ lý do trả lại để xã biết phải sửa gì."), field="reasons")
            )
        return found

    def change(self) -> None:
        super().change()
        reopen_indicators(self, self.reasons, from_state=State.DISTRICT_REVIEW)

    def payload(self) -> dict[str, Any]:
        return {"reasons": self.reasons}
