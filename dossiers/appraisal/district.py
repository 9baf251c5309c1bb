"""The district verifies (thẩm tra) the dossier, then forwards it or returns it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import order_refusals
from dossiers.acts.order import dated
from dossiers.acts.reasons import WithReasons
from dossiers.acts.recommendations import DecisionOnRecommendation, FavourableDecision, Recommendation
from dossiers.district.divisions import close_division_reviews
from dossiers.district.review import (
    has_voted_for,
    reply_of_review,
    unsigned_divisions,
    verification_of_review,
)
from dossiers.dossier.models import REVIEW_STATES, Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import RECEIVING_OFFICER, Actor, AtDistrict, HasNotDone, HasRole
from dossiers.procedures import ReceivingLevel, get_procedure
from dossiers.results.acts import document_stamp, submitted_documents
from storage.documents import fix
from storage.documents.models import Document

from .models import Forwarding, Verification
from .reopening import reopen_indicators

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Chương II: UBND cấp huyện thẩm tra (điều, khoản chưa đối chiếu)"
)


def close_verification(dossier: Dossier) -> None:
    """Let the current verification report count as decided upon; the next one is no correction of it."""
    Verification.objects.filter(dossier=dossier, is_current=True).update(is_current=False)


def keep_verification(dossier: Dossier) -> None:
    """Let the report on what was submitted last be the current one again: a later one corrects it."""
    returned = dossier.notices.order_by("-at").values_list("at", flat=True).first()
    reports = Verification.objects.filter(dossier=dossier)
    if returned is not None:
        reports = reports.filter(verified_at__gt=returned)
    newest = reports.order_by("-verified_at").first()
    if newest is not None:
        Verification.objects.filter(pk=newest.pk).update(is_current=True)


def _is_reviewed_by_district(dossier: Dossier) -> bool:
    """Say whether a district answers on intake, asks its divisions and hears its people before it forwards."""
    return get_procedure(dossier.procedure).has_gate("district_intake")


def _is_verified(dossier: Dossier) -> bool:
    return Verification.objects.filter(dossier=dossier, is_current=True).exists()


@register
class VerifyDossier(DossierAct):
    """An officer of the level that receives the dossier records the verification report, on which is then decided.

    Until that decision, doing it again corrects it; the earlier report is kept. A decision that was being made
    on the earlier one becomes stale.
    """

    name = "dossier.verify"
    label = gettext_lazy("Ghi kết quả thẩm tra")
    is_signed = True
    authority = RECEIVING_OFFICER
    states = frozenset(REVIEW_STATES.values())
    basis = BASIS

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        return frozenset({REVIEW_STATES[level]})

    @classmethod
    def is_lawful_for(cls, dossier: Dossier) -> bool:
        return dossier.state == dossier.review_state

    def __init__(self, *, recommends_forwarding: bool, summary: str, **base: Any) -> None:
        super().__init__(**base)
        self.recommends_forwarding, self.summary = recommends_forwarding, summary.strip()

    def refusals(self) -> list[Refusal]:
        if self.summary:
            return []
        return [Refusal("summary", _("Xin ghi nội dung thẩm tra."), field="summary")]

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        found = []
        if not cls._may_begin(dossier):
            found.append(Refusal("intake", _("Huyện chưa trả lời xã về kết quả tiếp nhận hồ sơ.")))
        if waiting := unsigned_divisions(dossier):
            message = _("Chưa đủ kết quả kiểm tra của phòng, ban: %(divisions)s.")
            found.append(Refusal("divisions", message % {"divisions": ", ".join(waiting)}))
        return found

    @staticmethod
    def _may_begin(dossier: Dossier) -> bool:
        """Say whether the submission was found complete, was verified before it had to be, or nobody answers on it."""
        if not _is_reviewed_by_district(dossier):
            return True
        return reply_of_review(dossier) is not None or _is_verified(dossier)

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if _is_verified(dossier):
            if not _is_reviewed_by_district(dossier):
                return Waiting(_("Đã thẩm tra hồ sơ, chờ quyết định."))
            if has_voted_for(dossier):
                return Waiting(_("Ban Chỉ đạo đã thông qua, chờ Chủ tịch UBND huyện quyết định."))
            return Waiting(_("Đã thẩm tra hồ sơ; việc tiếp theo: công khai, lấy ý kiến và họp Ban Chỉ đạo."))
        if not cls._may_begin(dossier):
            return Waiting(_("Phải trả lời xã về kết quả tiếp nhận trước khi thẩm tra."))
        if waiting := unsigned_divisions(dossier):
            n = {"n": len(waiting)}
            return Waiting(ngettext("Chờ %(n)s phòng, ban ký.", "Chờ %(n)s phòng, ban ký.", len(waiting)) % n)
        return None

    def change(self) -> None:
        earlier = Verification.objects.filter(dossier=self.dossier, is_current=True)
        self.is_correction = bool(earlier.update(is_current=False))
        self.outdate_forms()
        Verification.objects.create(
            dossier=self.dossier,
            recommends_forwarding=self.recommends_forwarding,
            summary=self.summary,
            verified_at=self.at,
            verified_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        said = {
            "recommends_forwarding": self.recommends_forwarding,
            "summary": self.summary,
            "documents": submitted_documents(self.dossier.pk),
        }
        return {**said, "is_correction": True} if self.is_correction else said


class DecisionOnVerification(DecisionOnRecommendation):
    """What is decided on a dossier that was verified."""

    @classmethod
    def recommended(cls, dossier: Dossier) -> Recommendation | None:
        found = verification_of_review(dossier)
        if found is None:
            return None
        words = _("Đề nghị chuyển bước tiếp theo") if found.recommends_forwarding else _("Đề nghị trả lại xã")
        return Recommendation(found.recommends_forwarding, words)


class GoingOn(FavourableDecision, DecisionOnVerification):
    """The dossier goes on; against the verification for reasons that are kept with it."""

    def change(self) -> None:
        if self.is_against:
            current = Verification.objects.filter(dossier=self.dossier, is_current=True)
            current.update(against_reasons=self.against_reasons)
        super().change()


class VerifiedDossierAct(DecisionOnVerification):
    """What the district's chair decides; not before the verification is recorded."""

    authority = HasRole(Role.DISTRICT_CHAIR) & AtDistrict()
    separation = HasNotDone(VerifyDossier.name, since=("dossier.submit",))
    basis = BASIS

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if _is_verified(dossier):
            return []
        return [Refusal("not_verified", _("Phòng chuyên môn chưa ghi kết quả thẩm tra."))]

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if not _is_verified(dossier):
            return Waiting(_("Chờ chuyên viên thẩm tra hồ sơ."))
        return None if has_voted_for(dossier) else Waiting(_("Chờ huyện lấy ý kiến và Ban Chỉ đạo họp."))

    def change(self) -> None:
        close_verification(self.dossier)
        close_division_reviews(self.dossier)


@register
class ForwardDossier(GoingOn, VerifiedDossierAct):
    """The district's chair forwards the dossier to the province by a numbered submission, whose file is kept with it.

    The submission is dated after the papers of the district's review, its vote the last of them.
    """

    name = "dossier.forward"
    label = gettext_lazy("Trình hồ sơ lên tỉnh")
    is_signed = True
    transition = "forward"

    def __init__(self, *, number: str, dated_on: date, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.dated_on, self.document = number.strip(), dated_on, document

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu Tờ trình của huyện."), field="number"))
        return found + order_refusals(self, self.dated_on, field="dated_on", paper="forwarding")

    def change(self) -> None:
        super().change()
        Forwarding.objects.create(
            dossier=self.dossier,
            number=self.number,
            dated_on=self.dated_on,
            document=self.document,
            forwarded_at=self.at,
            forwarded_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "document": document_stamp(self.document),
        }


# One that was taken back does not count.
dated(
    "forwarding",
    """
    SELECT dated_on, '' FROM appraisal_forwarding
    WHERE dossier_id = %(dossier)s AND taken_back_at IS NULL AND dated_on IS NOT NULL
    ORDER BY dated_on DESC LIMIT 1
    """,
    words=gettext_lazy("ngày Tờ trình của huyện"),
)


def take_back_forwarding(dossier: Dossier, *, at: datetime) -> None:
    """Keep of the latest submission that it was taken back."""
    latest = Forwarding.objects.filter(dossier=dossier, taken_back_at=None).first()
    if latest is not None:
        latest.taken_back_at = at
        latest.save(update_fields=["taken_back_at"])


@register
class ReturnDossier(WithReasons, VerifiedDossierAct):
    """The district's chair returns the dossier to the commune with reasons; every indicator is open again."""

    name = "dossier.return"
    label = gettext_lazy("Trả hồ sơ về xã")
    transition = "return_from_district"
    asks_for_reasons = gettext_lazy("Xin nêu rõ lý do trả lại để xã biết phải sửa gì.")

    def change(self) -> None:
        super().change()
        reopen_indicators(self, self.reasons, from_state=State.DISTRICT_REVIEW, is_against=self.is_against)
