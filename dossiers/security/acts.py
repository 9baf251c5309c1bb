"""The police confirms whether a commune meets the condition on security and order."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals
from dossiers.confirmations.acts import ConfirmingAct, head_named_by
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure

from .findings import GATE, is_security_check_awaited
from .models import SecurityFinding


@register
class ConfirmSecurity(ConfirmingAct):
    """The police finds, in writing, whether the commune meets the condition on security and order.

    Guarantees that the finding keeps what was asked: the wording of the law on the day of the paper, which is never
    before the first one.
    """

    name = "security.confirm"
    label = gettext_lazy("Xác nhận về an ninh, trật tự")
    is_signed = True
    authority = head_named_by(GATE)
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d; Quyết định 03/2024/QĐ-TTg; "
        "việc Công an tỉnh xác nhận là cách làm thực tế, chưa thấy quy định"
    )

    def __init__(self, *, is_met: bool, **base: Any) -> None:
        super().__init__(**base)
        self.is_met = is_met

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if is_security_check_awaited(dossier):
            return None
        return Waiting(_("Đã xác nhận về an ninh, trật tự, chờ các sở, ngành và Văn phòng Điều phối."))

    def day_refusals(self) -> list[Refusal]:
        return super().day_refusals() or date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=get_procedure(self.dossier.procedure).security_wordings[0].starts_on,
            why=_("ngày bắt đầu có điều kiện này"),
        )

    def remarks_wanted(self) -> str:
        return "" if self.is_met else _("Xin ghi xã chưa đạt điểm nào, để xã biết phải làm gì.")

    def change(self) -> None:
        super().change()
        wording = get_procedure(self.dossier.procedure).security_wording_on(self.dated_on)
        assert wording is not None, "no paper is from before the first wording"
        self.finding = SecurityFinding.objects.create(
            **self.kept(), is_met=self.is_met, wording=wording.text, citation=wording.citation
        )

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "is_met": self.is_met,
            "wording": self.finding.wording,
            "citation": self.finding.citation,
        }
