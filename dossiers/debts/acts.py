"""The department for planning and investment confirms that a commune has no construction debt."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals
from dossiers.criteria.numbers import format_dong
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtProvince, HasRole
from dossiers.policies.conditions import Condition, Denial
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from .figures import debt_figures, debt_rule, is_debt_check_awaited
from .models import DebtConfirmation


class ChecksDebt(Condition):
    """The actor's agency is the one that the dossier's procedure names to check the debt."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        try:
            named = debt_rule(dossier).parameters["agency"]
        except KeyError:
            return Denial("procedure", _("Quy trình của hồ sơ này không có việc xác nhận nợ đọng."))
        if actor.agency.code == named:
            return None
        return Denial("assignment", _("Việc này được giao cho cơ quan khác."))


@register
class ConfirmDebt(DossierAct):
    """The department finds, in writing, that all that was accepted was paid, or that it was not.

    Guarantees that «no debt» is only said of figures whose difference is zero. Doing it again corrects it; the latest
    finding counts, as long as the works' figures stay as they were.
    """

    name = "debt.confirm"
    label = gettext_lazy("Xác nhận nợ đọng xây dựng cơ bản")
    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince() & ChecksDebt()
    states = frozenset({State.APPRAISING, State.CONSOLIDATING})
    basis = LegalBasis(
        "Kế hoạch 1465/KH-UBND, mục V.2: Sở Kế hoạch và Đầu tư thẩm định nợ đọng xây dựng cơ bản", True
    )

    def __init__(
        self,
        *,
        is_clear: bool,
        number: str,
        dated_on: date,
        document: Document,
        remarks: str = "",
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.is_clear, self.number, self.dated_on = is_clear, number.strip(), dated_on
        self.document, self.remarks = document, remarks.strip()

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if is_debt_check_awaited(dossier):
            return None
        return Waiting(_("Đã xác nhận nợ đọng, chờ các sở, ngành và Văn phòng Điều phối."))

    def refusals(self) -> list[Refusal]:
        found = []
        figures = debt_figures(self.dossier)
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        if self.is_clear and figures.debt:
            message = _("Theo số liệu của xã còn nợ %(debt)s: không thể xác nhận là không có nợ đọng.")
            stated = message % {"debt": format_dong(figures.debt)}
            found.append(Refusal("debt", stated, rule=debt_rule(self.dossier).citation, field="is_clear"))
        if self.is_clear and figures.unreported:
            message = _("Còn %(n)s công trình xã chưa ghi giá trị nghiệm thu và số đã thanh toán.")
            found.append(Refusal("unreported", message % {"n": figures.unreported}, field="is_clear"))
        if not self.is_clear and not self.remarks:
            message = _("Xin ghi công trình nào còn nợ, bao nhiêu, để xã biết phải làm gì.")
            found.append(Refusal("remarks", message, field="remarks"))
        return found + date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=self.dossier.plan_approval.signed_on,
            why=_("ngày phê duyệt Đề án"),
        )

    def change(self) -> None:
        figures = debt_figures(self.dossier)
        self.confirmation = DebtConfirmation.objects.create(
            dossier=self.dossier,
            department=self.actor.agency,
            is_clear=self.is_clear,
            number=self.number,
            dated_on=self.dated_on,
            remarks=self.remarks,
            document=self.document,
            accepted=figures.accepted,
            paid=figures.paid,
            figures_sha256=figures.sha256,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            "is_clear": self.is_clear,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "remarks": self.remarks,
            "accepted": str(self.confirmation.accepted),
            "paid": str(self.confirmation.paid),
            "figures_sha256": self.confirmation.figures_sha256,
            "document": document_stamp(self.document),
        }
