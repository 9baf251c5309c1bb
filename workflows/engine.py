"""Moves the flow with every act, in the act's own transaction and under the dossier's lock.

The state machine is the law; the flow is the distribution of work. ``follow`` is called by the act itself, so there is
no way to do an act without moving the flow. When the two would disagree, the act is undone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.flow import StartHandle
from viewflow.workflow.status import PROCESS, STATUS

from dossiers.acts import ActRefused, DossierAct, Refusal
from dossiers.dossier.models import Dossier

from .models import Process, Task
from .nodes import ActActivation, ActNode
from .pausing import before_deadline, stand_still
from .recalls import Recall, resume_clock
from .work_items import cancel_steps, close_cancelled

if TYPE_CHECKING:
    from viewflow.workflow.base import Node

    from dossiers.appraisal.models import Opinion
    from dossiers.policies import Actor

    from .flows.procedure_flow import ProcedureFlow


class OutOfStep(RuntimeError):
    """State machine and flow disagree. The transaction is rolled back; this is a defect, never a user's mistake."""


@cache
def flow_of(procedure: str) -> type[ProcedureFlow]:
    """Return the flow class of a procedure code. Raises KeyError when there is none."""
    from .flows import all_flows

    return {flow.procedure: flow for flow in all_flows()}[procedure]


def start_of(procedure: str) -> Node:
    """Return the node with which the procedure starts."""
    (start,) = (node for node in flow_of(procedure).instance.nodes() if isinstance(node, StartHandle))
    return start


def begun_by(procedure: str) -> type[DossierAct]:
    """Return the act that opens a dossier of the procedure."""
    return flow_of(procedure).begun_by


def broken_off_by(procedure: str) -> type[DossierAct] | None:
    """Return the act that ends the procedure early, or None where there is none."""
    return flow_of(procedure).broken_off_by


@cache
def nodes_in_order(procedure: str) -> tuple[Node, ...]:
    """Return the nodes of the procedure in the order in which a dossier first comes to them, the start first."""
    order: list[Node] = [start_of(procedure)]
    for node in order:
        # Several acts may lead from one step to the same next one.
        following = dict.fromkeys(edge.dst for edge in node._outgoing())
        order += [one for one in following if one not in order]
    return tuple(order)


@cache
def nodes_of_act(procedure: str, act_name: str) -> tuple[ActNode, ...]:
    """Return the steps of the procedure that this act finishes."""
    nodes = flow_of(procedure).instance.nodes()
    return tuple(
        node for node in nodes if isinstance(node, ActNode) and any(act.name == act_name for act in node.acts)
    )


@cache
def pausing_of_act(procedure: str, act_name: str) -> tuple[ActNode, ActNode] | None:
    """Return the step that this act lets stand still, and the one that is waited for."""
    steps = (node for node in flow_of(procedure).instance.nodes() if isinstance(node, ActNode))
    pairs = ((node, act, target) for node in steps for act, target in node.pauses)
    return next(((node, target) for node, act, target in pairs if act.name == act_name), None)


def _department_of(act: DossierAct) -> int | None:
    """Return whose branch an act is about: that of the department whose opinion it is done on."""
    opinion: Opinion | None = getattr(act, "opinion", None)
    return opinion.department_id if opinion else None


def follow(act: DossierAct) -> None:
    """Take the flow's step for an act that was just done. Corrections and acts that finish no step leave it alone."""
    procedure = act.dossier.procedure
    ending = broken_off_by(procedure)
    if act.name == begun_by(procedure).name:
        _start(act)
    elif ending is not None and act.name == ending.name:
        _cancel(act)
    elif pausing := pausing_of_act(act.dossier.procedure, act.name):
        node, waited_for = pausing
        department_id = _department_of(act)
        assert department_id is not None, "branches stand still, not whole steps"
        stand_still(node, waited_for, act, department_id=department_id)
    else:
        nodes = nodes_of_act(procedure, act.name)
        if nodes and not act.is_correction and not act.leaves_step_open:
            _advance(act, nodes)


def too_early(act: type[DossierAct], actor: Actor, dossier: Dossier) -> list[Refusal]:
    """Return what ``follow`` would say against an act because the step that it ends is not late yet."""
    nodes = [one for one in nodes_of_act(dossier.procedure, act.name) if one.is_only_for_late(act)]
    return [
        refusal
        for node in nodes
        for refusal in before_deadline(
            node, dossier, department_id=actor.agency.pk, today=timezone.localdate()
        )
    ]


def _start(act: DossierAct) -> None:
    start = start_of(act.dossier.procedure)
    activation = start.activation_class.create(start, None, None)
    activation.process.dossier = act.dossier
    activation.task.owner = act.actor.user
    activation.execute()
    # What stands beside a later step is opened by the step before it; beside the first one nobody else can.
    for aside in getattr(start._next, "asides", ()):
        aside._create(activation, activation.task.token)


def _advance(act: DossierAct, nodes: tuple[ActNode, ...]) -> None:
    # The act holds the lock of the dossier's row, which stands for the lock of its process: the engine is the only
    # one that moves the flow.
    department_id = _department_of(act)
    if department_id is None and any(node.is_for_each_department for node in nodes):
        department_id = act.actor.agency.pk
    for node in nodes:
        if node.is_only_for_late(act):
            found = before_deadline(node, act.dossier, department_id=department_id, today=act.today)
            if found:
                raise ActRefused(*found)
    activation = ActActivation.finish(nodes, act, department_id=department_id)
    if activation is None:
        if all(node.leads_nowhere for node in nodes):
            return  # What stands beside the procedure's line is recorded whenever the law allows it.
        raise ActRefused(
            Refusal("no_task", _("Bước này đã được xử lý hoặc chưa đến lượt; xin mở lại hồ sơ."))
        )
    activation.activate_next()
    if isinstance(act, Recall):
        _resume(act, activation)
    if act.moved_state:
        _end_asides(act)
    if activation.opened_next or act.moved_state:
        require_agreement(act.dossier, activation.process)


def _resume(act: Recall, activation: ActActivation) -> None:
    """Of a recall: the receiver did not do their step, and the sender's goes on as if it had never ended."""
    Task.objects.filter(pk=activation.task.pk).update(status=STATUS.CANCELED)
    resumed = activation.flow_task.next_after(act)
    if resumed is not None:
        resume_clock(act.dossier, resumed.name)


def _end_asides(act: DossierAct) -> None:
    """End the steps beside the procedure's line that the dossier's new state has no room for."""
    nodes = flow_of(act.dossier.procedure).instance.nodes()
    asides = [node for node in nodes if isinstance(node, ActNode) and node.leads_nowhere]
    cancel_steps([node for node in asides if act.dossier.state not in node.states], act)


def require_agreement(dossier: Dossier, process: Process) -> None:
    """Raise OutOfStep unless the open steps are those of the dossier's legal state."""
    if not _is_in_step(process, dossier.state, is_over=process.status == PROCESS.DONE):
        raise OutOfStep(f"dossier {dossier.pk} is {dossier.state}, its flow is at {_open_steps(process)}")


def _open_steps(process: Process) -> list[ActNode]:
    still_open = Task.objects.filter(process=process, finished__isnull=True).values_list(
        "flow_task", flat=True
    )
    return [node for node in set(still_open) if isinstance(node, ActNode)]


def _is_in_step(process: Process, state: str, *, is_over: bool) -> bool:
    """Say whether every open step belongs to the state, and one of them is of the procedure's line until it is over."""
    steps = _open_steps(process)
    if is_over:
        return not steps
    return all(state in node.states for node in steps) and any(not node.leads_nowhere for node in steps)


def _cancel(act: DossierAct) -> None:
    process = Process.objects.get(pk=act.dossier.pk)
    Task.objects.filter(process=process, finished__isnull=True).update(
        status=STATUS.CANCELED, finished=act.at
    )
    process.status, process.finished = PROCESS.CANCELED, act.at
    process.save(update_fields=["status", "finished"])
    close_cancelled(act.dossier, act)


def in_step(dossier: Dossier) -> bool:
    """Say whether a dossier's state and its flow agree: the invariant the tests and the health check look at."""
    process = Process.objects.get(pk=dossier.pk)
    return _is_in_step(process, dossier.state, is_over=dossier.is_final)
