"""The peer: a plain viewflow flow of the same shape, with no acts, no ledger, no work items.

It uses viewflow's own models and nodes, its own join, and the dynamic split of viewflow's cookbook (one task created
after another), under the same waiting row lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.nodes import mixins
from viewflow.workflow.token import Token

DIVISIONS, DEPARTMENTS = 12, 17


class BareSplitActivation(mixins.NextNodeActivationMixin, Activation):
    @Activation.status.super()
    def activate(self) -> None:
        """Nothing to compute."""

    @Activation.status.transition(source="DONE")
    def create_next(self) -> Iterator[Activation]:
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        for n in range(self.flow_task.branches):
            yield self.flow_task._next._create(self, next(tokens), data={"department": n})


class BareSplit(mixins.NextNodeMixin, Node):
    """One branch per agency, the cookbook's way."""

    activation_class = BareSplitActivation
    task_type = "PARALLEL_GATEWAY"
    shape = flow.Split.shape
    bpmn_element = "parallelGateway"

    def __init__(self, branches: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.branches = branches


def _step(following: Any) -> flow.View:
    return flow.View(_no_view).Next(following)


def _no_view(request: Any, **kwargs: Any) -> None:
    raise TypeError("the bare flow is driven by its activations, not by pages")


class BareFlow(flow.Flow):
    """Same steps as the procedure for xã nông thôn mới nâng cao, and what stands beside them, while all goes well."""

    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)

    start = flow.StartHandle().Next(this.draft_plan)
    draft_plan = _step(this.appraise_plan)
    appraise_plan = _step(this.decide_plan)
    decide_plan = _step(this.implement)
    implement = _step(this.consultation)
    consultation = flow.Split().Next(this.consult).Next(this.hear_front)
    consult = _step(this.consulted)
    hear_front = _step(this.consulted)
    consulted = flow.Join().Next(this.receive)
    receive = _step(this.divide)
    divide = BareSplit(DIVISIONS).Next(this.examine)
    examine = _step(this.all_examined)
    all_examined = flow.Join().Next(this.verify)
    verify = _step(this.hearing)
    hearing = flow.Split().Next(this.hear_district).Next(this.survey).Next(this.district_front)
    hear_district = _step(this.heard)
    survey = _step(this.heard)
    district_front = _step(this.heard)
    heard = flow.Join().Next(this.forward)
    forward = _step(this.intake)
    intake = _step(this.checks)
    checks = flow.Split().Next(this.dispatch).Next(this.check_debt).Next(this.check_security)
    check_debt = _step(this.all_checked)
    check_security = _step(this.all_checked)
    dispatch = BareSplit(DEPARTMENTS).Next(this.appraise)
    appraise = _step(this.all_signed)
    all_signed = flow.Join().Next(this.all_checked)
    all_checked = flow.Join().Next(this.consolidate)
    consolidate = _step(this.council)
    council = _step(this.decide)
    decide = _step(this.publish)
    publish = _step(this.end)
    end = flow.End()


def start_bare() -> Any:
    """Start one bare process and return it."""
    start = BareFlow.start
    activation = start.activation_class.create(start, None, None)
    activation.execute()
    return activation.process


def finish(task: Any, user: Any) -> None:
    """Assign, start and execute one task under the flow's lock, as a page of viewflow would."""
    with task.activation() as activation:
        activation.assign(user)
        activation.start(None)
        activation.execute()


def waiting(process: Any, *, at: str = "") -> list[Any]:
    """Return the process's open human tasks, of one step only where it is named."""
    tasks = process.task_set.filter(status="NEW", flow_task_type="HUMAN")
    return [task for task in tasks if at in ("", task.flow_task.name)]
