"""Drafting, submitting, appraising and approving the Đề án (Kế hoạch 1465/KH-UBND, mục V.8 và V.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, StaleForm, Waiting, register
from dossiers.acts.dates import order_refusals
from dossiers.acts.order import Dated, dated
from dossiers.acts.reasons import WithReasons
from dossiers.acts.recommendations import DecisionOnRecommendation, FavourableDecision, Recommendation
from dossiers.acts.resubmission import Resubmission
from dossiers.criteria.models import Criterion
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import (
    DRAFTED_ALONE,
    RECEIVING_CHAIR,
    RECEIVING_OFFICER,
    Actor,
    AtCommune,
    HasNotDone,
    HasRole,
    InOwnRight,
)
from dossiers.procedures import get_procedure
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from .models import CapitalLine, PlanAppraisal, PlanApproval, PlanSection, Work
from .selectors import capital_sources

SECTION_MAX_CHARS = 60_000
MAX_WORK_TOTAL = 10**13
WRITERS = HasRole(Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR) & AtCommune()


class DraftingAct(DossierAct):
    """What the commune's officials may do while the Đề án is being drafted."""

    authority = WRITERS
    states = frozenset({State.DRAFTING})


@register
class WriteSection(DraftingAct):
    """Save one section of the Đề án. Raises StaleForm when someone saved the section in between."""

    name = "plan.write_section"
    label = gettext_lazy("Soạn Đề án")

    def __init__(self, *, kind: str, body: str, section_revision: int, **base: Any) -> None:
        super().__init__(**base)
        self.kind, self.body, self.section_revision = kind, body.strip(), section_revision

    def refusals(self) -> list[Refusal]:
        if len(self.body) > SECTION_MAX_CHARS:
            message = _("Mục này dài %(n)s ký tự, quá giới hạn %(max)s. Xin chia bớt sang văn bản đính kèm.")
            return [
                Refusal("too_long", message % {"n": len(self.body), "max": SECTION_MAX_CHARS}, field="body")
            ]
        return []

    def change(self) -> None:
        section = PlanSection.objects.get(dossier=self.dossier, kind=self.kind)
        if section.revision != self.section_revision:
            raise StaleForm("body")
        section.body = self.body
        section.revision += 1
        section.updated_at, section.updated_by = self.at, self.actor.user
        section.save()

    def payload(self) -> dict[str, object]:
        return {"section": self.kind, "body": self.body}


@dataclass(frozen=True)
class CapitalInput:
    """One line of capital: whole đồng from a source in a year."""

    source: str
    year: int
    amount: int


@register
class PutWork(DraftingAct):
    """Add a work or change one. The capital lines must add up to the total, to the đồng."""

    name = "plan.put_work"
    label = gettext_lazy("Ghi công trình và vốn")

    def __init__(
        self,
        *,
        title: str,
        total: int,
        due_year: int,
        due_quarter: int,
        capital: list[CapitalInput],
        criterion: Criterion | None = None,
        work: Work | None = None,
        work_revision: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.title, self.total = title.strip(), total
        self.due_year, self.due_quarter = due_year, due_quarter
        self.capital, self.criterion = capital, criterion
        self.work, self.work_revision = work, work_revision

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.title:
            found.append(Refusal("title", _("Xin ghi tên công trình."), field="title"))
        if not 0 < self.total <= MAX_WORK_TOTAL:
            found.append(Refusal("total", _("Tổng mức phải là số đồng lớn hơn 0."), field="total"))
        if not 1 <= self.due_quarter <= 4:
            found.append(Refusal("due_quarter", _("Quý hoàn thành phải từ 1 đến 4."), field="due_quarter"))
        if abs(self.due_year - self.dossier.title_year) > 5:
            found.append(Refusal("due_year", _("Năm hoàn thành quá xa năm đạt chuẩn."), field="due_year"))
        if self.criterion is not None and self.criterion.set_id != self.dossier.criteria_set_id:
            found.append(
                Refusal("criterion", _("Tiêu chí không thuộc bộ tiêu chí của hồ sơ."), field="criterion")
            )
        found.extend(self._capital_refusals())
        return found

    def _capital_refusals(self) -> list[Refusal]:
        found = []
        if any(line.amount <= 0 for line in self.capital):
            found.append(Refusal("amount", _("Số vốn từng nguồn phải lớn hơn 0 đồng."), field="capital"))
        if not {line.source for line in self.capital} <= set(capital_sources(self.dossier)):
            found.append(Refusal("source", _("Nguồn vốn không hợp lệ."), field="capital"))
        if len({(line.source, line.year) for line in self.capital}) != len(self.capital):
            message = _("Một nguồn vốn trong một năm chỉ ghi một dòng.")
            found.append(Refusal("duplicate", message, field="capital"))
        total = sum(line.amount for line in self.capital)
        if total != self.total:
            message = _(
                "Tổng các nguồn là %(sum)s đồng, lệch %(gap)s đồng so với tổng mức %(total)s đồng."
            ) % {
                "sum": _dong(total),
                "gap": _dong(total - self.total),
                "total": _dong(self.total),
            }
            found.append(Refusal("sum", message, field="capital"))
        return found

    def change(self) -> None:
        work = self.work or Work(dossier=self.dossier)
        if work.pk:
            work = Work.objects.get(pk=work.pk, dossier=self.dossier)
            if self.work_revision is not None and work.revision != self.work_revision:
                raise StaleForm
            work.revision += 1
        work.name, work.total, work.criterion = self.title, self.total, self.criterion
        work.due_year, work.due_quarter = self.due_year, self.due_quarter
        work.updated_at, work.updated_by = self.at, self.actor.user
        work.save()
        work.capital.all().delete()
        CapitalLine.objects.bulk_create(
            CapitalLine(work=work, source=line.source, year=line.year, amount=line.amount)
            for line in self.capital
        )
        self.work = work

    def payload(self) -> dict[str, object]:
        assert self.work is not None
        return {
            "work": self.work.pk,
            "title": self.title,
            "total": str(self.total),
            "due": f"{self.due_year}-Q{self.due_quarter}",
            "capital": [
                {"source": line.source, "year": line.year, "amount": str(line.amount)}
                for line in self.capital
            ],
        }


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


@register
class RemoveWork(DraftingAct):
    """Take a work out of the draft. The ledger keeps what it was."""

    name = "plan.remove_work"
    label = gettext_lazy("Bỏ công trình")

    def __init__(self, *, work: Work, **base: Any) -> None:
        super().__init__(**base)
        self.work = work
        self.removed = {"work": work.pk, "title": work.name, "total": str(work.total)}

    def change(self) -> None:
        deleted, _rows = Work.objects.filter(pk=self.work.pk, dossier=self.dossier).delete()
        if not deleted:
            raise StaleForm

    def payload(self) -> dict[str, object]:
        return self.removed


@dataclass(frozen=True)
class PaymentInput:
    """What was accepted and paid of one work, in whole đồng; ``revision`` is what the person was looking at."""

    work_id: int
    accepted: int
    paid: int
    revision: int | None = None


@register
class ReportPayments(DossierAct):
    """Report for some of the works what was built and accepted, and what was paid of it. All of them, or none.

    Refusals name the row in ``field`` as ``w<work id>-<input>``.
    """

    name = "plan.report_payments"
    label = gettext_lazy("Ghi nghiệm thu, thanh toán")
    authority = WRITERS
    states = frozenset({State.IMPLEMENTING, State.CONSULTING, State.RETURNED})
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1: không có nợ đọng xây dựng cơ bản")

    def __init__(self, *, rows: Sequence[PaymentInput], **base: Any) -> None:
        super().__init__(**base)
        self.rows = rows
        self._reported: list[Work] = []

    def refusals(self) -> list[Refusal]:
        found = []
        for row in self.rows:
            if not 0 <= row.accepted <= MAX_WORK_TOTAL:
                message = _("Giá trị nghiệm thu phải là số đồng từ 0 trở lên.")
                found.append(Refusal("accepted", message, field=f"w{row.work_id}-accepted"))
            elif not 0 <= row.paid <= row.accepted:
                message = _("Số đã thanh toán phải từ 0 đến giá trị nghiệm thu (không kể tạm ứng).")
                found.append(Refusal("paid", message, field=f"w{row.work_id}-paid"))
        return found

    def change(self) -> None:
        works = Work.objects.in_bulk([row.work_id for row in self.rows])
        for row in self.rows:
            work = works.get(row.work_id)
            if work is None or work.dossier_id != self.dossier.pk:
                raise ActRefused(Refusal("unknown", _("Công trình không thuộc hồ sơ này.")))
            if row.revision is not None and row.revision != work.revision:
                raise StaleForm
            work.accepted, work.paid = row.accepted, row.paid
            work.revision += 1
            work.updated_at, work.updated_by = self.at, self.actor.user
            work.save()
            self._reported.append(work)

    def payload(self) -> dict[str, object]:
        return {
            "payments": [
                {"work": work.pk, "title": work.name, "accepted": str(work.accepted), "paid": str(work.paid)}
                for work in self._reported
            ]
        }


@register
class SubmitPlan(Resubmission):
    """The chair submits the Đề án for approval. Refused with every missing item until it is complete."""

    name = "plan.submit"
    label = gettext_lazy("Trình Đề án")
    is_signed = True
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "submit_plan"
    # The chair may write what the chair submits; who stands in for the chair does not submit their own draft.
    separation = InOwnRight() | HasNotDone(
        "plan.write_section",
        "plan.set_targets",
        "plan.put_work",
        unless_alone=Role.COMMUNE_CHAIR,
        exception=DRAFTED_ALONE,
    )
    basis = LegalBasis("Kế hoạch 1465/KH-UBND, mục V.9: xây dựng Đề án trình UBND cấp huyện phê duyệt", True)

    def change(self) -> None:
        close_appraisal(self.dossier)


@register
class AppraisePlan(DossierAct):
    """An officer of the level that receives the Đề án records its appraisal, which the chair decides on.

    Until the chair has decided, doing it again corrects it; the earlier appraisal is kept. A decision that was being
    made on the earlier one becomes stale.
    """

    name = "plan.appraise"
    label = gettext_lazy("Thẩm định Đề án")
    authority = RECEIVING_OFFICER
    states = frozenset({State.PLAN_SUBMITTED})
    basis = LegalBasis("Kế hoạch 1465/KH-UBND, mục V.8: hướng dẫn lập, thẩm định và phê duyệt Đề án", True)

    def __init__(self, *, recommends_approval: bool, summary: str, **base: Any) -> None:
        super().__init__(**base)
        self.recommends_approval, self.summary = recommends_approval, summary.strip()

    def refusals(self) -> list[Refusal]:
        if self.summary:
            return []
        return [Refusal("summary", _("Xin ghi nội dung thẩm định."), field="summary")]

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if not _is_appraised(dossier):
            return None
        if get_procedure(dossier.procedure).has_district:
            return Waiting(_("Đã thẩm định Đề án, chờ Chủ tịch UBND cấp huyện quyết định."))
        return Waiting(_("Đã thẩm định Đề án, chờ Chủ tịch UBND tỉnh quyết định."))

    def change(self) -> None:
        earlier = PlanAppraisal.objects.filter(dossier=self.dossier, is_current=True)
        self.is_correction = bool(earlier.update(is_current=False))
        self.outdate_forms()
        PlanAppraisal.objects.create(
            dossier=self.dossier,
            recommends_approval=self.recommends_approval,
            summary=self.summary,
            appraised_at=self.at,
            appraised_by=self.actor.user,
        )

    def payload(self) -> dict[str, object]:
        said = {"recommends_approval": self.recommends_approval, "summary": self.summary}
        return {**said, "is_correction": True} if self.is_correction else said


def close_appraisal(dossier: Dossier) -> None:
    """Let the current appraisal of the Đề án stay readable only; the next one is no correction of it."""
    PlanAppraisal.objects.filter(dossier=dossier, is_current=True).update(is_current=False)


def _is_appraised(dossier: Dossier) -> bool:
    return PlanAppraisal.objects.filter(dossier=dossier, is_current=True).exists()


dated(
    "plan_approval",
    """
    SELECT signed_on, '' FROM plans_planapproval
    WHERE dossier_id = %(dossier)s ORDER BY signed_on DESC LIMIT 1
    """,
    words=gettext_lazy("ngày phê duyệt Đề án"),
)


class PlanDecision(DecisionOnRecommendation):
    """What the chair who receives the Đề án decides on it; nobody decides before the appraisal."""

    authority = RECEIVING_CHAIR
    separation = HasNotDone(AppraisePlan.name, since=(SubmitPlan.name,))
    basis = AppraisePlan.basis

    @classmethod
    def recommended(cls, dossier: Dossier) -> Recommendation | None:
        appraisal = PlanAppraisal.objects.filter(dossier=dossier, is_current=True).first()
        if appraisal is None:
            return None
        words = _("Đề nghị phê duyệt") if appraisal.recommends_approval else _("Đề nghị trả lại")
        return Recommendation(appraisal.recommends_approval, words)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if _is_appraised(dossier):
            return []
        return [Refusal("not_appraised", _("Đề án này chưa được thẩm định."))]

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        return None if _is_appraised(dossier) else Waiting(_("Chờ chuyên viên thẩm định Đề án."))


@register
class ApprovePlan(FavourableDecision, PlanDecision):
    """The chair who receives the Đề án approves it by a numbered decision, whose file is kept with it."""

    name = "plan.approve"
    label = gettext_lazy("Phê duyệt Đề án")
    is_signed = True
    transition = "approve_plan"

    def __init__(self, *, number: str, signed_on: date, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.signed_on, self.document = number.strip(), signed_on, document

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu quyết định phê duyệt."), field="number"))
        # Papers may be older than the dossier in this system, but not than the year in which the plan was made.
        year_before = Dated(date(self.dossier.title_year - 1, 1, 1), _("đầu năm trước năm đạt chuẩn"))
        return found + order_refusals(
            self,
            self.signed_on,
            field="signed_on",
            paper="plan_approval",
            also=[year_before],
        )

    def change(self) -> None:
        PlanApproval.objects.create(
            dossier=self.dossier,
            number=self.number,
            signed_on=self.signed_on,
            against_reasons=self.against_reasons,
            document=self.document,
            approved_at=self.at,
            approved_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, object]:
        return {
            **super().payload(),
            "number": self.number,
            "signed_on": self.signed_on.isoformat(),
            "document": document_stamp(self.document),
        }


@register
class ReturnPlan(WithReasons, PlanDecision):
    """The chair who receives the Đề án sends it back; the reasons are required."""

    name = "plan.return"
    label = gettext_lazy("Trả lại Đề án")
    transition = "return_plan"
    asks_for_reasons = gettext_lazy("Xin nêu rõ lý do trả lại để xã biết phải sửa gì.")

    def change(self) -> None:
        self.dossier.notices.create(
            from_state=State.PLAN_SUBMITTED,
            reasons=self.reasons,
            is_against=self.is_against,
            at=self.at,
            by=self.actor.user,
            agency=self.actor.agency,
        )
