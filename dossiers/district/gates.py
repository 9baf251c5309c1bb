"""What the district must have before it forwards a dossier (Quyết định 18/2022/QĐ-TTg, Chương II; Điều 4 khoản 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.acts import Refusal
from dossiers.acts.dates import day_in_words
from dossiers.appraisal.models import Verdict
from dossiers.consultation.models import Stance
from dossiers.dossier.models import Dossier, State
from dossiers.gates import Answer, closed_papers, gate, met, not_applicable, not_met
from dossiers.procedures import GateRule
from dossiers.votes.models import Vote, VotingBody
from dossiers.votes.rules import latest_vote
from dossiers.votes.words import arithmetic
from storage.documents.models import Document

from .models import (
    DistrictOpinion,
    DistrictOrganisation,
    DistrictPublication,
    DistrictSummary,
    DivisionFinding,
    DivisionReview,
    IntakeReply,
    SatisfactionSurvey,
)
from .review import (
    district_window_of,
    is_before,
    is_past,
    reply_of_review,
    unsigned_divisions,
    verification_of_review,
)
from .shares import shares_of

Look = Callable[[Dossier, GateRule], Answer]


def district_gate(code: str, records: Any, **which: Any) -> Callable[[Look], Look]:
    """Decorator: a gate of the district's review, which is not asked of a dossier that passed it without ``records``.

    Such a dossier was forwarded before the procedure had the gate. Before the submission nothing can be met.
    """

    def register(look: Look) -> Look:
        @gate(code)
        def asked(dossier: Dossier, rule: GateRule) -> Answer:
            if dossier.state == State.WITHDRAWN:
                return not_applicable(_("Hồ sơ đã được rút."))
            if is_before(dossier):
                return lacking(dossier, rule, _("Hồ sơ chưa được trình lên huyện."))
            if is_past(dossier) and not records.objects.filter(dossier=dossier, **which).exists():
                return not_applicable(_("Hồ sơ đã qua bước của huyện trước khi có điều kiện này."))
            return look(dossier, rule)

        return look

    return register


def lacking(dossier: Dossier, rule: GateRule, *messages: str) -> Answer:
    """Return the answer of a gate that lacks these things; they are put right in the part of the page named by it."""
    link = f"{reverse('district:district', args=[dossier.pk])}#{rule.code}"
    return not_met(*(Refusal(rule.code, message, rule=rule.citation, link=link) for message in messages))


def _met_by(dossier: Dossier, rule: GateRule, sentence: str, *papers: Document) -> Answer:
    closed = closed_papers(*papers)
    return lacking(dossier, rule, *closed) if closed else met(sentence)


@district_gate("district_intake", IntakeReply)
def intake_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The district has answered in writing that the dossier is complete."""
    reply = reply_of_review(dossier)
    if reply is None:
        if verification_of_review(dossier) is not None:
            return not_applicable(_("Hồ sơ đã được thẩm tra trước khi có bước trả lời tiếp nhận."))
        return lacking(dossier, rule, _("Huyện chưa trả lời xã bằng văn bản về kết quả tiếp nhận."))
    said = {"number": reply.number, "day": day_in_words(reply.dated_on)}
    if not reply.is_complete:
        message = _("Văn bản số %(number)s ngày %(day)s yêu cầu xã bổ sung hồ sơ.")
        return lacking(dossier, rule, message % said)
    return met(_("Văn bản số %(number)s ngày %(day)s trả lời hồ sơ đầy đủ.") % said)


@district_gate("division_reviews", DivisionReview)
def divisions_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Every division that was asked has signed, and found nothing unmet (Điều 4 khoản 1: all criteria)."""
    reviews = DivisionReview.objects.filter(dossier=dossier).order_by("division__name")
    if not is_past(dossier):
        reviews = reviews.filter(is_current=True)
    asked = list(reviews.values_list("signed_at", flat=True))
    if not asked:
        if dossier.state == State.RETURNED:
            message = _("Hồ sơ bị trả lại để bổ sung; các phòng, ban kiểm tra lại sau khi xã trình lại.")
            return lacking(dossier, rule, message)
        if reply_of_review(dossier) is None and verification_of_review(dossier) is None:
            return lacking(dossier, rule, _("Hồ sơ chưa được chuyển đến các phòng, ban."))
        return not_applicable(_("Không phòng, ban nào của huyện được giao chỉ tiêu của hồ sơ này."))
    if waiting := unsigned_divisions(dossier):
        message = _("%(division)s chưa ký kết quả kiểm tra.")
        return lacking(dossier, rule, *(message % {"division": name} for name in waiting))
    unmet = DivisionFinding.objects.filter(review__in=reviews, verdict=Verdict.NOT_MET).order_by(
        "result__position"
    )
    if found := [
        _("%(division)s: chỉ tiêu %(code)s chưa đạt: %(reason)s")
        % {"division": division, "code": code, "reason": reason}
        for division, code, reason in unmet.values_list(
            "review__division__short_name", "result__indicator__code", "reason"
        )
    ]:
        return lacking(dossier, rule, *found)
    return met(ngettext("%(n)s phòng, ban đã ký.", "%(n)s phòng, ban đã ký.", len(asked)) % {"n": len(asked)})


@district_gate("district_publication", DistrictPublication)
def publication_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The list and the draft report are before the people of the whole district for the days of the rule."""
    window = district_window_of(dossier)
    if window is None:
        return lacking(dossier, rule, _("Huyện chưa công khai danh sách và dự thảo báo cáo thẩm tra."))
    if not window.is_over(timezone.localdate()):
        return lacking(dossier, rule, window.not_over_in_words())
    period = {
        "days": window.days,
        "first": day_in_words(window.first_day),
        "last": day_in_words(window.last_day),
    }
    report = DistrictPublication.objects.filter(dossier=dossier).select_related("report__scan")[0].report
    sentence = _("Đã công khai đủ %(days)s ngày, từ %(first)s đến hết %(last)s.") % period
    return _met_by(dossier, rule, sentence, report)


@district_gate("district_opinions", DistrictOpinion)
def opinions_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Waits for documents, not for a day: those of the organisations that the rule names."""
    answers = DistrictOpinion.objects.filter(dossier=dossier).select_related("document__scan")
    latest = {one.organisation: one for one in reversed(answers)}
    asked = [DistrictOrganisation(code) for code in rule.parameters["organisations"]]
    missing = [
        _("Chưa có ý kiến bằng văn bản của %(organisation)s.") % {"organisation": one.label}
        for one in asked
        if one not in latest
    ]
    if missing:
        return lacking(dossier, rule, *missing)
    said = _("%(organisation)s: văn bản số %(number)s ngày %(day)s, %(stance)s")
    sentences = [
        said
        % {
            "organisation": one.label,
            "number": latest[one].number,
            "day": day_in_words(latest[one].dated_on),
            "stance": str(Stance(latest[one].stance).label).lower(),
        }
        for one in asked
    ]
    return _met_by(dossier, rule, "; ".join(sentences) + ".", *(latest[one].document for one in asked))


@district_gate("district_summary", DistrictSummary)
def summary_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The summary is made after the days of the latest publication, of what was said on them."""
    summary = DistrictSummary.objects.filter(dossier=dossier).select_related("document__scan").first()
    if summary is None:
        return lacking(dossier, rule, _("Chưa có báo cáo tổng hợp ý kiến của huyện."))
    day = {"day": day_in_words(summary.dated_on)}
    window = district_window_of(dossier)
    if window is not None and summary.dated_on < window.day_after:
        message = _("Báo cáo tổng hợp ý kiến ngày %(day)s lập trước khi hết thời gian công khai.")
        return lacking(dossier, rule, message % day)
    return _met_by(dossier, rule, _("Báo cáo tổng hợp ý kiến ngày %(day)s.") % day, summary.document)


@district_gate("satisfaction_survey", SatisfactionSurvey)
def survey_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The Front's latest result, by the thresholds kept with it: households asked, the whole, each content."""
    survey = (
        SatisfactionSurvey.objects.filter(dossier=dossier)
        .select_related("document__scan")
        .prefetch_related("answers")
        .first()
    )
    if survey is None:
        return lacking(dossier, rule, _("Mặt trận Tổ quốc cấp huyện chưa ghi kết quả khảo sát sự hài lòng."))
    shares = shares_of(survey)
    if missed := [f"{share}." for share in shares if not share.is_reached]:
        return lacking(dossier, rule, *missed)
    asked, satisfied, *_contents = shares
    sentence = _("Báo cáo số %(number)s của Mặt trận. %(asked)s. %(satisfied)s. Mọi nội dung đều đạt.") % {
        "number": survey.number,
        "asked": asked,
        "satisfied": satisfied,
    }
    return _met_by(dossier, rule, sentence, survey.document)


@district_gate("district_vote", Vote, body=VotingBody.DISTRICT_COMMITTEE)
def vote_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The latest meeting counts, by the rule kept with it, and it has seen the latest verification and summary."""
    vote = latest_vote(dossier, VotingBody.DISTRICT_COMMITTEE)
    if vote is None:
        return lacking(dossier, rule, _("Chưa ghi kết quả họp, bỏ phiếu của Ban Chỉ đạo huyện."))
    said = {"day": day_in_words(vote.met_on), "arithmetic": arithmetic(vote)}
    verification = verification_of_review(dossier)
    if verification is not None and vote.recorded_at < verification.verified_at:
        message = _("Cuộc họp ngày %(day)s được ghi trước báo cáo thẩm tra mới nhất; xin họp lại.")
        return lacking(dossier, rule, message % said)
    if DistrictSummary.objects.filter(dossier=dossier, recorded_at__gt=vote.recorded_at).exists():
        message = _("Cuộc họp ngày %(day)s được ghi trước báo cáo tổng hợp ý kiến mới nhất; xin họp lại.")
        return lacking(dossier, rule, message % said)
    if not vote.passed:
        return lacking(dossier, rule, _("Cuộc họp ngày %(day)s chưa đạt tỷ lệ: %(arithmetic)s.") % said)
    sentence = _("Họp ngày %(day)s: %(arithmetic)s.") % said
    return _met_by(dossier, rule, sentence, *([vote.minutes] if vote.minutes else []))
