"""A department's head asks the commune for a supplement, takes the request back, or goes on without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, LegalBasis, NotPermitted, Refusal, StaleForm, register
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtProvince, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.models import IndicatorResult
from dossiers.results.unsent import discard

from ..models import OpinionState
from ..opinions import OpinionAct, paper_refusals
from .models import Outcome, SupplementItem, SupplementRequest
from .snapshots import differs, snapshots

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg: hồ sơ chưa đủ thì hướng dẫn bằng văn bản, nêu rõ lý do (điều, khoản chưa đối chiếu)"
)


@dataclass(frozen=True)
class Asked:
    """What is lacking on one indicator, in words that the commune reads."""

    result_id: int
    lacking: str


@register
class RequestSupplement(OpinionAct):
    """Ask the commune for named indicators of the department's own; only these open again for the commune.

    The dossier stays in appraisal and other departments go on. The department's own work waits for the answer.
    """

    name = "opinion.ask_supplement"
    label = gettext_lazy("Yêu cầu xã bổ sung chỉ tiêu")
    is_signed = True
    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince()
    basis = BASIS

    def __init__(
        self,
        *,
        number: str,
        dated_on: date,
        items: Sequence[Asked],
        opinion_revision: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.number, self.dated_on = number.strip(), dated_on
        self.items, self.opinion_revision = items, opinion_revision
        self.turn = 0
        self._results: dict[int, IndicatorResult] = {}

    def refusals(self) -> list[Refusal]:
        found = paper_refusals(self)
        if not self.items:
            message = _("Xin ghi điều còn thiếu ở ít nhất một chỉ tiêu; chỉ chỉ tiêu đó được mở lại cho xã.")
            found.append(Refusal("items", message))
        found += [
            Refusal("lacking", _("Xin ghi rõ còn thiếu gì, để xã biết phải bổ sung gì."), field=field_of(row))
            for row in self.items
            if not row.lacking.strip()
        ]
        return found

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if found := super().hindrances(actor, dossier):
            return found
        asked = SupplementRequest.objects.filter(
            opinion__dossier=dossier,
            opinion__round=dossier.appraisal_round,
            opinion__department=actor.agency,
        )
        return _beyond_turns(dossier, asked.count() + 1)

    def check(self) -> None:
        super().check()
        if self.opinion_revision not in (None, self.opinion.revision):
            raise StaleForm
        self.turn = self.opinion.supplements.count() + 1
        if found := _beyond_turns(self.dossier, self.turn):
            raise ActRefused(*found)
        mine = IndicatorResult.objects.filter(dossier=self.dossier, department=self.opinion.department_id)
        wanted = {row.result_id for row in self.items}
        self._results = mine.select_related("indicator").in_bulk(wanted)
        if len(self._results) != len(self.items):
            raise NotPermitted(Refusal("not_mine", _("Chỉ tiêu này do cơ quan khác thẩm định.")))

    def change(self) -> None:
        before = snapshots(self._results.values())
        self.supplement = SupplementRequest.objects.create(
            opinion=self.opinion,
            turn=self.turn,
            number=self.number,
            dated_on=self.dated_on,
            asked_at=self.at,
            asked_by=self.actor.user,
        )
        SupplementItem.objects.bulk_create(
            SupplementItem(
                request=self.supplement,
                result_id=row.result_id,
                lacking=row.lacking.strip(),
                before=before[row.result_id],
            )
            for row in self.items
        )
        IndicatorResult.objects.filter(pk__in=self._results).update(is_reopened=True)
        self.opinion.await_supplement()
        self.opinion.revision += 1
        self.opinion.save(update_fields=["state", "revision"])

    def payload(self) -> dict[str, Any]:
        return {
            "turn": self.turn,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "items": [
                {"indicator": self._results[row.result_id].indicator.code, "lacking": row.lacking.strip()}
                for row in self.items
            ],
        }


def _beyond_turns(dossier: Dossier, turn: int) -> list[Refusal]:
    """Return that a department has asked as often as the procedure lets it, or nothing."""
    rule = get_procedure(dossier.procedure).supplements
    if rule.max_turns is None or turn <= rule.max_turns:
        return []
    message = _("Quy trình cho mỗi cơ quan yêu cầu bổ sung tối đa %(n)s lần trong một đợt thẩm định.")
    return [Refusal("too_many", message % {"n": rule.max_turns}, rule=rule.source)]


def field_of(row: Asked) -> str:
    """Return how refusals name the input of one indicator."""
    return f"r{row.result_id}-lacking"


class EndingAct(OpinionAct):
    """The department ends its open request without an answer, for a reason that the commune reads.

    What the commune had begun to change and its chair had not sent does not count, and nobody else reads it.
    """

    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince()
    opinion_states = frozenset({OpinionState.AWAITING_SUPPLEMENT})
    basis = BASIS
    outcome: Outcome

    def __init__(self, *, reasons: str, opinion_revision: int | None = None, **base: Any) -> None:
        super().__init__(**base)
        self.reasons, self.opinion_revision = reasons.strip(), opinion_revision

    def check(self) -> None:
        super().check()
        if self.opinion_revision not in (None, self.opinion.revision):
            raise StaleForm

    def refusals(self) -> list[Refusal]:
        if self.reasons:
            return []
        return [Refusal("reasons", _("Xin nêu lý do; xã đọc được lý do này."), field="reasons")]

    def change(self) -> None:
        self.supplement = self.opinion.supplements.get(outcome=Outcome.OPEN)
        items = self.supplement.items.select_related("result__indicator")
        now = snapshots([item.result for item in items], unsent=True)
        self.restored = sum(differs(item.before, now[item.result_id]) for item in items)
        discard(now.keys(), at=self.at, by=self.actor.user)
        close_request(self.supplement, self.outcome, act=self, reason=self.reasons)
        self.codes = [item.result.indicator.code for item in items]

    def payload(self) -> dict[str, Any]:
        return {
            "turn": self.supplement.turn,
            "reasons": self.reasons,
            "indicators": self.codes,
            "restored": self.restored,
        }


def close_request(supplement: SupplementRequest, outcome: Outcome, *, act: Any, reason: str = "") -> None:
    """End a request by an act on ``act.opinion``: its indicators close again, and the examination goes on."""
    supplement.outcome, supplement.ending_reason = outcome, reason
    supplement.ended_at, supplement.ended_by = act.at, act.actor.user
    supplement.save()
    asked = supplement.items.values("result")
    IndicatorResult.objects.filter(pk__in=asked).update(is_reopened=False)
    act.opinion.go_on()
    act.opinion.revision += 1
    act.opinion.save(update_fields=["state", "revision"])


@register
class WithdrawRequest(EndingAct):
    """Take back a request that was made in error or is no longer needed."""

    name = "opinion.withdraw_request"
    label = gettext_lazy("Rút yêu cầu bổ sung")
    outcome = Outcome.WITHDRAWN


@register
class GoOnWithoutAnswer(EndingAct):
    """Go on with the examination because no answer came in time. Being late decides nothing by itself.

    The flow lets it happen only after the commune's deadline.
    """

    name = "opinion.go_on"
    label = gettext_lazy("Thẩm định tiếp khi xã không trả lời")
    outcome = Outcome.UNANSWERED
