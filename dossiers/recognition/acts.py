"""The council votes (xét), the provincial chair decides (công nhận), the district publishes (công bố)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import order_refusals
from dossiers.acts.order import dated
from dossiers.acts.reasons import WithReasons
from dossiers.batches.entries import current_batch
from dossiers.criteria.numbers import format_number
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import RECEIVING_CHAIR, Actor, AtCommune, AtProvince, Condition, HasRole
from dossiers.results.acts import document_stamp
from dossiers.results.unsent import discard
from dossiers.titles.granting import grant
from dossiers.votes.acts import VoteAct
from dossiers.votes.models import VotingBody
from storage.documents import fix
from storage.documents.models import Document

from .conditions import waits_for_conditions
from .models import CouncilCondition, Decision, DecisionKind, Publication

CHAIR_BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Điều 3: Chủ tịch UBND cấp tỉnh công nhận xã đạt chuẩn nông thôn mới nâng cao"
)


@dataclass(frozen=True)
class ConditionInput:
    """One task that the council wants completed, as typed."""

    task: str
    responsible: str
    due_on: date | None


class CouncilAct(VoteAct):
    """A meeting of the council. The rule of the dossier's procedure says whether the vote passes."""

    authority = HasRole(Role.COUNCIL_SECRETARY) & AtProvince()
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg: Hội đồng thẩm định tỉnh; tỷ lệ phiếu chưa đối chiếu công báo"
    )
    body = VotingBody.PROVINCIAL_COUNCIL
    paper = "council_vote"
    outcome: bool

    def rule_refusals(self) -> list[Refusal]:
        found = super().rule_refusals()
        if found or self.passes is self.outcome:
            return found
        message = (
            _("Số phiếu đã đạt tỷ lệ quy định (%(threshold)s%%): xin ghi kết quả thông qua.")
            if self.passes
            else _("Số phiếu chưa đạt tỷ lệ quy định (%(threshold)s%%): không thể ghi là thông qua.")
        ) % {"threshold": format_number(self.rule.threshold_percent)}
        return [Refusal("threshold", message, rule=self.rule.source, field="in_favour")]


@register
class PassCouncil(CouncilAct):
    """Record a vote that reached the threshold."""

    name = "council.pass"
    label = gettext_lazy("Ghi kết quả Hội đồng: thông qua")
    transition = "pass_council"
    outcome = True


@register
class PassWithConditions(CouncilAct):
    """Record a vote that reached the threshold with tasks to complete; the decision waits until they are.

    Each task names who answers for it and the last day.
    """

    name = "council.pass_with_conditions"
    label = gettext_lazy("Ghi kết quả Hội đồng: thông qua, kèm việc phải hoàn thiện")
    transition = "pass_council"
    outcome = True

    def __init__(self, *, conditions: Sequence[ConditionInput], **inputs: Any) -> None:
        super().__init__(**inputs)
        #: By the number of its fields in the form, of which some may be left empty.
        self.by_place = {
            n: one
            for n, one in enumerate(conditions, 1)
            if one.task.strip() or one.responsible.strip() or one.due_on
        }
        self.conditions = list(self.by_place.values())

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.conditions:
            message = _("Xin ghi ít nhất một việc phải hoàn thiện; không có thì ghi kết quả thông qua.")
            found.append(Refusal("conditions", message, field="task_1"))
        for n, one in self.by_place.items():
            if not one.task.strip():
                found.append(Refusal("task", _("Xin ghi việc phải hoàn thiện."), field=f"task_{n}"))
            if not one.responsible.strip():
                message = _("Xin ghi người chịu trách nhiệm.")
                found.append(Refusal("responsible", message, field=f"responsible_{n}"))
            if one.due_on is None:
                found.append(Refusal("due_on", _("Xin ghi hạn hoàn thành."), field=f"due_on_{n}"))
            elif one.due_on < self.met_on:
                message = _("Hạn không thể trước ngày Hội đồng họp.")
                found.append(Refusal("due_on", message, field=f"due_on_{n}"))
        return found

    def change(self) -> None:
        super().change()
        CouncilCondition.objects.bulk_create(
            CouncilCondition(
                vote=self.vote,
                position=n,
                task=one.task.strip(),
                responsible=one.responsible.strip(),
                due_on=one.due_on,
            )
            for n, one in enumerate(self.conditions, 1)
            if one.due_on is not None
        )

    def payload(self) -> dict[str, Any]:
        conditions = [
            {"task": one.task.strip(), "responsible": one.responsible.strip(), "due_on": str(one.due_on)}
            for one in self.conditions
        ]
        return {**super().payload(), "conditions": conditions}


@register
class FailCouncil(CouncilAct):
    """Record a vote that missed the threshold; the whole dossier is open again for the commune."""

    name = "council.fail"
    label = gettext_lazy("Ghi kết quả Hội đồng: không thông qua")
    transition = "fail_council"
    outcome = False

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.conclusion:
            message = _("Xin ghi kết luận của Hội đồng để xã biết phải bổ sung gì.")
            found.append(Refusal("conclusion", message, field="conclusion"))
        return found

    def change(self) -> None:
        super().change()
        self.dossier.results.update(is_reopened=True)
        self.dossier.notices.create(
            from_state=State.COUNCIL,
            reasons=self.conclusion,
            at=self.at,
            by=self.actor.user,
            agency=self.actor.agency,
        )


def _day_of_decision(kind: str) -> str:
    words = str(DecisionKind(kind).label)
    return _("ngày ký %(decision)s") % {"decision": words[:1].lower() + words[1:]}


dated(
    "decision",
    "SELECT signed_on, kind FROM recognition_decision WHERE dossier_id = %(dossier)s",
    words=_day_of_decision,
)


class ChairAct(DossierAct):
    """What the provincial chair decides, by a numbered and dated document whose file is kept with it."""

    authority = HasRole(Role.PROVINCIAL_CHAIR) & AtProvince()
    basis = CHAIR_BASIS
    kind: DecisionKind

    def __init__(
        self, *, number: str, signed_on: date, document: Document, reasons: str = "", **base: Any
    ) -> None:
        super().__init__(**base)
        self.number, self.signed_on, self.reasons = number.strip(), signed_on, reasons.strip()
        self.document = document

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        return found + order_refusals(self, self.signed_on, field="signed_on", paper="decision")

    def change(self) -> None:
        self.batch = current_batch(self.dossier)
        self.decision = Decision.objects.create(
            dossier=self.dossier,
            batch=self.batch,
            kind=self.kind,
            number=self.number,
            signed_on=self.signed_on,
            reasons=self.reasons,
            document=self.document,
            decided_at=self.at,
            decided_by=self.actor.user,
        )
        fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "number": self.number,
            "signed_on": self.signed_on.isoformat(),
            "reasons": self.reasons,
            "document": document_stamp(self.document),
        }
        return {**said, "batch": self.batch.pk} if self.batch else said


@register
class Recognise(ChairAct):
    """The provincial chair recognises the commune; from here it holds the title of that year."""

    name = "decision.recognise"
    label = gettext_lazy("Ký quyết định công nhận")
    is_signed = True
    transition = "recognise"
    kind = DecisionKind.RECOGNISE

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        return waits_for_conditions(dossier)

    def change(self) -> None:
        super().change()
        grant(self.decision, actor=self.actor, at=self.at)


@register
class Refuse(ChairAct):
    """The provincial chair refuses, in writing and with reasons."""

    name = "decision.refuse"
    label = gettext_lazy("Không công nhận")
    is_signed = True
    transition = "refuse"
    kind = DecisionKind.REFUSE

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.reasons:
            found.append(Refusal("reasons", _("Xin nêu rõ lý do không công nhận."), field="reasons"))
        return found


@register
class Publish(DossierAct):
    """The district publishes the recognition; where there is none, the province."""

    name = "recognition.publish"
    label = gettext_lazy("Công bố")
    authority: ClassVar[Condition] = RECEIVING_CHAIR
    transition = "publish"
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 10 khoản 2: UBND cấp huyện tổ chức công bố")

    def __init__(self, *, published_on: date, channel: str, **base: Any) -> None:
        super().__init__(**base)
        self.published_on, self.channel = published_on, channel.strip()

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.channel:
            found.append(
                Refusal("channel", _("Xin ghi nơi công bố (hội nghị, cổng thông tin…)."), field="channel")
            )
        return found + order_refusals(self, self.published_on, field="published_on", paper="publication")

    def change(self) -> None:
        Publication.objects.create(
            dossier=self.dossier,
            published_on=self.published_on,
            channel=self.channel,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {"published_on": self.published_on.isoformat(), "channel": self.channel}


@register
class Withdraw(WithReasons):
    """The commune withdraws its dossier; possible until the council meets."""

    name = "dossier.withdraw"
    label = gettext_lazy("Rút hồ sơ")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "withdraw"
    asks_for_reasons = gettext_lazy("Xin ghi lý do rút hồ sơ.")

    def change(self) -> None:
        super().change()
        # What a department waited for is not answered any more: what was prepared for it was never sent.
        asked = self.dossier.results.filter(is_reopened=True).values_list("pk", flat=True)
        discard(list(asked), at=self.at, by=self.actor.user)
