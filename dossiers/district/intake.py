"""The district answers in writing what came to it: complete, or guidance on all that is lacking, given once."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.acts.dates import order_refusals
from dossiers.acts.order import dated
from dossiers.appraisal.reopening import reopen_indicators
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtDistrict, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.acts import document_stamp
from dossiers.results.models import IndicatorResult
from storage.documents import fix
from storage.documents.models import Document

from .divisions import open_division_reviews
from .models import GuidanceItem, IntakeReply
from .review import reply_of_review, verification_of_review

OFFICER = HasRole(Role.DISTRICT_OFFICER) & AtDistrict()
BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Chương II: cấp huyện tiếp nhận, trả lời bằng văn bản (điều, khoản chưa đối chiếu)"
)
#: «17.5: thiếu biên bản» is about indicator 17.5.
_OF_INDICATOR = re.compile(r"(\d+\.\d+)\s*[:\-–.]\s*(.+)")


# As ``reply_of_review`` reads it: during a review the answer to the submission that began it.
dated(
    "district_reply",
    f"""
    SELECT reply.dated_on, '' FROM district_intakereply AS reply
    JOIN dossier_dossier AS dossier ON dossier.id = reply.dossier_id
    WHERE dossier.id = %(dossier)s
      AND (dossier.state <> '{State.DISTRICT_REVIEW}' OR reply.recorded_at >= dossier.state_since)
    ORDER BY reply.recorded_at DESC, reply.id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày văn bản trả lời của huyện"),
)


class ReplyAct(DossierAct):
    """The district's answer to a submission; one for each."""

    authority = OFFICER
    basis = BASIS
    is_complete: bool

    def __init__(self, *, number: str, dated_on: date, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.dated_on, self.document = number.strip(), dated_on, document

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: the submission has not been answered, nor been verified without an answer."""
        return super().is_open_to(actor, dossier) and cls._is_awaited(dossier)

    @staticmethod
    def _is_awaited(dossier: Dossier) -> bool:
        return reply_of_review(dossier) is None and verification_of_review(dossier) is None

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if cls._is_awaited(dossier):
            return []
        return [Refusal("replied", _("Huyện đã trả lời kết quả tiếp nhận của lần trình này."))]

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản trả lời."), field="number"))
        return found + order_refusals(self, self.dated_on, field="dated_on", paper="district_reply")

    def change(self) -> None:
        self.reply = IntakeReply.objects.create(
            dossier=self.dossier,
            is_complete=self.is_complete,
            number=self.number,
            dated_on=self.dated_on,
            document=self.document,
            again_reason=self.reason_of_repetition(),
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)

    def reason_of_repetition(self) -> str:
        return ""

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "document": document_stamp(self.document),
        }


@register
class AcceptAtDistrict(ReplyAct):
    """The district answers that the dossier is complete; its divisions look into it, all at the same time.

    ``branches`` are the divisions that were asked.
    """

    branches: list[int]

    name = "district.accept"
    label = gettext_lazy("Trả lời xã: hồ sơ đầy đủ")
    is_signed = True
    states = frozenset({State.DISTRICT_REVIEW})
    is_complete = True

    def change(self) -> None:
        super().change()
        self.branches = open_division_reviews(self.dossier, at=self.at)

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "divisions": sorted(self.branches)}


@register
class GuideCommune(ReplyAct):
    """The district answers what is lacking, point by point, and the dossier goes back to the commune.

    Only the indicators that points name are open again. The procedure says how often a commune may be guided; once
    more needs a reason, which is recorded.
    """

    name = "district.guide"
    label = gettext_lazy("Trả lời xã: hướng dẫn bổ sung")
    is_signed = True
    transition = "return_from_district"
    is_complete = False

    def __init__(self, *, points: str, again_reason: str = "", **inputs: Any) -> None:
        super().__init__(**inputs)
        self.points = [line.strip() for line in points.splitlines() if line.strip()]
        self.again_reason = again_reason.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.points:
            message = _("Xin ghi đầy đủ, một lần, mọi điểm còn thiếu, mỗi điểm một dòng.")
            found.append(Refusal("points", message, field="points"))
        known = self._results()
        for code in (code for code, _text in self._parsed() if code and code not in known):
            message = _("Không có chỉ tiêu %(code)s trong hồ sơ này.") % {"code": code}
            found.append(Refusal("indicator", message, field="points"))
        if self._is_once_more() and not self.again_reason:
            rule = get_procedure(self.dossier.procedure).gate("district_intake")
            message = _(
                "Xã đã được hướng dẫn bổ sung; quy định chỉ hướng dẫn %(n)s lần. Xin ghi lý do phải hướng dẫn thêm."
            ) % {"n": rule.parameters["guidances"]}
            found.append(Refusal("again", message, rule=rule.source, field="again_reason"))
        return found

    def change(self) -> None:
        self._repeats = self._is_once_more()
        super().change()
        known = self._results()
        parsed = self._parsed()
        GuidanceItem.objects.bulk_create(
            GuidanceItem(reply=self.reply, position=n, result=known.get(code), text=text)
            for n, (code, text) in enumerate(parsed, 1)
        )
        only = {known[code].pk for code, _text in parsed if code}
        reopen_indicators(self, "\n".join(self.points), from_state=State.DISTRICT_REVIEW, only=only)

    def reason_of_repetition(self) -> str:
        return self.again_reason if self._repeats else ""

    def payload(self) -> dict[str, Any]:
        said = {
            **super().payload(),
            "reasons": "\n".join(self.points),
            "indicators": [code for code, _text in self._parsed() if code],
        }
        return {**said, "reason": self.again_reason} if self.again_reason else said

    def _parsed(self) -> list[tuple[str, str]]:
        """Return of each point the code of its indicator (empty: of the papers) and the text."""
        matches = [(_OF_INDICATOR.fullmatch(point), point) for point in self.points]
        return [(match[1], match[2]) if match else ("", point) for match, point in matches]

    def _results(self) -> dict[str, IndicatorResult]:
        results = IndicatorResult.objects.filter(dossier=self.dossier).select_related("indicator")
        return {one.indicator.code: one for one in results}

    def _is_once_more(self) -> bool:
        allowed = get_procedure(self.dossier.procedure).gate("district_intake").parameters["guidances"]
        return IntakeReply.objects.filter(dossier=self.dossier, is_complete=False).count() >= allowed
