"""The council votes (xét), the provincial chair decides (công nhận), the district publishes (công bố)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.acts.dates import date_refusals
from dossiers.acts.votes import count_refusals
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import AtCommune, AtDistrict, AtProvince, HasRole
from dossiers.procedures import get_procedure
from dossiers.titles.granting import grant

from .models import CouncilVote, Decision, DecisionKind, Publication

CHAIR_BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Điều 3: Chủ tịch UBND cấp tỉnh công nhận xã đạt chuẩn nông thôn mới nâng cao"
)


class CouncilAct(DossierAct):
    """A meeting of the council. The rule of the dossier's procedure says whether the vote passes."""

    authority = HasRole(Role.COUNCIL_SECRETARY) & AtProvince()
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg: Hội đồng thẩm định tỉnh; tỷ lệ phiếu chưa đối chiếu công báo"
    )
    outcome: bool

    def __init__(
        self, *, met_on: date, members: int, present: int, in_favour: int, conclusion: str = "", **base: Any
    ) -> None:
        super().__init__(**base)
        self.met_on, self.members, self.present, self.in_favour = met_on, members, present, in_favour
        self.conclusion = conclusion.strip()

    def refusals(self) -> list[Refusal]:
        found = count_refusals(members=self.members, present=self.present, in_favour=self.in_favour, most=99)
        found += date_refusals(
            self.met_on,
            field="met_on",
            today=self.today,
            earliest=self.dossier.plan_approval.signed_on,
            why=_("ngày phê duyệt Đề án"),
        )
        return found or self._rule_refusals()

    def _rule_refusals(self) -> list[Refusal]:
        rule = get_procedure(self.dossier.procedure).council
        if not rule.has_quorum(members=self.members, present=self.present):
            message = _("Cuộc họp có %(present)s/%(members)s thành viên, chưa đủ %(quorum)s%% để xét.") % {
                "present": self.present,
                "members": self.members,
                "quorum": rule.quorum_percent,
            }
            return [Refusal("quorum", message, rule=rule.source, field="present")]
        passes = rule.passes(members=self.members, present=self.present, in_favour=self.in_favour)
        if passes is self.outcome:
            return []
        message = (
            _("Số phiếu đã đạt tỷ lệ quy định (%(threshold)s%%): xin ghi kết quả thông qua.")
            if passes
            else _("Số phiếu chưa đạt tỷ lệ quy định (%(threshold)s%%): không thể ghi là thông qua.")
        ) % {"threshold": rule.threshold_percent}
        return [Refusal("threshold", message, rule=rule.source, field="in_favour")]

    def change(self) -> None:
        rule = get_procedure(self.dossier.procedure).council
        CouncilVote.objects.create(
            dossier=self.dossier,
            met_on=self.met_on,
            members=self.members,
            present=self.present,
            in_favour=self.in_favour,
            threshold_percent=rule.threshold_percent,
            denominator=rule.denominator,
            passed=self.outcome,
            conclusion=self.conclusion,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        rule = get_procedure(self.dossier.procedure).council
        return {
            "met_on": self.met_on.isoformat(),
            "members": self.members,
            "present": self.present,
            "in_favour": self.in_favour,
            "threshold_percent": str(rule.threshold_percent),
            "denominator": rule.denominator.value,
            "passed": self.outcome,
            "conclusion": self.conclusion,
        }


@register
class PassCouncil(CouncilAct):
    """Record a vote that reached the threshold."""

    name = "council.pass"
    label = gettext_lazy("Ghi kết quả Hội đồng: thông qua")
    transition = "pass_council"
    outcome = True


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


class ChairAct(DossierAct):
    """What the provincial chair decides, by a numbered and dated document."""

    authority = HasRole(Role.PROVINCIAL_CHAIR) & AtProvince()
    basis = CHAIR_BASIS
    kind: DecisionKind

    def __init__(self, *, number: str, signed_on: date, reasons: str = "", **base: Any) -> None:
        super().__init__(**base)
        self.number, self.signed_on, self.reasons = number.strip(), signed_on, reasons.strip()

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        vote = self.dossier.votes.filter(passed=True).first()
        assert vote is not None, "nobody decides before the council has voted"
        found += date_refusals(
            self.signed_on,
            field="signed_on",
            today=self.today,
            earliest=vote.met_on,
            why=_("ngày Hội đồng họp"),
        )
        return found

    def change(self) -> None:
        self.decision = Decision.objects.create(
            dossier=self.dossier,
            kind=self.kind,
            number=self.number,
            signed_on=self.signed_on,
            reasons=self.reasons,
            decided_at=self.at,
            decided_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {"number": self.number, "signed_on": self.signed_on.isoformat(), "reasons": self.reasons}


@register
class Recognise(ChairAct):
    """The provincial chair recognises the commune; from here it holds the title of that year."""

    name = "decision.recognise"
    label = gettext_lazy("Ký quyết định công nhận")
    transition = "recognise"
    kind = DecisionKind.RECOGNISE

    def change(self) -> None:
        super().change()
        grant(self.decision, actor=self.actor, at=self.at)


@register
class Refuse(ChairAct):
    """The provincial chair refuses, in writing and with reasons."""

    name = "decision.refuse"
    label = gettext_lazy("Không công nhận")
    transition = "refuse"
    kind = DecisionKind.REFUSE

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.reasons:
            found.append(Refusal("reasons", _("Xin nêu rõ lý do không công nhận."), field="reasons"))
        return found


@register
class Publish(DossierAct):
    """The district publishes the recognition."""

    name = "recognition.publish"
    label = gettext_lazy("Công bố")
    authority = HasRole(Role.DISTRICT_CHAIR) & AtDistrict()
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
        found += date_refusals(
            self.published_on,
            field="published_on",
            today=self.today,
            earliest=self.dossier.decision.signed_on,
            why=_("ngày ký quyết định công nhận"),
        )
        return found

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
class Withdraw(DossierAct):
    """The commune withdraws its dossier; possible until the council meets."""

    name = "dossier.withdraw"
    label = gettext_lazy("Rút hồ sơ")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "withdraw"

    def __init__(self, *, reasons: str, **base: Any) -> None:
        super().__init__(**base)
        self.reasons = reasons.strip()

    def refusals(self) -> list[Refusal]:
        if self.reasons:
            return []
        return [Refusal("reasons", _("Xin ghi lý do rút hồ sơ."), field="reasons")]

    def payload(self) -> dict[str, Any]:
        return {"reasons": self.reasons}
