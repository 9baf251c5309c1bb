"""Reviewing a title every year: the commune finds and signs, the district corrects and confirms.

No article on a yearly review was found; that titles are kept up and looked at every year is in Kế hoạch 1465/KH-UBND.
Falling short changes what is known of the title, never the title itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals
from dossiers.acts.reasons import WithReasons
from dossiers.acts.recommendations import DecisionOnRecommendation, FavourableDecision, Recommendation
from dossiers.acts.resubmission import Resubmission
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.acts import fix_evidence, submitted_documents
from dossiers.results.models import SelfVerdict

from ..authority import CONFIRMING, CORRECTING, EXAMINING_OFFICER
from ..granting import note
from ..models import AssessedCriterion, Correction, Review, Title
from ..standings import ReviewedCriterion, reviewed_criteria, rows_of
from .opening import BASIS


@register
class SubmitReview(Resubmission):
    """The commune's chair signs what the review found, met or not; the evidence is fixed as at a submission."""

    name = "review.submit"
    label = gettext_lazy("Ký, gửi kết quả rà soát")
    is_signed = True
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "submit_review"
    basis = BASIS

    def __init__(self, *, statement: str, **base: Any) -> None:
        super().__init__(**base)
        self.statement = statement.strip()

    def says_something_new(self) -> bool:
        return self.statement != self.dossier.review.statement

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.statement:
            message = _("Xin ghi đánh giá chung và việc xã sẽ làm với chỉ tiêu chưa đạt.")
            found.append(Refusal("statement", message, field="statement"))
        return found

    def change(self) -> None:
        Review.objects.filter(pk=self.dossier.pk).update(statement=self.statement)
        fix_evidence(self.dossier.pk, at=self.at)
        results = self.dossier.results.select_related("indicator").order_by("position")
        self.figures = [
            {"indicator": one.indicator.code, "value": one.value, "self_verdict": one.self_verdict}
            for one in results
        ]

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "statement": self.statement,
            "figures": self.figures,
            "documents": submitted_documents(self.dossier.pk),
        }


class SignedReviewAct(DossierAct):
    """What is done on a review that the commune has signed."""

    basis = BASIS

    @property
    def review(self) -> Review:
        return self.dossier.review


@register
class CorrectIndicator(SignedReviewAct):
    """Say of one indicator otherwise than the commune, with reasons. The commune's figure stays."""

    name = "review.correct"
    label = gettext_lazy("Sửa kết luận một chỉ tiêu")
    authority = CORRECTING
    states = frozenset({State.REVIEW_SUBMITTED})

    def __init__(self, *, result: int, verdict: str, reason: str, **base: Any) -> None:
        super().__init__(**base)
        self.result_id, self.verdict, self.reason = result, verdict, reason.strip()

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.reason:
            found.append(Refusal("reason", _("Xin nêu căn cứ của kết luận này."), field="reason"))
        own = {row.result.pk: row for one in reviewed_criteria(self.review) for row in one.indicators}
        row = own.get(self.result_id)
        if row is None:
            return [*found, Refusal("unknown", _("Chỉ tiêu không thuộc lần rà soát này."), field="result")]
        self.row = row
        if self.verdict not in SelfVerdict.values or not self.verdict:
            found.append(Refusal("verdict", _("Xin chọn kết luận."), field="verdict"))
        elif row.verdict == self.verdict:
            message = _("Kết luận đang có đã là «%(verdict)s»; không có gì để sửa.")
            said = message % {"verdict": SelfVerdict(self.verdict).label}
            found.append(Refusal("same", said, field="verdict"))
        elif self.verdict == SelfVerdict.NOT_APPLICABLE and not row.result.indicator.not_applicable_allowed:
            message = _("Chỉ tiêu %(code)s luôn áp dụng, không thể ghi «không áp dụng».")
            said = message % {"code": row.result.indicator.code}
            found.append(Refusal("always_applies", said, field="verdict"))
        return found

    def change(self) -> None:
        # Whoever was about to sign has read another conclusion.
        self.outdate_forms()
        Correction.objects.create(
            review=self.review,
            result=self.row.result,
            round=self.review.round,
            verdict=self.verdict,
            reason=self.reason,
            at=self.at,
            by=self.actor.user,
        )

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "indicator": self.row.result.indicator.code}

    def payload(self) -> dict[str, Any]:
        return {"before": self.row.verdict.value, "verdict": self.verdict, "reason": self.reason}


@register
class ExamineReview(SignedReviewAct):
    """A district officer reports on the review to the district's chair; doing it again corrects the report."""

    name = "review.examine"
    label = gettext_lazy("Ghi kết quả kiểm tra rà soát")
    authority = EXAMINING_OFFICER
    states = frozenset({State.REVIEW_SUBMITTED})

    def __init__(self, *, recommends_confirming: bool, summary: str, **base: Any) -> None:
        super().__init__(**base)
        self.recommends_confirming, self.summary = recommends_confirming, summary.strip()

    def refusals(self) -> list[Refusal]:
        if self.summary:
            return []
        return [Refusal("summary", _("Xin ghi nội dung kiểm tra."), field="summary")]

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if dossier.review.recommends_confirming is None:
            return None
        return Waiting(_("Đã kiểm tra kết quả rà soát, chờ Chủ tịch UBND huyện xác nhận."))

    def change(self) -> None:
        self.is_correction = self.review.recommends_confirming is not None
        self.outdate_forms()
        Review.objects.filter(pk=self.dossier.pk).update(
            recommends_confirming=self.recommends_confirming, summary=self.summary
        )

    def payload(self) -> dict[str, Any]:
        said = {"recommends_confirming": self.recommends_confirming, "summary": self.summary}
        return {**said, "is_correction": True} if self.is_correction else said


class ExaminedReviewAct(DecisionOnRecommendation, SignedReviewAct):
    """What is decided on a review; where there is a district, not before its officer has reported (a gate)."""

    authority = CONFIRMING

    @classmethod
    def recommended(cls, dossier: Dossier) -> Recommendation | None:
        review: Review | None = getattr(dossier, "review", None)
        favourable = review.recommends_confirming if review else None
        if favourable is None:
            return None
        return Recommendation(favourable, _("Đề nghị xác nhận") if favourable else _("Đề nghị trả về xã"))

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        asked = {rule.code for rule in get_procedure(dossier.procedure).gates_at(cls.name)}
        if "review_examined" not in asked or dossier.review.recommends_confirming is not None:
            return None
        return Waiting(_("Chờ phòng chuyên môn huyện kiểm tra kết quả rà soát."))


@register
class ConfirmReview(FavourableDecision, ExaminedReviewAct):
    """Confirm how the criteria stand, by a paper. The title then meets the current set, or does not."""

    name = "review.confirm"
    label = gettext_lazy("Xác nhận kết quả rà soát")
    is_signed = True
    transition = "confirm_review"

    def __init__(self, *, number: str, dated_on: date, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.dated_on = number.strip(), dated_on

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        return found + date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=date(self.review.year, 1, 1),
            why=_("ngày đầu của năm rà soát"),
        )

    def change(self) -> None:
        title = Title.objects.locked(self.review.title_id)
        if not title.is_in_force:
            message = _("Danh hiệu đã bị thu hồi trong lúc rà soát; kết quả này không còn để xác nhận.")
            raise ActRefused(Refusal("revoked", message))
        self.criteria = reviewed_criteria(self.review)
        AssessedCriterion.objects.bulk_create(rows_of(self.review, self.criteria))
        self.meets = all(one.verdict != SelfVerdict.NOT_MET for one in self.criteria)
        Review.objects.filter(pk=self.dossier.pk).update(
            meets=self.meets,
            against_reasons=self.against_reasons,
            number=self.number,
            dated_on=self.dated_on,
            confirmed_at=self.at,
            confirmed_by=self.actor.user,
        )
        self._tell(title)

    def _tell(self, title: Title) -> None:
        """Write on the title what is known of it now; a review of an earlier year says nothing new."""
        if title.assessed_year is None or title.assessed_year <= self.review.year:
            first_short = title.short_since if title.short_since is not None else self.review.year
            title.meets_set = self.meets
            title.short_since = None if self.meets else first_short
            title.assessed_set, title.assessed_year = self.dossier.criteria_set, self.review.year
            title.save(update_fields=["meets_set", "short_since", "assessed_set", "assessed_year"])
        note(
            title,
            "title.assessed",
            self.actor,
            {"dossier": self.dossier.pk, "year": self.review.year, "meets": self.meets},
            at=self.at,
        )

    def payload(self) -> dict[str, Any]:
        return {
            **super().payload(),
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "meets": self.meets,
            "criteria": [_said(one) for one in self.criteria],
        }


def _said(one: ReviewedCriterion) -> dict[str, Any]:
    return {
        "set": one.criterion.set.code,
        "number": one.criterion.number,
        "verdict": one.verdict.value,
        "unmet": [row.result.indicator.code for row in one.unmet],
    }


@register
class ReturnReview(WithReasons, ExaminedReviewAct):
    """Send the review back to the commune; corrections made so far no longer count."""

    name = "review.return"
    label = gettext_lazy("Trả kết quả rà soát về xã")
    transition = "return_review"
    asks_for_reasons = gettext_lazy("Xin nêu rõ lý do trả lại để xã biết phải sửa gì.")

    def change(self) -> None:
        Review.objects.filter(pk=self.dossier.pk).update(
            round=self.review.round + 1, recommends_confirming=None, summary=""
        )
        self.dossier.notices.create(
            from_state=State.REVIEW_SUBMITTED,
            reasons=self.reasons,
            is_against=self.is_against,
            at=self.at,
            by=self.actor.user,
            agency=self.actor.agency,
        )
