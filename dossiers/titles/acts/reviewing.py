"""Reviewing a title every year: the commune finds and signs, the district corrects and confirms.

No article on a yearly review was found; that titles are kept up and looked at every year is in Kế hoạch 1465/KH-UBND.
Falling short changes what is known of the title, never the title itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals
from dossiers.acts.reasons import WithReasons
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.dossier.models import FINAL_STATES, Dossier, Purpose, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.acts import fix_evidence, submitted_documents
from dossiers.results.models import IndicatorResult, SelfVerdict

from ..authority import CONFIRMING, CORRECTING, EXAMINING_OFFICER, OFFICE
from ..cases import OpeningAct, lies_in_a_district
from ..granting import note
from ..models import AssessedCriterion, Correction, Review, ReviewKind, Title
from ..prefill import last_accepted, results_of_review
from ..standings import ReviewedCriterion, reviewed_criteria, rows_of

BASIS = LegalBasis(
    "Kế hoạch 1465/KH-UBND ngày 26/7/2023: duy trì, rà soát hằng năm; trình tự rà soát chưa thấy quy định"
)
PROCEDURES = {True: "ra-soat-3-cap-2022", False: "ra-soat-2-cap-2025"}


@register
class OpenReview(OpeningAct):
    """The coordination office opens the review of a title for one year, on the set then in force for its level.

    A model commune is also reviewed on the advanced set, by which alone it could lose the title. The figures last
    accepted are taken over, for the commune to renew. A title has one yearly review a year, and one open review.
    """

    name = "review.open"
    label = gettext_lazy("Mở rà soát danh hiệu")
    authority = OFFICE
    purpose = Purpose.REVIEW
    first_state = State.REVIEWING
    basis = BASIS

    def __init__(
        self, *, actor: Actor, title: Title, year: int, kind: str = ReviewKind.YEARLY, reason: str = ""
    ) -> None:
        self.sets = _sets_in_force(title, year)
        super().__init__(
            actor=actor,
            title=title,
            year=year,
            criteria_set=self.sets[0] if self.sets else None,
            procedure=PROCEDURES[lies_in_a_district(title)],
        )
        self.year, self.kind, self.reason = year, kind, reason.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        words = {"first": self.title.year + 1, "last": self.today.year, "year": self.year}
        if not self.title.year < self.year <= self.today.year:
            message = _("Năm rà soát phải từ %(first)s đến %(last)s.") % words
            found.append(Refusal("year", message, field="year"))
        elif not self.sets:
            message = (
                _("Phần mềm chưa có bộ tiêu chí áp dụng cho năm %(year)s, nên chưa rà soát được.") % words
            )
            found.append(Refusal("no_set", message, field="year"))
        mine = Review.objects.filter(title=self.title)
        if mine.filter(year__gt=self.year).exists():
            message = _("Danh hiệu này đã được rà soát cho năm sau năm %(year)s.") % words
            found.append(Refusal("later", message, field="year"))
        if mine.exclude(dossier__state__in=FINAL_STATES).exists():
            found.append(Refusal("open", _("Danh hiệu này đang có một lần rà soát chưa xong.")))
        if self.kind == ReviewKind.YEARLY and mine.filter(year=self.year, kind=self.kind).exists():
            message = _("Danh hiệu này đã được rà soát hằng năm cho năm %(year)s.") % words
            found.append(Refusal("reviewed", message, field="year"))
        if self.kind == ReviewKind.EXTRAORDINARY and not self.reason:
            found.append(Refusal("reason", _("Xin nêu lý do rà soát đột xuất."), field="reason"))
        return found

    def change(self) -> None:
        source = last_accepted(self.title)
        self.review = Review.objects.create(
            dossier=self.dossier,
            title=self.title,
            year=self.year,
            kind=self.kind,
            reason=self.reason,
            prefilled_from=source,
        )
        IndicatorResult.objects.bulk_create(results_of_review(self.dossier, self.sets, source))

    def payload(self) -> dict[str, Any]:
        source = self.review.prefilled_from_id
        return {
            "commune": self.dossier.commune.code,
            "year": self.year,
            "kind": self.kind,
            "reason": self.reason,
            "criteria_sets": [one.content_sha256 for one in self.sets],
            "prefilled_from": source,
        }


def _sets_in_force(title: Title, year: int) -> list[CriteriaSet]:
    """Return the sets a title is reviewed on for a year, its own level's first; empty when one is missing."""
    levels = [title.level, *([TitleLevel.ADVANCED] if title.level == TitleLevel.MODEL else [])]
    province = title.commune.province()
    try:
        return [current_set(level, province, year) for level in levels]
    except CriteriaSet.DoesNotExist:
        return []


@register
class SubmitReview(DossierAct):
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

    def refusals(self) -> list[Refusal]:
        if self.statement:
            return []
        message = _("Xin ghi đánh giá chung và việc xã sẽ làm với chỉ tiêu chưa đạt.")
        return [Refusal("statement", message, field="statement")]

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


class ExaminedReviewAct(SignedReviewAct):
    """What is decided on a review; where there is a district, not before its officer has reported (a gate)."""

    authority = CONFIRMING

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        asked = {rule.code for rule in get_procedure(dossier.procedure).gates_at(cls.name)}
        if "review_examined" not in asked or dossier.review.recommends_confirming is not None:
            return None
        return Waiting(_("Chờ phòng chuyên môn huyện kiểm tra kết quả rà soát."))


@register
class ConfirmReview(ExaminedReviewAct):
    """Confirm how the criteria stand, by a paper. The title then meets the current set, or does not."""

    name = "review.confirm"
    label = gettext_lazy("Xác nhận kết quả rà soát")
    is_signed = True
    transition = "confirm_review"

    def __init__(self, *, number: str, dated_on: date, **base: Any) -> None:
        super().__init__(**base)
        self.number, self.dated_on = number.strip(), dated_on

    def refusals(self) -> list[Refusal]:
        found = []
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
            at=self.at,
            by=self.actor.user,
            agency=self.actor.agency,
        )
