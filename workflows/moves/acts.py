"""Moving a dossier in flight to another version of the procedure, by the office that coordinates it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.status import STATUS

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.appraisal.district import close_verification, keep_verification
from dossiers.appraisal.intake import OFFICE
from dossiers.batches.entries import leave_batch
from dossiers.district.divisions import close_division_reviews
from dossiers.dossier.models import WITHDRAWABLE, Dossier, State
from dossiers.organisations.models import AdministrativeUnit
from dossiers.plans.acts import close_appraisal
from dossiers.policies import Actor
from dossiers.procedures import Procedure
from dossiers.results.models import IndicatorResult
from dossiers.transfers.models import Transfer
from storage import ledger

from ..calendars.working_days import held_calendars
from ..engine import flow_of, require_agreement
from ..models import Process, Task, WorkItem
from ..work_items import open_work_items
from .plan import MovePlan, StepMove, plan_move, stays_with_departments, targets_of

#: The changes of legal state that a move may cause, by the transition of the state machine.
TRANSITIONS = {(State.DISTRICT_REVIEW, State.PROVINCIAL_INTAKE): "move_review_to_province"}


@register
class MoveToProcedure(DossierAct):
    """The coordination office moves a dossier to another version of the procedure, with the reason.

    What is open goes on at the step that the new version's data name for it; the act is refused, with every reason,
    when something open would be left without a step or an agency. ``commune`` is the unit that takes the dossier over
    where the commune no longer lies as the version needs; None leaves the choice to the register of units.
    """

    name = "dossier.move"
    label = gettext_lazy("Chuyển sang quy trình khác")
    authority = OFFICE
    states = frozenset({*WITHDRAWABLE, State.COUNCIL, State.DECIDING, State.RECOGNISED})
    basis = LegalBasis(
        "Không tìm thấy quy định chuyển tiếp hồ sơ đang xử lý khi quy trình thay đổi; mỗi lần chuyển phải nêu căn cứ"
    )

    def __init__(
        self, *, to: Procedure, reason: str, commune: AdministrativeUnit | None = None, **base: Any
    ) -> None:
        super().__init__(**base)
        self.to, self.reason, self.commune = to, reason.strip(), commune
        self.plan: MovePlan

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        return super().is_open_to(actor, dossier) and bool(targets_of(dossier))

    def refusals(self) -> list[Refusal]:
        self.plan = plan_move(
            self.dossier, self.to, commune=self.commune, at=self.at, calendars=held_calendars()
        )
        found = list(self.plan.obstacles)
        if not self.reason:
            found.append(Refusal("reason", _("Xin nêu căn cứ, lý do chuyển."), field="reason"))
        return found

    def change(self) -> None:
        plan = self.plan
        self._before = {
            "state": self.dossier.state,
            "commune": self.dossier.commune,
            "province": self.dossier.province,
        }
        if any(move.item.node != move.node.name or not move.keeps_clock for move in plan.steps):
            close_appraisal(self.dossier)
            close_verification(self.dossier)
            close_division_reviews(self.dossier)
        if State(self.dossier.state) == plan.state_after == State.PROVINCIAL_INTAKE:
            keep_verification(self.dossier)
        moved = {
            "procedure": plan.target.code,
            "commune": plan.commune,
            "province": plan.province,
            "returned_from": plan.returned_from_after,
        }
        type(self.dossier).objects.filter(pk=self.dossier.pk).update(**moved)
        for name, value in moved.items():
            setattr(self.dossier, name, value)
        self._change_state(plan)
        self._change_departments(plan)
        self._move_flow(plan)
        if plan.batch is not None and not plan.batch.stays:
            leave_batch(self.dossier, at=self.at)

    def record(self) -> ledger.Entry:
        """Besides the entry: the move itself, for those who had the dossier and for the batches it was in."""
        entry = super().record()
        Transfer.objects.create(
            dossier=self.dossier,
            from_procedure=self.plan.source.code,
            to_procedure=self.plan.target.code,
            from_commune=self._before["commune"],
            to_commune=self.plan.commune,
            from_province=self._before["province"],
            to_province=self.plan.province,
            appraisal_round=self.dossier.appraisal_round,
            sequence=entry.sequence,
            at=self.at,
        )
        return entry

    def _change_state(self, plan: MovePlan) -> None:
        before = State(self.dossier.state)
        if before == plan.state_after:
            self.outdate_forms()
            return
        since = self.dossier.state_since
        self.advance_state(TRANSITIONS[before, plan.state_after])
        # The dossier has been under review since it was submitted.
        self.dossier.state_since = since

    def _change_departments(self, plan: MovePlan) -> None:
        results = list(IndicatorResult.objects.filter(pk__in=plan.departments))
        for result in results:
            result.department_id = plan.departments[result.pk]
        IndicatorResult.objects.bulk_update(results, ["department"])

    def _move_flow(self, plan: MovePlan) -> None:
        process = Process.objects.get(pk=self.dossier.pk)
        process.dossier = self.dossier
        process.flow_class = flow_of(plan.target.code)
        process.save(update_fields=["flow_class"])
        for item in plan.ended:
            self._end(item)
        for move in plan.steps:
            self._move_step(process, move)
        require_agreement(self.dossier, process)

    def _end(self, item: WorkItem) -> None:
        Task.objects.filter(pk=item.task_id).update(status=STATUS.CANCELED, finished=self.at)
        WorkItem.objects.filter(pk=item.pk).update(
            closed_at=self.at, closed_by=self.actor.user, closing_act=self.name
        )

    def _move_step(self, process: Process, move: StepMove) -> None:
        """End the step in the old flow and open it in the new one; the work stays the same where its agency does."""
        old = move.task
        if move.keeps_clock:
            Task.objects.filter(pk=old.pk).update(status=STATUS.CANCELED, finished=self.at)
        else:
            self._end(move.item)
        joins = bool(old.department_id) and not stays_with_departments(move.item, move.node)
        task = Task(
            process=process,
            flow_task=move.node,
            flow_task_type=move.node.task_type,
            token=old.token.get_base_split_token() if joins else old.token,
            department_id=None if joins else old.department_id,
        )
        task.save()
        task.previous.add(old)
        if not move.keeps_clock:
            open_work_items(move.node, [task])
            return
        duration = self.plan.target.steps.get(move.node.clock)
        item = move.item
        if duration is None or item.day_unit != duration.unit:
            item.extended_days = 0
        item.task, item.node = task, move.node.name
        item.days, item.day_unit = (duration.days, duration.unit) if duration else (None, "")
        item.due_on = move.due_after
        item.save(update_fields=["task", "node", "days", "day_unit", "extended_days", "due_on"])

    def payload(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "from": plan.source.code,
            "to": plan.target.code,
            "reason": self.reason,
            "state_before": self._before["state"],
            "commune_before": _unit(self._before["commune"]),
            "commune": _unit(plan.commune),
            "steps": [
                {
                    "before": move.task.flow_task.name,  # the item is by now at the new step
                    "after": move.node.name,
                    "agency": move.agency.name,
                    "keeps_clock": move.keeps_clock,
                    "due": move.due_after.isoformat() if move.due_after else None,
                }
                for move in plan.steps
            ],
            "departments_changed": len(plan.departments),
            "gates_added": [rule.code for rule in plan.gates_added],
            "gates_dropped": [rule.code for rule in plan.gates_dropped],
            "losses": list(plan.losses),
            "kept": list(plan.kept),
            "batch": plan.batch.payload() if plan.batch else None,
            "released": [one.name for one in plan.released],
            "receiving": [one.name for one in plan.receiving],
        }


def _unit(unit: AdministrativeUnit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name, "valid_from": unit.valid_from.isoformat()}
