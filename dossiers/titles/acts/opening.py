"""Opening the review of a title, and cancelling one that was opened by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis, Refusal, register
from dossiers.acts.reasons import WithReasons
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.results.models import Evidence, IndicatorResult

from ..authority import OFFICE
from ..cases import OpeningAct, lies_in_a_district
from ..models import Review, ReviewKind, Title
from ..prefill import last_accepted, results_of_review

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
        self.sets = sets_in_force(title.level, title.commune.province(), year)
        super().__init__(
            actor=actor,
            title=title,
            year=year,
            criteria_set=self.sets[0] if self.sets else None,
            procedure=PROCEDURES[lies_in_a_district(title)],
        )
        self.year, self.kind, self.reason = year, kind, reason.strip()

    def refusals(self) -> list[Refusal]:
        reviews = Review.objects.counting().filter(title=self.title).select_related("dossier")
        found = super().refusals() + reasons_against(
            self.title, self.year, kind=self.kind, has_sets=bool(self.sets), reviews=reviews, today=self.today
        )
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


def sets_in_force(level: str, province: AdministrativeUnit, year: int) -> list[CriteriaSet]:
    """Return the sets a title of the level is reviewed on for a year, its own level's first; empty when one is missing.

    At most one query for each set.
    """
    levels = [level, *([TitleLevel.ADVANCED] if level == TitleLevel.MODEL else [])]
    try:
        return [current_set(one, province, year) for one in levels]
    except CriteriaSet.DoesNotExist:
        return []


def reasons_against(
    title: Title, year: int, *, kind: str, has_sets: bool, reviews: Iterable[Review], today: date
) -> list[Refusal]:
    """Return why no review of the title can be opened for the year, by its reviews that count. No query.

    The act asks it under its lock, the preview of a whole year for many titles at once.
    """
    found = []
    words = {"first": title.year + 1, "last": today.year, "year": year}
    mine = list(reviews)
    if not title.year < year <= today.year:
        message = _("Năm rà soát phải từ %(first)s đến %(last)s.") % words
        found.append(Refusal("year", message, field="year"))
    elif not has_sets:
        message = _("Phần mềm chưa có bộ tiêu chí áp dụng cho năm %(year)s, nên chưa rà soát được.") % words
        found.append(Refusal("no_set", message, field="year"))
    if any(one.year > year for one in mine):
        message = _("Danh hiệu này đã được rà soát cho năm sau năm %(year)s.") % words
        found.append(Refusal("later", message, field="year"))
    if not all(one.dossier.is_final for one in mine):
        found.append(Refusal("open", _("Danh hiệu này đang có một lần rà soát chưa xong.")))
    if kind == ReviewKind.YEARLY and any((one.year, one.kind) == (year, kind) for one in mine):
        message = _("Danh hiệu này đã được rà soát hằng năm cho năm %(year)s.") % words
        found.append(Refusal("reviewed", message, field="year"))
    return found


def has_begun(dossier: Dossier) -> bool:
    """Say whether anybody has recorded or signed anything on a review. At most two queries."""
    if dossier.review.round > 1 or dossier.results.filter(updated_at__isnull=False).exists():
        return True
    return Evidence.objects.filter(result__dossier=dossier).exists()


@register
class CancelReview(WithReasons):
    """The coordination office cancels a review that it opened by mistake, before anybody recorded or signed anything.

    The commune's work ends and its deadline with it. The review stays readable and counts for nothing: another one of
    the same year can be opened.
    """

    name = "review.cancel"
    label = gettext_lazy("Hủy lần rà soát mở nhầm")
    authority = OFFICE
    transition = "cancel_review"
    basis = BASIS
    asks_for_reasons = gettext_lazy("Xin ghi lý do hủy lần rà soát.")

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: nobody has recorded anything yet."""
        return super().is_open_to(actor, dossier) and not has_begun(dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if not has_begun(dossier):
            return []
        message = _("Xã đã ghi số liệu, minh chứng hoặc đã ký, nên không hủy lần rà soát này được nữa.")
        return [Refusal("begun", message)]

    def change(self) -> None:
        Review.objects.filter(pk=self.dossier.pk).update(cancelled_at=self.at)
