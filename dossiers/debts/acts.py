"""The department for planning and investment confirms that a commune has no construction debt."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis, Refusal, Waiting, register
from dossiers.confirmations.acts import ConfirmingAct, head_named_by
from dossiers.criteria.numbers import format_dong
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor

from .figures import GATE, debt_figures, debt_rule, is_debt_check_awaited
from .models import DebtConfirmation


@register
class ConfirmDebt(ConfirmingAct):
    """The department finds, in writing, that all that was accepted was paid, or that it was not.

    Guarantees that «no debt» is only said of figures whose difference is zero. The latest finding counts, as long as
    the works' figures stay as they were.
    """

    name = "debt.confirm"
    label = gettext_lazy("Xác nhận nợ đọng xây dựng cơ bản")
    is_signed = True
    authority = head_named_by(GATE)
    basis = LegalBasis(
        "Kế hoạch 1465/KH-UBND, mục V.2: Sở Kế hoạch và Đầu tư thẩm định nợ đọng xây dựng cơ bản", True
    )

    def __init__(self, *, is_clear: bool, **base: Any) -> None:
        super().__init__(**base)
        self.is_clear = is_clear

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if is_debt_check_awaited(dossier):
            return None
        return Waiting(_("Đã xác nhận nợ đọng, chờ các sở, ngành và Văn phòng Điều phối."))

    def remarks_wanted(self) -> str:
        return "" if self.is_clear else _("Xin ghi công trình nào còn nợ, bao nhiêu, để xã biết phải làm gì.")

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        figures = debt_figures(self.dossier)
        if self.is_clear and figures.debt:
            message = _("Theo số liệu của xã còn nợ %(debt)s: không thể xác nhận là không có nợ đọng.")
            stated = message % {"debt": format_dong(figures.debt)}
            found.append(Refusal("debt", stated, rule=debt_rule(self.dossier).citation, field="is_clear"))
        if self.is_clear and figures.unreported:
            message = _("Còn %(n)s công trình xã chưa ghi giá trị nghiệm thu và số đã thanh toán.")
            found.append(Refusal("unreported", message % {"n": figures.unreported}, field="is_clear"))
        return found

    def change(self) -> None:
        super().change()
        figures = debt_figures(self.dossier)
        self.confirmation = DebtConfirmation.objects.create(
            **self.kept(),
            is_clear=self.is_clear,
            accepted=figures.accepted,
            paid=figures.paid,
            figures_sha256=figures.sha256,
        )

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "is_clear": self.is_clear,
            "accepted": str(self.confirmation.accepted),
            "paid": str(self.confirmation.paid),
            "figures_sha256": self.confirmation.figures_sha256,
        }
