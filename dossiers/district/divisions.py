"""The divisions of the district look into their own indicators, all at the same time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.appraisal.models import Verdict
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.loading import division_code, division_of_department
from dossiers.organisations.models import Agency, AgencyKind, Role
from dossiers.policies import Actor, AtDistrict, HasRole
from dossiers.policies.conditions import Condition, Denial
from dossiers.results.models import IndicatorResult

from .models import DivisionFinding, DivisionReview

#: Of an indicator: the verdict and, where it is not met, the reason.
Found = tuple[str, str]


def results_by_division(dossier: Dossier) -> dict[int, list[IndicatorResult]]:
    """Return by the id of a division of the dossier's district the indicators it looks into. Two queries.

    A division looks into what the provincial department above it appraises. What has no division is left to the
    verification itself.
    """
    divisions = {
        code: pk
        for code, pk in Agency.objects.filter(
            unit=dossier.commune.parent_id, kind=AgencyKind.DIVISION
        ).values_list("code", "pk")
    }
    found: defaultdict[int, list[IndicatorResult]] = defaultdict(list)
    if not divisions:
        return found
    results = IndicatorResult.objects.filter(dossier=dossier, department__isnull=False)
    for result in results.select_related("department", "indicator").order_by("position"):
        assert result.department is not None
        code = division_of_department().get(result.department.code)
        division = divisions.get(division_code(code, dossier.district)) if code else None
        if division is not None:
            found[division].append(result)
    return found


def results_of_division(dossier: Dossier, division: Agency) -> list[IndicatorResult]:
    """Return the indicators that one division looks into, in their order. One query."""
    above = [
        department
        for department, code in division_of_department().items()
        if division_code(code, dossier.district) == division.code
    ]
    results = IndicatorResult.objects.filter(dossier=dossier, department__code__in=above)
    return list(results.select_related("indicator").order_by("position"))


def open_division_reviews(dossier: Dossier, *, at: datetime) -> list[int]:
    """Open a review for each division with indicators; return the divisions' ids. Call under the dossier's lock."""
    close_division_reviews(dossier)
    reviews = DivisionReview.objects.bulk_create(
        DivisionReview(dossier=dossier, division_id=division, opened_at=at)
        for division in results_by_division(dossier)
    )
    return [review.division_id for review in reviews]


def close_division_reviews(dossier: Dossier) -> None:
    """End the review: what the divisions found stays readable and counts no more."""
    DivisionReview.objects.filter(dossier=dossier, is_current=True).update(is_current=False)


def own_review(dossier: Dossier, agency_id: int) -> DivisionReview | None:
    """Return the division's current review of the dossier, or None. One query."""
    return DivisionReview.objects.filter(dossier=dossier, division=agency_id, is_current=True).first()


class HasReview(Condition):
    """The actor's division was asked in the dossier's current review."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if own_review(dossier, actor.agency.pk) is not None:
            return None
        return Denial("assignment", _("Hồ sơ này không giao cho phòng, ban của anh/chị."))


def _already_signed(review: DivisionReview | None) -> list[Refusal]:
    if review is None or review.signed_at is None:
        return []
    return [Refusal("signed", _("Phòng, ban đã ký kết quả kiểm tra của lần trình này."))]


@register
class SignDivisionReview(DossierAct):
    """The head of a division signs what it found on each of its indicators. It is final for this review."""

    name = "division.sign"
    label = gettext_lazy("Ký kết quả kiểm tra của phòng, ban")
    is_signed = True
    authority = HasRole(Role.DIVISION_HEAD) & AtDistrict() & HasReview()
    states = frozenset({State.DISTRICT_REVIEW})
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, Chương II: phòng, ban phụ trách tiêu chí thẩm tra (điều, khoản chưa đối chiếu)"
    )

    def __init__(self, *, found: Mapping[int, Found], summary: str = "", **base: Any) -> None:
        super().__init__(**base)
        #: By the id of the indicator's result.
        self.found = {pk: (verdict, reason.strip()) for pk, (verdict, reason) in found.items()}
        self.summary = summary.strip()

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        review = own_review(dossier, actor.agency.pk)
        if review is not None and review.signed_at is not None:
            return Waiting(
                _(
                    "Phòng, ban của anh/chị đã ký; còn chờ các phòng, ban khác "
                    "hoặc báo cáo thẩm tra của huyện."
                )
            )
        return None

    @cached_property
    def review(self) -> DivisionReview:
        """The division's review, read once, under the dossier's lock."""
        review = own_review(self.dossier, self.actor.agency.pk)
        assert review is not None, "the authority asked for it"
        return review

    @cached_property
    def results(self) -> list[IndicatorResult]:
        """What the division looks into, read once, under the dossier's lock."""
        return results_of_division(self.dossier, self.actor.agency)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return _already_signed(own_review(dossier, actor.agency.pk))

    def hindrances_now(self) -> list[Refusal]:
        return _already_signed(self.review)

    def refusals(self) -> list[Refusal]:
        found = []
        for result in self.results:
            verdict, reason = self.found.get(result.pk, ("", ""))
            code = {"code": result.indicator.code}
            if verdict not in Verdict.values:
                message = _("Chưa kết luận chỉ tiêu %(code)s.") % code
                found.append(Refusal("unfinished", message, field=f"verdict_{result.pk}"))
            elif verdict == Verdict.NOT_MET and not reason:
                message = _("Xin ghi lý do chỉ tiêu %(code)s chưa đạt.") % code
                found.append(Refusal("reason", message, field=f"reason_{result.pk}"))
        return found

    def change(self) -> None:
        review = self.review
        review.summary, review.signed_at, review.signed_by = self.summary, self.at, self.actor.user
        review.save(update_fields=["summary", "signed_at", "signed_by"])
        DivisionFinding.objects.bulk_create(
            DivisionFinding(
                review=review,
                result=result,
                verdict=self.found[result.pk][0],
                reason=self.found[result.pk][1] if self.found[result.pk][0] == Verdict.NOT_MET else "",
            )
            for result in self.results
        )

    def payload(self) -> dict[str, Any]:
        return {
            "division": self.actor.agency.pk,
            "summary": self.summary,
            "findings": [
                {
                    "indicator": result.indicator.code,
                    "verdict": self.found[result.pk][0],
                    "reason": self.found[result.pk][1],
                }
                for result in self.results
            ],
        }
