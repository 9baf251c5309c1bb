"""What the council wanted completed: the commune reports, the coordination office confirms, the decision waits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import day_in_words
from dossiers.dossier.models import Dossier, State
from dossiers.gates import Answer, gate, met, not_applicable, not_met
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, AtProvince, HasRole
from dossiers.procedures import GateRule
from dossiers.results.acts import document_stamp
from dossiers.votes.models import Vote, VotingBody
from storage.documents import fix
from storage.documents.models import Document

from .models import ConditionsReport, CouncilCondition

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg: xã hoàn thiện hồ sơ theo ý kiến Hội đồng (bước 16; điều, khoản chưa đối chiếu)"
)


def deciding_vote(dossier: Dossier) -> Vote | None:
    """Return the vote of the council that the decision rests on, or None. One query."""
    return Vote.objects.filter(dossier=dossier, body=VotingBody.PROVINCIAL_COUNCIL, passed=True).first()


def conditions_of(dossier: Dossier) -> list[CouncilCondition]:
    """Return what the council wants completed before the decision, in order. One query."""
    vote = deciding_vote(dossier)
    return list(vote.conditions.all()) if vote else []


def open_conditions() -> QuerySet[CouncilCondition]:
    """Return what decisions still wait for: the conditions that nobody has confirmed as completed, of all dossiers.

    ``reported_at`` is when the commune reported on it and was not answered yet, else None.
    """
    reports = ConditionsReport.objects.filter(vote=OuterRef("vote"))
    unanswered = reports.filter(is_accepted__isnull=True).values("recorded_at")
    return CouncilCondition.objects.filter(
        ~Exists(reports.filter(is_accepted=True)),
        vote__passed=True,
        vote__dossier__state=State.DECIDING,
    ).annotate(reported_at=Subquery(unanswered))


def latest_report(dossier: Dossier) -> ConditionsReport | None:
    """Return the commune's latest report on the conditions of the deciding vote. Two queries."""
    vote = deciding_vote(dossier)
    return vote.condition_reports.first() if vote else None


def _unanswered(dossier: Dossier) -> ConditionsReport | None:
    report = latest_report(dossier)
    return report if report is not None and report.is_accepted is None else None


class ConditionsAct(DossierAct):
    """What happens to the council's conditions; open only while there are some."""

    states = frozenset({State.DECIDING})
    basis = BASIS
    #: What is said when they do not.
    says_not_due: ClassVar[str | Promise]

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: the council set conditions, and it is this side's turn."""
        return super().is_open_to(actor, dossier) and cls.is_due(dossier)

    @classmethod
    def is_due(cls, dossier: Dossier) -> bool:
        """Say whether the conditions wait for this act."""
        raise NotImplementedError

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return [] if cls.is_due(dossier) else [Refusal("not_due", str(cls.says_not_due))]


@register
class ReportConditions(ConditionsAct):
    """The commune reports in writing that it has completed what the council asked for."""

    name = "conditions.report"
    label = gettext_lazy("Báo cáo hoàn thiện theo kết luận Hội đồng")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    says_not_due = gettext_lazy("Không còn việc nào của Hội đồng chờ xã báo cáo.")

    def __init__(self, *, text: str, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.text, self.document = text.strip(), document

    @classmethod
    def is_due(cls, dossier: Dossier) -> bool:
        report = latest_report(dossier)
        return bool(conditions_of(dossier)) and (report is None or report.is_accepted is False)

    def refusals(self) -> list[Refusal]:
        if self.text:
            return []
        return [Refusal("text", _("Xin ghi từng việc đã hoàn thiện thế nào."), field="text")]

    def change(self) -> None:
        vote = deciding_vote(self.dossier)
        assert vote is not None, "only a vote sets conditions"
        ConditionsReport.objects.create(
            vote=vote,
            text=self.text,
            document=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)
        self.outdate_forms()

    def payload(self) -> dict[str, Any]:
        return {"summary": self.text, "document": document_stamp(self.document)}


class AnswerConditions(ConditionsAct):
    """The coordination office answers the commune's report."""

    authority = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
    says_not_due = gettext_lazy("Chưa có báo cáo nào của xã chờ xác nhận.")
    is_accepted: bool

    def __init__(self, *, reasons: str = "", **base: Any) -> None:
        super().__init__(**base)
        self.reasons = reasons.strip()

    @classmethod
    def is_due(cls, dossier: Dossier) -> bool:
        return _unanswered(dossier) is not None

    def change(self) -> None:
        report = _unanswered(self.dossier)
        assert report is not None, "looked for under the dossier's lock"
        report.is_accepted, report.answer = self.is_accepted, self.reasons
        report.answered_at, report.answered_by = self.at, self.actor.user
        report.save(update_fields=["is_accepted", "answer", "answered_at", "answered_by"])
        self.outdate_forms()

    def payload(self) -> dict[str, Any]:
        return {"reasons": self.reasons}


@register
class ConfirmConditions(AnswerConditions):
    """The coordination office confirms that all is completed; the decision may be made."""

    name = "conditions.confirm"
    label = gettext_lazy("Xác nhận xã đã hoàn thiện theo kết luận Hội đồng")
    is_accepted = True


@register
class RejectConditions(AnswerConditions):
    """The coordination office says what is still lacking; the commune reports again."""

    name = "conditions.reject"
    label = gettext_lazy("Yêu cầu xã hoàn thiện tiếp")
    is_accepted = False

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.reasons:
            found.append(Refusal("reasons", _("Xin nêu rõ việc nào còn thiếu."), field="reasons"))
        return found


def waits_for_conditions(dossier: Dossier) -> Waiting | None:
    """Return that the decision waits for the council's conditions, or None. At most two queries."""
    vote = deciding_vote(dossier)
    if vote is None or not vote.conditions.exists():
        return None
    if vote.condition_reports.filter(is_accepted=True).exists():
        return None
    return Waiting(_("Chờ xã hoàn thiện theo kết luận của Hội đồng và Văn phòng Điều phối xác nhận."))


@gate("council_conditions")
def conditions_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Every indicator must be met (Điều 4 khoản 1): what the council found incomplete is completed and confirmed."""
    conditions = conditions_of(dossier)
    if not conditions:
        return not_applicable(_("Hội đồng không đặt điều kiện nào."))
    report = latest_report(dossier)
    if report is not None and report.is_accepted:
        assert report.answered_at is not None
        day = {"day": day_in_words(report.answered_at.date()), "n": len(conditions)}
        return met(_("Xã đã hoàn thiện %(n)s việc, Văn phòng Điều phối xác nhận ngày %(day)s.") % day)
    link = f"{reverse('recognition:papers', args=[dossier.pk])}#hoan-thien"
    said = _("Chưa xác nhận đã hoàn thiện: %(task)s (%(responsible)s, hạn %(day)s).")
    return not_met(
        *(
            Refusal(
                rule.code,
                said % {"task": one.task, "responsible": one.responsible, "day": day_in_words(one.due_on)},
                rule=rule.citation,
                link=link,
            )
            for one in conditions
        )
    )
