"""Proposing to revoke a title: the assessment is made public, opinions are gathered, the case goes to the province.

Quyết định 18/2022/QĐ-TTg, Điều 23 and 24: whoever proposes organises the assessment, hears opinions and completes the
file. The papers are those of every consultation, recorded by the same rules.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals
from dossiers.acts.reasons import WithReasons
from dossiers.consultation.acts import PublishingAct, RecordFrontOpinion, SummariseOpinions
from dossiers.consultation.models import Consultation, OpinionSummary
from dossiers.consultation.papers import papers_of
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from ..authority import PROPOSING_CHAIR, PROPOSING_OFFICER
from ..cases import OpeningAct, lies_in_a_district
from ..models import Review, Revocation
from ..rule import Assessment
from ..standings import assessment_of, revocation_procedure

HEARING = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 23: đánh giá, lấy ý kiến, hoàn thiện hồ sơ thu hồi")


@register
class RepublishAssessment(PublishingAct):
    """Publish the assessment anew, or correct where and since when it hangs. The days count anew.

    ``review`` is what it assesses; by default that of the dossier's case. Opening a case publishes in the same way.
    """

    name = "revocation.republish"
    label = gettext_lazy("Công khai lại báo cáo đánh giá")
    authority = PROPOSING_OFFICER
    states = frozenset({State.REVOCATION_HEARING})
    basis = HEARING

    def __init__(self, *, review: Review | None = None, **base: Any) -> None:
        super().__init__(**base)
        self._review = review

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.places:
            message = _("Xin ghi nơi niêm yết báo cáo đánh giá, mỗi nơi một dòng.")
            found.append(Refusal("places", message, field="places"))
        review = self._review or self.dossier.revocation.review
        assert review.dated_on is not None, "only a confirmed review has a case"
        return found + date_refusals(
            self.first_day,
            field="first_day",
            today=self.today,
            earliest=review.dated_on,
            why=_("ngày xác nhận kết quả rà soát"),
        )


@register
class OpenRevocation(OpeningAct):
    """Open the case of revoking a title on a confirmed review, and put the assessment before the people.

    Only the title's latest confirmed review counts, and only when the rule says that the title falls under revocation.
    """

    name = "revocation.open"
    label = gettext_lazy("Lập hồ sơ thu hồi, lấy ý kiến")
    authority = PROPOSING_OFFICER
    purpose = Purpose.REVOCATION
    first_state = State.REVOCATION_HEARING
    basis = HEARING

    def __init__(
        self,
        *,
        actor: Actor,
        review: Review,
        grounds: str,
        first_day: date,
        places: str,
        document: Document,
    ) -> None:
        self.procedure = revocation_procedure(in_district=lies_in_a_district(review.title))
        super().__init__(
            actor=actor,
            title=review.title,
            year=review.title.year,
            criteria_set=review.dossier.criteria_set,
            procedure=self.procedure.code,
        )
        self.review, self.grounds = review, grounds.strip()
        self.publication = RepublishAssessment(
            actor=actor,
            dossier=self.dossier,
            review=review,
            first_day=first_day,
            places=places,
            document=document,
        )

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.grounds:
            found.append(Refusal("grounds", _("Xin ghi căn cứ, lý do đề nghị thu hồi."), field="grounds"))
        if Revocation.objects.filter(title=self.title, is_open=True).exists():
            found.append(Refusal("open", _("Danh hiệu này đang có một hồ sơ thu hồi chưa xong.")))
        latest = Review.objects.filter(title=self.title, meets__isnull=False).first()
        if latest is None or latest.pk != self.review.pk:
            message = _("Phải căn cứ lần rà soát đã xác nhận gần nhất của danh hiệu này.")
            return [*found, Refusal("not_latest", message)]
        self.assessment = self._assessment()
        if not self.assessment.falls_under:
            found.append(
                Refusal("no_ground", self.assessment.sentence, rule=self.procedure.revocation_rule.citation)
            )
        return found + self.publication.refusals()

    def _assessment(self) -> Assessment:
        assessment = assessment_of(self.review, self.procedure.revocation_rule)
        if assessment is None:
            message = _("Lần rà soát này không có tiêu chí của bộ dùng để xét thu hồi.")
            raise ActRefused(Refusal("not_comparable", message))
        return assessment

    def change(self) -> None:
        Revocation.objects.create(
            dossier=self.dossier,
            title=self.title,
            review=self.review,
            total=self.assessment.total,
            unmet=len(self.assessment.unmet),
            critical_unmet="\n".join(one.name for one in self.assessment.critical),
            grounds=self.grounds,
        )
        self.publication.change()

    def payload(self) -> dict[str, Any]:
        rule = self.procedure.revocation_rule
        return {
            "grounds": self.grounds,
            "review": self.review.pk,
            "total": self.assessment.total,
            "unmet": [one.number for one in self.assessment.unmet],
            "critical_unmet": [one.number for one in self.assessment.critical],
            "ground": self.assessment.ground.value,
            "alone_percent": str(rule.alone_percent),
            "with_critical_percent": str(rule.with_critical_percent),
            **self.publication.payload(),
        }


@register
class HearFront(RecordFrontOpinion):
    """The Front of the commune says in writing what it thinks of the revocation."""

    name = "revocation.front_opinion"
    label = gettext_lazy("Ghi ý kiến của Mặt trận về việc thu hồi")
    authority = HasRole(Role.FRONT_OFFICER) & AtCommune()
    states = frozenset({State.REVOCATION_HEARING})
    basis = HEARING

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if cls._has_answered(dossier):
            return Waiting(_("Đã có ý kiến của Mặt trận, chờ cơ quan đề nghị tổng hợp."))
        return None


def is_summarised(dossier: Dossier) -> bool:
    """Say whether the opinions were summed up since they were last asked for or the case came back. Three queries."""
    summary = OpinionSummary.objects.filter(dossier=dossier).first()
    published = Consultation.objects.filter(dossier=dossier).first()
    notice = dossier.notices.first()
    since = [one for one in (published and published.recorded_at, notice and notice.at) if one]
    return summary is not None and summary.recorded_at > max(since)


@register
class SummariseHearing(SummariseOpinions):
    """The report on what the people and the Front said; with it the case is ready for the signature."""

    name = "revocation.summarise"
    label = gettext_lazy("Ghi báo cáo tổng hợp ý kiến về việc thu hồi")
    authority = PROPOSING_OFFICER
    states = frozenset({State.REVOCATION_HEARING})
    basis = HEARING

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if is_summarised(dossier):
            return Waiting(_("Đã tổng hợp ý kiến, chờ lãnh đạo ký tờ trình."))
        return None

    def change(self) -> None:
        self.is_correction = is_summarised(self.dossier)
        self.outdate_forms()
        super().change()


@register
class ProposeRevocation(DossierAct):
    """The chair of the district (of the commune, where there is no district) signs the proposal to the province."""

    name = "revocation.propose"
    label = gettext_lazy("Ký tờ trình đề nghị thu hồi")
    is_signed = True
    authority = PROPOSING_CHAIR
    transition = "propose_revocation"
    basis = HEARING

    def __init__(self, *, number: str, dated_on: date, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.dated_on, self.document = number.strip(), dated_on, document

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        return None if is_summarised(dossier) else Waiting(_("Chờ phòng chuyên môn tổng hợp ý kiến."))

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if is_summarised(dossier):
            return []
        return [Refusal("summary", _("Chưa có báo cáo tổng hợp ý kiến để trình."))]

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu tờ trình."), field="number"))
        summary = OpinionSummary.objects.filter(dossier=self.dossier).first()
        assert summary is not None, "looked for before the input"
        return found + date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=summary.dated_on,
            why=_("ngày báo cáo tổng hợp ý kiến"),
        )

    def change(self) -> None:
        Revocation.objects.filter(pk=self.dossier.pk).update(
            number=self.number,
            dated_on=self.dated_on,
            document=self.document,
            proposed_at=self.at,
            proposed_by=self.actor.user,
        )
        self.papers = [self.document, *papers_of(self.dossier.pk)]
        fix(sorted({paper.pk for paper in self.papers}), at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "document": document_stamp(self.document),
            "papers": [document_stamp(paper) for paper in self.papers],
        }


@register
class WithdrawProposal(WithReasons):
    """Whoever proposed withdraws the case before it goes to the provincial chair; the title stays."""

    name = "revocation.withdraw"
    label = gettext_lazy("Rút hồ sơ thu hồi")
    authority = PROPOSING_CHAIR
    transition = "withdraw_proposal"
    asks_for_reasons = gettext_lazy("Xin ghi lý do rút hồ sơ.")

    def change(self) -> None:
        Revocation.objects.filter(pk=self.dossier.pk).update(is_open=False)
