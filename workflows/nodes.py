"""Our nodes: a step done by an act, one branch per responsible department, and the join that waits for all.

The open-source ``Split`` of viewflow has no dynamic branches. ``ActNode`` is a user task that is finished by an act
and by nothing else: it goes from NEW to DONE in one statement, because by then the act has already been done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.nodes import mixins
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Level, Role

from .models import Process, Task
from .pausing import go_on
from .recalls import Recall
from .work_items import cancel_steps, finish_step, open_work_items

TASK_SHAPE = {
    "width": 150,
    "height": 100,
    "text-align": "middle",
    "svg": '<rect class="task" width="150" height="100" rx="5" ry="5"/>',
}


class ActActivation(Activation):
    """Activation of a step that an act finishes."""

    act: DossierAct
    #: Whether finishing this step opened the next one. It does not for a branch that others are still waited for.
    opened_next = False
    #: Whether no other branch of the same split is open any more.
    is_last_branch = False

    def __init__(self, task: Task) -> None:
        """Unlike viewflow's own, does not read the process: a signature that is not the last never needs it."""
        self.task = task

    @cached_property
    def process(self) -> Process:
        process = self.task.process
        if hasattr(self, "act"):
            process.dossier = self.act.dossier
        return process

    @classmethod
    def create(
        cls,
        flow_task: ActNode,
        prev_activation: Activation,
        token: Any,
        data: dict[str, Any] | None = None,
        seed: Any = None,
    ) -> ActActivation:
        task = Task(process=prev_activation.process, flow_task=flow_task, token=token, data=data or {})
        task.save()
        task.previous.add(prev_activation.task)
        open_work_items(flow_task, [task])
        return cls(task)

    @Activation.status.super()
    def activate(self) -> None:
        """Wait for the act."""

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Keep viewflow from finishing an open step by itself: only ``finish`` does, and a step is never STARTED."""

    @classmethod
    def finish(
        cls, nodes: Collection[ActNode], act: DossierAct, *, department_id: int | None = None
    ) -> ActActivation | None:
        """Finish the open step that waits for this act, and its work item; None when there is none.

        One statement, because 17 signatures wait for one another's. ``nodes`` are the steps the act can finish;
        ``department_id`` names the branch. Call under the lock of the dossier's row.
        """
        tasks = finish_step(nodes, act, department_id=department_id)
        if not tasks:
            return None
        (task,) = tasks
        activation = cls(task)
        activation.act = act
        activation.is_last_branch = task.is_last_branch
        return activation

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        cancel_steps(self.flow_task.asides, self.act)
        following = self.flow_task.next_after(self.act)
        if isinstance(following, DepartmentSplit):
            following = following.next_for(self.act)
        if following is not None and following is self.flow_task.waited_for_by:
            go_on(following, self)
        elif isinstance(following, AllSigned):
            joined = following.arrive(self)
            if joined is not None:
                self.opened_next = True
                yield joined
        elif isinstance(following, DepartmentSplit):
            self.opened_next = True
            yield following.enter(self)
        elif following is not None:
            self.opened_next = True
            yield following._create(self, self.task.token)
            if isinstance(following, ActNode):
                for aside in following.asides_of(self.act.dossier):
                    if isinstance(self.act, Recall) and self._was_done(aside):
                        continue
                    yield aside._create(self, self.task.token)

    def _was_done(self, aside: ActNode) -> bool:
        """Say whether the step beside was done the last time: what is resumed need not be done again.

        By its name, which it keeps where the dossier was moved to another version of the procedure meanwhile.
        """
        tasks = Task.objects.filter(process_id=self.task.process_id, work_item__node=aside.name).order_by(
            "-pk"
        )
        return list(tasks.values_list("status", flat=True)[:1]) == [STATUS.DONE]

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.CANCELED)
    def cancel(self) -> None:
        self.task.finished = now()
        self.task.save()


class ActNode(Node):
    """A step of the procedure: who does it, by which act it ends, what follows each act, and by when.

    ``state`` is the legal state the dossier has while the step is open; a step beside another may stay open in those
    of ``also``. Where a role sits at several levels, ``level`` says at which; where there are many agencies of a kind,
    ``agency`` returns the one. The deadline comes from the procedure data under the name of the node (or ``clock``).
    """

    activation_class = ActActivation
    task_type = "HUMAN"
    shape = TASK_SHAPE
    bpmn_element = "userTask"

    def __init__(
        self,
        title: str | Promise,
        *,
        role: Role,
        state: State,
        also: Collection[State] = (),
        level: Level | None = None,
        agency: Callable[[Dossier], int] | None = None,
        clock: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.task_title = title
        self.role = role
        self.states = frozenset({state, *also})
        self.level = level
        self.agency = agency
        self._clock = clock
        self._routes: list[tuple[type[DossierAct], Any]] = []
        self._asides: list[tuple[Any, Callable[[Dossier], bool] | None]] = []
        self._pauses: list[tuple[type[DossierAct], Any]] = []
        self._only_late: set[str] = set()
        #: The names of the acts of others that end the step for whoever has it.
        self.ended_by_others: set[str] = set()
        #: The step that stands still while this one is open.
        self.waited_for_by: ActNode | None = None

    @property
    def clock(self) -> str:
        return self._clock or self.name

    @property
    def asides(self) -> list[ActNode]:
        return [aside for aside, _needed in self._asides]

    def asides_of(self, dossier: Dossier) -> list[ActNode]:
        """Return the steps that open beside this one for a dossier."""
        return _needed(self._asides, dossier)

    @property
    def leads_nowhere(self) -> bool:
        """Whether nothing follows the step, whatever ends it: it stands beside another."""
        return all(target is None for _act, target in self._routes)

    @property
    def acts(self) -> list[type[DossierAct]]:
        return [act for act, _target in self._routes]

    @property
    def routes(self) -> list[tuple[type[DossierAct], Node]]:
        """The acts that end the step or let it stand still, each with the node that follows it."""
        return [*self._routes, *self._pauses]

    @property
    def pauses(self) -> list[tuple[type[DossierAct], ActNode]]:
        """The acts that let the step stand still, each with the step that is waited for."""
        return self._pauses

    @property
    def is_for_each_department(self) -> bool:
        """Whether every responsible department does the step, all at the same time."""
        return bool(self._multi_instance)

    def On(
        self, act: type[DossierAct], target: Any, *, only_late: bool = False, by_others: bool = False
    ) -> ActNode:
        """When this act is done, the step is finished and the flow goes on at ``target``.

        With ``only_late`` the act is refused before the step's deadline has passed. ``by_others`` says that it is not
        the act of whoever has the step, who is told that it ended.
        """
        self._routes.append((act, target))
        if by_others:
            self.ended_by_others.add(act.name)
        if only_late:
            self._only_late.add(act.name)
        return self

    def WaitOn(self, act: type[DossierAct], target: Any) -> ActNode:
        """When this act is done, the step stands still, and its clock with it, while ``target`` is open.

        ``target`` leads back here by its own acts. Of a step that every department does, each branch stands still on
        its own.
        """
        self._pauses.append((act, target))
        return self

    def is_only_for_late(self, act: DossierAct | type[DossierAct]) -> bool:
        return act.name in self._only_late

    def Beside(self, target: Any, *, when: Callable[[Dossier], bool] | None = None) -> ActNode:
        """When this step opens, open ``target`` too: somebody else's step at the same time, which leads nowhere.

        Not when ``when`` says of the dossier that there is nothing to do. It ends with this step when nobody did it
        before; whether that may be is for a gate to say.
        """
        self._asides.append((target, when))
        return self

    def next_after(self, act: DossierAct) -> Node | None:
        return next((target for kind, target in self._routes if kind.name == act.name), None)

    def _resolve(self, instance: Any) -> None:
        self._routes = [(act, this.resolve(instance, target)) for act, target in self._routes]
        self._asides = [(this.resolve(instance, target), when) for target, when in self._asides]
        self._pauses = [(act, this.resolve(instance, target)) for act, target in self._pauses]
        for _act, target in self._pauses:
            target.waited_for_by = self

    def _outgoing(self) -> Iterator[Edge]:
        for act, target in self.routes:
            if target not in (None, self):
                yield Edge(src=self, dst=target, edge_class="next", label=str(act.label))
        for aside in self.asides:
            yield Edge(src=self, dst=aside, edge_class="next", label=str(_("cùng lúc")))


def _needed(
    asides: Collection[tuple[ActNode, Callable[[Dossier], bool] | None]], dossier: Dossier
) -> list[ActNode]:
    return [aside for aside, when in asides if when is None or when(dossier)]


class SplitActivation(mixins.NextNodeActivationMixin, Activation):
    """Opens one branch for each department (or division) that was asked."""

    branches: list[int]

    @Activation.status.super()
    def activate(self) -> None:
        """Nothing to compute: the act before named the agencies."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        node = self.flow_task._next
        tokens = Token.split_token_source(self.task.token, self.task.pk)
        tasks = Task.objects.bulk_create(
            Task(
                process=self.process,
                flow_task=node,
                flow_task_type=node.task_type,
                token=next(tokens),
                department_id=agency,
            )
            for agency in self.branches
        )
        through = Task.previous.through
        through.objects.bulk_create(through(from_task_id=task.pk, to_task_id=self.task.pk) for task in tasks)
        open_work_items(node, tasks)
        for task in tasks:
            yield node.activation_class(task)
        for aside in _needed(self.flow_task.beside, self.process.dossier):
            yield aside._create(self, self.task.token)


class DepartmentSplit(mixins.NextNodeMixin, Node):
    """One parallel branch for each agency that the act before it named as ``branches``."""

    activation_class = SplitActivation
    task_type = "PARALLEL_GATEWAY"
    shape = flow.Split.shape
    bpmn_element = "parallelGateway"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.beside: list[tuple[Any, Callable[[Dossier], bool] | None]] = []
        self._otherwise: Any = None

    def IfNone(self, target: Any) -> DepartmentSplit:
        """Where no agency was asked, go on at ``target``."""
        self._otherwise = target
        return self

    def next_for(self, act: DossierAct) -> Node:
        """Return this split, or what comes instead when the act named no agency."""
        return self if act.branches or self._otherwise is None else self._otherwise  # type: ignore[attr-defined]

    def Beside(self, target: Any, *, when: Callable[[Dossier], bool] | None = None) -> DepartmentSplit:
        """When the branches open, open ``target`` too, which leads nowhere and may outlast them."""
        self.beside.append((target, when))
        return self

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.beside = [(this.resolve(instance, target), when) for target, when in self.beside]
        self._otherwise = this.resolve(instance, self._otherwise) if self._otherwise else None

    def _outgoing(self) -> Iterator[Edge]:
        yield from super()._outgoing()
        for aside, _when in self.beside:
            yield Edge(src=self, dst=aside, edge_class="next", label=str(_("cùng lúc")))

    def _ready(self) -> None:
        self._next._multi_instance = True

    def enter(self, previous: ActActivation) -> SplitActivation:
        """Create the gateway for the agencies that the act named."""
        activation = self._create(previous, previous.task.token)
        assert isinstance(activation, SplitActivation)
        activation.branches = previous.act.branches  # type: ignore[attr-defined]
        return activation


class AllSigned(flow.Join):
    """Waits until every branch of the round is done.

    viewflow's own join is created by the first branch and asks after the others, with all their rows, at each arrival.
    Under the flow's lock the statement that finishes a branch knows whether it was the last, so that the join exists
    only from then on.
    """

    def arrive(self, branch: ActActivation) -> Activation | None:
        """Return the join when ``branch`` was the last of its round, else None."""
        if not branch.is_last_branch:
            return None
        token = branch.task.token
        prefix = f"{token.token.rsplit('_', 1)[0]}_"
        siblings = Task.objects.filter(
            process_id=branch.task.process_id, flow_task=branch.task.flow_task, token__startswith=prefix
        )
        join = Task(
            process=branch.process,
            flow_task=self,
            flow_task_type=self.task_type,
            token=token.get_base_split_token(),
            status=STATUS.STARTED,
            started=now(),
        )
        join.save()
        join.previous.add(*siblings.filter(status=STATUS.DONE).values_list("pk", flat=True))
        return self.activation_class(join)


__all__ = ["ActActivation", "ActNode", "AllSigned", "DepartmentSplit"]
