"""What a consultation must have before the dossier is submitted (Quyết định 18/2022/QĐ-TTg, Điều 5).

A dossier that was returned has been put before the people already and is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.acts.dates import day_in_words
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.gates import Answer, closed_papers, gate, met, not_applicable, not_met
from dossiers.procedures import GateRule
from dossiers.votes.models import VotingBody
from dossiers.votes.rules import latest_vote
from dossiers.votes.words import arithmetic
from storage.documents.models import Document

from .models import Broadcast, Consultation, OpinionSummary, Organisation, Stance, WrittenOpinion
from .window import Window, window_of

#: Looks at a consultation whose days are known.
Look = Callable[[Dossier, GateRule, Window], Answer]


def consultation_gate(code: str) -> Callable[[Look], Look]:
    """Decorator: a gate that is not asked of a returned dossier, nor met before the report was published."""

    def register(look: Look) -> Look:
        @gate(code)
        def asked(dossier: Dossier, rule: GateRule) -> Answer:
            if dossier.state == State.RETURNED:
                return not_applicable(_("Hồ sơ bị trả lại để bổ sung: không phải lấy ý kiến lại."))
            window = window_of(dossier)
            if window is None:
                return _lacking(dossier, rule, _("Báo cáo chưa được công khai để lấy ý kiến nhân dân."))
            return look(dossier, rule, window)

        return look

    return register


def _lacking(dossier: Dossier, rule: GateRule, *messages: str) -> Answer:
    """Return the answer of a gate that lacks these things; they are put right in the part of the page named by it."""
    page = "consultation:consultation" if dossier.purpose == Purpose.RECOGNITION else "dossier:overview"
    link = f"{reverse(page, args=[dossier.pk])}#{rule.code}"
    return not_met(*(Refusal(rule.code, message, rule=rule.citation, link=link) for message in messages))


def _met_by(dossier: Dossier, rule: GateRule, sentence: str, *papers: Document) -> Answer:
    """Return that the gate is met, if everybody can open the papers it rests on."""
    closed = closed_papers(*papers)
    return _lacking(dossier, rule, *closed) if closed else met(sentence)


@consultation_gate("consultation_days")
def days_gate(dossier: Dossier, rule: GateRule, window: Window) -> Answer:
    """Met from the day after the last of the days (Điều 5 khoản 1)."""
    period = {
        "days": window.days,
        "first": day_in_words(window.first_day),
        "last": day_in_words(window.last_day),
    }
    if window.is_over(timezone.localdate()):
        report = Consultation.objects.filter(dossier=dossier).select_related("report__scan")[0].report
        sentence = _("Đã công khai đủ %(days)s ngày, từ %(first)s đến hết %(last)s.")
        return _met_by(dossier, rule, sentence % period, report)
    message = _("Báo cáo công khai từ %(first)s, chưa đủ %(days)s ngày: phải đến hết %(last)s.")
    return _lacking(dossier, rule, message % period)


@consultation_gate("consultation_broadcasts")
def broadcasts_gate(dossier: Dossier, rule: GateRule, window: Window) -> Answer:
    """Counts the broadcasts within the days only (Điều 5 khoản 1)."""
    moments = Broadcast.objects.filter(dossier=dossier, removed_at__isnull=True).values_list("at", flat=True)
    inside = [window.holds(at) for at in moments]
    least, counted = rule.parameters["broadcasts"], sum(inside)
    if counted >= least:
        return met(_("Đã phát %(n)s lần trong thời gian công khai.") % {"n": counted})
    message = _("Mới phát %(n)s/%(least)s lần trong thời gian công khai (%(first)s đến %(last)s).") % {
        "n": counted,
        "least": least,
        "first": day_in_words(window.first_day),
        "last": day_in_words(window.last_day),
    }
    if outside := len(inside) - counted:
        message += " " + _("%(n)s lần phát ngoài thời gian này không tính.") % {"n": outside}
    return _lacking(dossier, rule, message)


@consultation_gate("written_opinions")
def opinions_gate(dossier: Dossier, rule: GateRule, window: Window) -> Answer:
    """Waits for documents, not for a day: the report is completed when they have come (Điều 5 khoản 2)."""
    answers = WrittenOpinion.objects.filter(dossier=dossier, dated_on__gte=window.first_day)
    latest = {one.organisation: one for one in reversed(answers.select_related("document__scan"))}
    asked = [Organisation(code) for code in rule.parameters["organisations"]]
    missing = [
        _("Chưa có ý kiến bằng văn bản của %(organisation)s về báo cáo đang công khai.")
        % {"organisation": one.label}
        for one in asked
        if one not in latest
    ]
    if missing:
        return _lacking(dossier, rule, *missing)
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
    papers = [latest[one].document for one in asked]
    return _met_by(dossier, rule, "; ".join(sentences) + ".", *papers)


@consultation_gate("opinion_summary")
def summary_gate(dossier: Dossier, rule: GateRule, window: Window) -> Answer:
    """The summary is made after the days, of what was said on them (Điều 5 khoản 2)."""
    summary = OpinionSummary.objects.filter(dossier=dossier).select_related("document__scan").first()
    if summary is None:
        return _lacking(dossier, rule, _("Chưa có báo cáo tổng hợp ý kiến."))
    day = {"day": day_in_words(summary.dated_on)}
    if summary.dated_on < window.day_after:
        message = _("Báo cáo tổng hợp ý kiến ngày %(day)s lập trước khi hết thời gian công khai.")
        return _lacking(dossier, rule, message % day)
    sentence = _("Báo cáo tổng hợp ý kiến ngày %(day)s.") % day
    return _met_by(dossier, rule, sentence, summary.document)


@consultation_gate("commune_vote")
def vote_gate(dossier: Dossier, rule: GateRule, window: Window) -> Answer:
    """The latest meeting counts, by the rule that was kept with it, and it has seen the latest summary."""
    vote = latest_vote(dossier, VotingBody.COMMUNE_MEETING)
    if vote is None:
        return _lacking(dossier, rule, _("Xã chưa ghi kết quả họp, bỏ phiếu đề nghị xét."))
    said = {"day": day_in_words(vote.met_on), "arithmetic": arithmetic(vote)}
    summary = OpinionSummary.objects.filter(dossier=dossier).first()
    if summary is not None and vote.met_on < summary.dated_on:
        message = _("Cuộc họp ngày %(day)s diễn ra trước báo cáo tổng hợp ý kiến; xin họp lại.")
        return _lacking(dossier, rule, message % said)
    if not vote.passed:
        message = _("Cuộc họp ngày %(day)s chưa đạt tỷ lệ: %(arithmetic)s.")
        return _lacking(dossier, rule, message % said)
    sentence = _("Họp ngày %(day)s: %(arithmetic)s.") % said
    return _met_by(dossier, rule, sentence, *([vote.minutes] if vote.minutes else []))
