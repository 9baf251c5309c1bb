"""What moving a dossier to another version of the procedure would do, found out without changing anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.acts import Refusal
from dossiers.criteria.selectors import responsible_agencies
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind
from dossiers.procedures import GateRule, Procedure, Succession, get_procedure, procedures

from ..calendars.working_days import Calendars, current_calendars
from ..clocks import due_date
from ..deadlines import reckon
from ..engine import flow_of, nodes_in_order, nodes_of_act
from ..models import Task, WorkItem
from ..nodes import ActNode
from ..work_items import agency_of
from .batches import BatchMove, batch_move
from .places import lies_right, successors, what_became_of

NOTHING = Succession(steps={}, states={}, waits_for=(), source="", verified=False)


@dataclass(frozen=True)
class StepMove:
    """One open step and the step it becomes.

    Work that stays with its agency keeps its arrival, its extensions and its stops, and is reckoned anew with the new
    period; work that changes hands begins anew (``keeps_clock`` is False).
    """

    task: Task
    item: WorkItem
    node: ActNode
    agency: Agency
    keeps_clock: bool
    due_after: date | None

    @property
    def title_before(self) -> str:
        return str(self.task.flow_task.task_title)

    @property
    def title_after(self) -> str:
        return str(self.node.task_title)


@dataclass(frozen=True)
class MovePlan:
    """The report of a move. It can be done when there are no ``obstacles``; ``losses`` are told beforehand.

    ``ended`` is open work that has no place in the new version and ends with the move. ``departments`` maps indicator
    results to their new department (ids), empty when the province stays. ``released`` are the agencies that are no
    longer responsible after it, ``receiving`` those that become so; both empty when the commune stays. ``batch`` is
    what becomes of the dossier's place in one. ``gates_past`` are the codes of those gates that stand
    before nothing which the dossier has yet to come to.
    """

    dossier: Dossier
    source: Procedure
    target: Procedure
    rule: Succession
    commune: AdministrativeUnit
    province: AdministrativeUnit
    state_after: State
    returned_from_after: str
    steps: tuple[StepMove, ...]
    ended: tuple[WorkItem, ...]
    departments: dict[int, int]
    gates_added: tuple[GateRule, ...]
    gates_dropped: tuple[GateRule, ...]
    gates_past: frozenset[str]
    batch: BatchMove | None
    released: tuple[Agency, ...]
    receiving: tuple[Agency, ...]
    losses: tuple[str, ...]
    obstacles: tuple[Refusal, ...]

    @property
    def kept(self) -> tuple[str, ...]:
        """What stays although somebody might fear for it."""
        return (self.batch.sentence,) if self.batch is not None and self.batch.stays else ()

    @property
    def gates_added_ahead(self) -> list[GateRule]:
        """The new conditions that the dossier has yet to meet."""
        return [rule for rule in self.gates_added if rule.code not in self.gates_past]

    @property
    def gates_dropped_ahead(self) -> list[GateRule]:
        """The conditions that the dossier would still have had to meet."""
        return [rule for rule in self.gates_dropped if rule.code not in self.gates_past]

    @property
    def gates_past_sentence(self) -> str:
        """Sum up the conditions that differ and no longer matter; empty when all do."""
        n = len(self.gates_past)
        if not n:
            return ""
        return ngettext(
            "%(n)s điều kiện khác giữa hai quy trình nhưng thuộc bước đã qua, không còn ảnh hưởng đến hồ sơ này.",
            "%(n)s điều kiện khác giữa hai quy trình nhưng thuộc bước đã qua, không còn ảnh hưởng đến hồ sơ này.",
            n,
        ) % {"n": n}

    @property
    def changes_place(self) -> bool:
        return self.commune.pk != self.dossier.commune_id

    @property
    def state_before_label(self) -> str:
        return str(State(self.dossier.state).label)

    @property
    def state_after_label(self) -> str:
        return str(self.state_after.label)


def targets_of(dossier: Dossier) -> list[Procedure]:
    """Return the versions to which the procedures' data let dossiers of this one's version be moved."""
    return [one for one in procedures().values() if dossier.procedure in one.takes_over]


def plan_move(
    dossier: Dossier,
    target: Procedure,
    *,
    commune: AdministrativeUnit | None = None,
    at: datetime | None = None,
    calendars: Calendars | None = None,
) -> MovePlan:
    """Find out what moving the dossier would do. Reads only; a fixed number of queries for each open step.

    Without ``commune`` it is the dossier's own where that lies right for the procedure, else the only commune that
    took it over. An act that writes due dates passes the ``calendars`` that it holds.
    """
    return _Planner(dossier, target, at or timezone.now(), calendars).plan(commune)


def stays_with_departments(item: WorkItem, node: ActNode) -> bool:
    """Say whether the work of one department's branch is still that of a branch at the step it becomes."""
    return node.is_for_each_department or item.task.flow_task.name == node.name


def _responsible(commune: AdministrativeUnit) -> list[Agency]:
    """Return the agencies that by place have to do with a commune's dossiers, from the province down. One query."""
    units = [commune.province(), commune.parent, commune]
    kinds = [AgencyKind.PEOPLES_COMMITTEE, AgencyKind.COORDINATION_OFFICE, AgencyKind.APPRAISAL_COUNCIL]
    found = Agency.objects.filter(unit__in=[one for one in units if one is not None], kind__in=kinds)
    order = [one.pk for one in units if one is not None]
    return sorted(found, key=lambda one: (order.index(one.unit_id), kinds.index(AgencyKind(one.kind))))


def _past_gates(gates: Iterable[GateRule], procedure: str, here: Collection[str]) -> list[GateRule]:
    """Return the gates all of whose acts end steps before those where the dossier is, in one version of the procedure.

    Where that is not known, because no step is open or an act ends none, a gate is taken to matter.
    """
    order = [node.name for node in nodes_in_order(procedure)]
    places = [order.index(name) for name in here if name in order]
    if not places:
        return []

    def is_past(act: str) -> bool:
        steps = nodes_of_act(procedure, act)
        return bool(steps) and all(order.index(node.name) < min(places) for node in steps)

    return [rule for rule in gates if all(is_past(act) for act in rule.acts)]


class _Planner:
    def __init__(
        self, dossier: Dossier, target: Procedure, at: datetime, calendars: Calendars | None
    ) -> None:
        self.dossier, self.target = dossier, target
        self.source = get_procedure(dossier.procedure)
        self.rule = target.takes_over.get(self.source.code, NOTHING)
        self.at, self.today = at, timezone.localdate(at)
        self.calendars = calendars or current_calendars()
        self.obstacles: list[Refusal] = []
        self.losses: list[str] = []
        self.ended: list[WorkItem] = []

    def plan(self, commune: AdministrativeUnit | None) -> MovePlan:
        dossier = self.dossier
        self._check_versions()
        taken_over = self._commune(commune)
        province = taken_over.province()
        state_after = State(self.rule.states.get(dossier.state, dossier.state))
        departments = self._departments(province)
        steps = self._steps(taken_over, province, state_after) if not self.obstacles else ()
        batch = batch_move(dossier, self.target, province)
        self._tell_losses(steps, batch, moves_province=province.pk != dossier.province_id)
        released, receiving = _responsible(dossier.commune), _responsible(taken_over)
        before = {rule.code: rule for rule in self.source.gates}
        after = {rule.code: rule for rule in self.target.gates}
        added = tuple(rule for code, rule in after.items() if code not in before)
        dropped = tuple(rule for code, rule in before.items() if code not in after)
        past = [
            *_past_gates(added, self.target.code, [move.node.name for move in steps]),
            *_past_gates(dropped, self.source.code, [move.item.node for move in steps]),
        ]
        return MovePlan(
            dossier=dossier,
            source=self.source,
            target=self.target,
            rule=self.rule,
            commune=taken_over,
            province=province,
            state_after=state_after,
            returned_from_after=self.rule.states.get(dossier.returned_from, dossier.returned_from),
            steps=steps,
            ended=tuple(self.ended),
            departments=departments,
            gates_added=added,
            gates_dropped=dropped,
            gates_past=frozenset(rule.code for rule in past),
            batch=batch,
            released=tuple(one for one in released if one not in receiving),
            receiving=tuple(one for one in receiving if one not in released),
            losses=tuple(self.losses),
            obstacles=tuple(self.obstacles),
        )

    def _refuse(self, code: str, message: str, *, field: str = "") -> None:
        self.obstacles.append(Refusal(code, message, field=field))

    def _check_versions(self) -> None:
        before, after = self.source.scope, self.target.scope
        if self.dossier.is_final:
            self._refuse("final", _("Hồ sơ đã kết thúc; không chuyển quy trình nữa."))
        elif self.source.code == self.target.code:
            self._refuse("same", _("Hồ sơ đang theo chính quy trình này."), field="to")
        elif self.rule is NOTHING or before is None or after is None:
            self._refuse(
                "not_taken_over",
                _("Dữ liệu của quy trình «%(target)s» không nêu cách nhận hồ sơ từ «%(source)s».")
                % {"target": self.target.title, "source": self.source.title},
                field="to",
            )
        elif after.title_level != before.title_level:
            self._refuse("title", _("Quy trình này là của danh hiệu khác."), field="to")
        elif after.starts_on > self.today:
            self._refuse("not_begun", _("Quy trình này chưa đến ngày áp dụng."), field="to")

    def _commune(self, chosen: AdministrativeUnit | None) -> AdministrativeUnit:
        own = self.dossier.commune
        known = successors(self.dossier, self.today)
        if chosen is None:
            if lies_right(own, self.target):
                return own
            chosen = known[0] if len(known) == 1 else None
        if chosen is None:
            self._refuse("place", self._why_no_commune(known), field="commune")
            return own
        if chosen.pk != own.pk and chosen.pk not in {one.pk for one in known}:
            message = _("%(name)s không có trong danh sách đơn vị kế tục của %(own)s.")
            self._refuse("place", message % {"name": chosen.name, "own": own.name}, field="commune")
        elif not lies_right(chosen, self.target):
            message = _("%(name)s không nằm ở nơi mà quy trình này áp dụng.") % {"name": chosen.name}
            self._refuse("place", message, field="commune")
        elif self._has_another_dossier(chosen):
            message = _("%(name)s đã có hồ sơ khác trong cùng kế hoạch năm; xin kết thúc một hồ sơ trước.")
            self._refuse("occupied", message % {"name": chosen.name}, field="commune")
        return chosen

    def _why_no_commune(self, known: list[AdministrativeUnit]) -> str:
        names = {"own": self.dossier.commune.name}
        if known:
            return _("%(own)s có nhiều đơn vị kế tục; xin chọn xã nhận hồ sơ.") % names
        became = what_became_of(self.dossier.commune)
        if not became:
            return _("Dữ liệu không nêu đơn vị nào kế tục %(own)s; chưa chuyển được hồ sơ.") % names
        return _(
            "%(own)s đã nhập vào %(became)s. Chưa có xã nào trong dữ liệu nhận được hồ sơ này (phường không thuộc "
            "diện xét; xã thì phải được nhập vào danh mục trước)."
        ) % {**names, "became": became}

    def _has_another_dossier(self, commune: AdministrativeUnit) -> bool:
        others = Dossier.objects.filter(commune=commune, programme_id=self.dossier.programme_id)
        live = others.exclude(state__in=[State.WITHDRAWN, State.NOT_RECOGNISED])
        return live.exclude(pk=self.dossier.pk).exists()

    def _departments(self, province: AdministrativeUnit) -> dict[int, int]:
        if province.pk == self.dossier.province_id:
            return {}
        agencies = responsible_agencies(self.dossier.criteria_set, on=self.today, province=province)
        results = list(self.dossier.results.select_related("indicator"))
        missing = [
            one.indicator.code
            for one in results
            if one.department_id is not None and one.indicator_id not in agencies
        ]
        if missing:
            message = _("%(province)s chưa giao sở, ngành nào phụ trách chỉ tiêu %(codes)s.")
            self._refuse("unassigned", message % {"province": province.name, "codes": ", ".join(missing)})
        return {
            one.pk: agencies[one.indicator_id]
            for one in results
            if one.department_id is not None and one.indicator_id in agencies
        }

    def _steps(
        self, commune: AdministrativeUnit, province: AdministrativeUnit, state_after: State
    ) -> tuple[StepMove, ...]:
        items = (
            WorkItem.objects.filter(dossier=self.dossier, closed_at__isnull=True)
            .select_related("task", "agency")
            .prefetch_related("stops")
            .order_by("pk")
        )
        found: list[StepMove] = []
        for item in items:
            move = self._step(item, commune, province, state_after)
            if move is None:
                continue
            if not move.node.is_for_each_department and any(one.node is move.node for one in found):
                self.ended.append(item)  # branches of one step that become a step of one agency
            else:
                found.append(move)
        return tuple(found)

    def _step(
        self,
        item: WorkItem,
        commune: AdministrativeUnit,
        province: AdministrativeUnit,
        state_after: State,
    ) -> StepMove | None:
        becomes = self.rule.steps.get(item.node, item.node)
        if becomes is None:
            self.ended.append(item)
            return None
        node = flow_of(self.target.code).instance.node(becomes, no_obsolete=True)
        names = {"step": item.task.flow_task.task_title, "agency": item.agency.name}
        must_wait = item.node in self.rule.waits_for
        if must_wait or not isinstance(node, ActNode) or state_after not in node.states:
            self._refuse(
                "orphan",
                _(
                    "%(agency)s đang ở bước «%(step)s», mà quy trình mới không có bước nào nhận tiếp. "
                    "Xin kết thúc bước này trước khi chuyển."
                )
                % names,
            )
            return None
        if item.task.department_id and stays_with_departments(item, node):
            if province.pk != self.dossier.province_id:
                message = _(
                    "%(agency)s đang thẩm định; cơ quan này không còn trách nhiệm ở nơi mới. "
                    "Xin chờ các sở, ngành ký xong lượt này rồi chuyển."
                )
                self._refuse("orphan", message % names)
                return None
            agency: Agency | None = item.agency
        else:
            agency = agency_of(self._moved(commune, province), node)
        if agency is None:
            message = _("Bước «%(step)s»: nơi mới chưa có cơ quan nào trong danh mục để nhận việc.")
            self._refuse("no_agency", message % {"step": node.task_title})
            return None
        keeps_clock = agency.pk == item.agency_id and node.role == item.role
        return StepMove(
            task=item.task,
            item=item,
            node=node,
            agency=agency,
            keeps_clock=keeps_clock,
            due_after=self._due(item, node, province, keeps_clock=keeps_clock),
        )

    def _moved(self, commune: AdministrativeUnit, province: AdministrativeUnit) -> Dossier:
        """Return the dossier as it would be, unsaved."""
        moved = copy(self.dossier)
        moved.procedure, moved.commune, moved.province = self.target.code, commune, province
        return moved

    def _due(
        self, item: WorkItem, node: ActNode, province: AdministrativeUnit, *, keeps_clock: bool
    ) -> date | None:
        duration = self.target.steps.get(node.clock)
        if duration is None:
            return None
        calendar = self.calendars.of(province.pk)
        if not keeps_clock:
            return due_date(self.today, duration.days, duration.unit, calendar)
        extended = item.extended_days if item.day_unit == duration.unit else 0
        renewed = WorkItem(
            pk=item.pk,
            opened_at=item.opened_at,
            days=duration.days,
            day_unit=duration.unit,
            extended_days=extended,
        )
        renewed._prefetched_objects_cache = item._prefetched_objects_cache  # type: ignore[attr-defined]
        return reckon(renewed, calendar)

    def _tell_losses(
        self, steps: tuple[StepMove, ...], batch: BatchMove | None, *, moves_province: bool
    ) -> None:
        if batch is not None and not batch.stays:
            self.losses.append(batch.sentence)
        for item in self.ended:
            self.losses.append(
                _("«%(step)s» của %(agency)s kết thúc; quy trình mới không có bước này.")
                % {"step": item.task.flow_task.task_title, "agency": item.agency.name}
            )
        for move in steps:
            if not move.keeps_clock:
                self.losses.append(
                    _(
                        "«%(step)s» của %(agency)s dừng lại; nơi nhận làm từ đầu, thời hạn tính từ ngày chuyển."
                    )
                    % {"step": move.title_before, "agency": move.item.agency.name}
                )
        if any(move.item.node != move.node.name for move in steps):
            self.losses.append(
                _(
                    "Ý kiến thẩm định Đề án hoặc kết quả thẩm tra mà lãnh đạo chưa quyết định vẫn đọc được, nhưng "
                    "phải làm lại."
                )
            )
        if moves_province:
            self.losses.append(
                _(
                    "Cơ quan của tỉnh cũ thôi phụ trách, chỉ còn đọc lịch sử hồ sơ đến lúc chuyển; văn bản, ý kiến đã "
                    "ký của các sở, ngành cũ vẫn còn trong hồ sơ, và nếu có lượt thẩm định mới thì sở, ngành của tỉnh "
                    "mới ký."
                )
            )
