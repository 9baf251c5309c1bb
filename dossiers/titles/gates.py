"""What a review must have before it is signed, and a case of revocation before it goes on."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.criteria.models import ThresholdKind
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, gate, met, not_met
from dossiers.procedures import GateRule, get_procedure
from dossiers.results.models import SelfVerdict

from .models import Review
from .standings import assessment_of, reviewed_criteria


@gate("review_results")
def results_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Every indicator with a threshold has a result, of the year of review or not much older (Điều 2)."""
    oldest = dossier.title_year - rule.parameters["oldest_figure_years"]
    found = []
    results = dossier.results.select_related("indicator").order_by("position")
    for result in results:
        code = result.indicator.code
        link = reverse("results:indicator", args=[dossier.pk, code])

        def lacks(kind: str, message: str, code: str = code, link: str = link) -> None:
            words = {"code": code, "oldest": oldest}
            found.append(Refusal(kind, message % words, rule=rule.citation, link=link))

        if result.not_applicable or result.indicator.threshold_kind == ThresholdKind.UNSET:
            continue
        if result.self_verdict == SelfVerdict.UNKNOWN:
            lacks("figure", _("Chỉ tiêu %(code)s chưa có kết quả rà soát."))
        elif (result.figure_year or 0) < oldest:
            message = _("Chỉ tiêu %(code)s: số liệu cũ hơn năm %(oldest)s, xin nhập số liệu mới.")
            lacks("old", message)
    return not_met(*found) if found else met(_("Mọi chỉ tiêu có mức đều đã có kết quả."))


@gate("review_verdicts")
def verdicts_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Every indicator is concluded; where no threshold is set, whoever confirms says what they find."""
    review = Review.objects.get(pk=dossier.pk)
    message = _("Chỉ tiêu %(code)s chưa có kết luận; xin ghi kết luận và căn cứ.")
    link = reverse("dossier:act", args=[dossier.pk, "sua-ket-luan"])
    open_codes = [
        row.result.indicator.code
        for one in reviewed_criteria(review)
        for row in one.indicators
        if row.verdict == SelfVerdict.UNKNOWN
    ]
    if not open_codes:
        return met(_("Mọi chỉ tiêu đã có kết luận."))
    return not_met(
        *(Refusal("verdict", message % {"code": code}, rule=rule.citation, link=link) for code in open_codes)
    )


@gate("review_examined")
def examined_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The officer of the district has reported on the review that the commune sent last."""
    if Review.objects.get(pk=dossier.pk).recommends_confirming is not None:
        return met(_("Phòng chuyên môn đã ghi kết quả kiểm tra rà soát."))
    message = _("Phòng chuyên môn chưa ghi kết quả kiểm tra rà soát.")
    return not_met(Refusal("not_examined", message, rule=rule.citation))


@gate("revocation_ground")
def ground_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The review that the case rests on falls under the rule of revocation (Điều 4 khoản 4-7)."""
    review = dossier.revocation.review
    assessment = assessment_of(review, get_procedure(dossier.procedure).revocation_rule)
    assert assessment is not None, "a case is opened on a confirmed review only"
    if assessment.falls_under:
        return met(assessment.sentence)
    return not_met(Refusal("no_ground", assessment.sentence, rule=rule.citation))
