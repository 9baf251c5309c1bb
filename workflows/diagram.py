"""The procedure as a diagram, laid out from the flow itself, with the live position of one dossier.

Where everything stands is said by ``layout``, for the picture as for the BPMN file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from textwrap import wrap
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from viewflow.workflow.base import Node
from viewflow.workflow.status import STATUS

from dossiers.dossier.models import Dossier

from .engine import nodes_in_order
from .layout import CAPTION_LETTERS, TEXT_LINE, Box, Line, Link, Place, event_box, layout, step_box
from .models import Task, WorkItem
from .nodes import ActNode, AllSigned, DepartmentSplit

#: Room around the drawing, in SVG user units: for the heads of arrows, thick outlines and titles of events.
MARGIN = 16

#: Letters in a line of a step, and where its first one stands. The days stand below three.
STEP_LETTERS, FIRST_LINE = 22, 20

#: How far the names of acts stand above their lines.
TEXT_RISE = 4

#: What a node shows for the status of its tasks. A cancelled one was neither done nor is anybody there.
SHOWN_STATUS = {STATUS.NEW: "open", STATUS.STARTED: "open", STATUS.DONE: "done"}


@dataclass(frozen=True)
class DiagramNode:
    """One node with its place in the drawing (SVG user units) and its lines of text."""

    name: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str
    lines: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class DiagramEdge:
    """A line of the drawing. ``title`` are the acts that lead along it; ``lines`` say so where there is room."""

    path: str
    title: str
    lines: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class DiagramLayout:
    """The drawing, cut to what is drawn: ``x`` and ``y`` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]


@dataclass(frozen=True)
class StepTime:
    """How long one agency's work at a step took or has taken so far."""

    title: str
    agency: str
    opened_at: datetime
    closed_at: datetime | None
    days: int


@dataclass(frozen=True)
class StepVisit:
    """One time that the dossier was at a step, with the work of every agency that it was at together."""

    times: tuple[StepTime, ...]

    @property
    def title(self) -> str:
        return self.times[0].title

    @property
    def opened_at(self) -> datetime:
        return self.times[0].opened_at

    @property
    def closed_at(self) -> datetime | None:
        """When the last agency was done, None while one is at work."""
        done = [one.closed_at for one in self.times if one.closed_at]
        return max(done) if len(done) == len(self.times) else None

    @property
    def days(self) -> int:
        """The step lasts as long as the slowest."""
        return max(one.days for one in self.times)

    @property
    def done_count(self) -> int:
        return sum(one.closed_at is not None for one in self.times)


@lru_cache(maxsize=32)
def layout_of(procedure: str, language: str) -> DiagramLayout:
    """Return the drawing of a procedure. Laid out once for each procedure and language."""
    flow_nodes = nodes_in_order(procedure)
    drawing = layout([_box(node) for node in flow_nodes], list(_links(flow_nodes)))
    return DiagramLayout(
        x=drawing.x - MARGIN,
        y=drawing.y - MARGIN,
        width=drawing.width + 2 * MARGIN,
        height=drawing.height + 2 * MARGIN,
        nodes=tuple(_node(node, drawing.places[node.name]) for node in flow_nodes),
        edges=tuple(_edge(line) for line in drawing.lines),
    )


def _kind(node: Node) -> str:
    if isinstance(node, (DepartmentSplit, AllSigned)):
        return "gateway"
    return "task" if isinstance(node, ActNode) else "event"


def _box(node: Node) -> Box:
    return step_box(node.name) if _kind(node) == "task" else event_box(node.name, str(node.task_title))


def _links(nodes: Iterable[Node]) -> Iterator[Link]:
    """Yield one line for all the acts that lead from a node to the same one."""
    for node in nodes:
        acts: dict[str, list[str]] = {}
        for edge in node._outgoing():
            acts.setdefault(edge.dst.name, []).append(str(edge.label or ""))
        for target, labels in acts.items():
            yield Link(node.name, target, "; ".join(filter(None, labels)))


def _edge(line: Line) -> DiagramEdge:
    label = line.label
    return DiagramEdge(
        path=" ".join(f"{'L' if n else 'M'}{x:g},{y:g}" for n, (x, y) in enumerate(line.points)),
        title=line.link.label,
        lines=tuple(
            (label.x + label.width / 2, label.y + TEXT_LINE * number - TEXT_RISE, text)
            for number, text in enumerate(label.lines, 1)
        )
        if label
        else (),
    )


def _node(node: Node, place: Place) -> DiagramNode:
    kind, title = _kind(node), str(node.task_title)
    letters, first = (
        (STEP_LETTERS, FIRST_LINE) if kind == "task" else (CAPTION_LETTERS, place.height + TEXT_LINE)
    )
    return DiagramNode(
        name=node.name,
        kind=kind,
        x=place.x,
        y=place.y,
        width=place.width,
        height=place.height,
        title=title,
        lines=tuple(
            (place.width / 2, first + TEXT_LINE * number, text)
            for number, text in enumerate(wrap(title, letters))
        ),
    )


def diagram_of(dossier: Dossier) -> dict[str, Any]:
    """Return the drawing with status and days of each node, and the times at each step. Two queries.

    The status is done, open or empty; the days are those of the latest time at the step, None where there was none.
    ``here`` names the node where the work is, or where it ended: the picture opens there. Empty where nothing was done.
    """
    layout = layout_of(dossier.procedure, get_language() or "vi")
    items = list(
        WorkItem.objects.filter(dossier=dossier).select_related("agency", "task").order_by("opened_at", "pk")
    )
    tasks = (
        Task.objects.filter(process_id=dossier.pk)
        .values_list("flow_task", "status")
        .annotate(latest=Max("pk"))
        .order_by("latest")
    )
    status: dict[str, str] = {}
    last = ""
    for node, task_status, _latest in tasks:
        if shown := SHOWN_STATUS.get(task_status, ""):
            last = node.name
            if status.get(node.name) != "open":
                status[node.name] = shown
    times = [_time(item) for item in items]
    days: dict[str, int] = {}
    latest: dict[str, datetime] = {}
    for item, time in zip(items, times, strict=True):
        # Departments open together; the step lasts as long as the slowest.
        is_same_visit = latest.get(item.node) == item.opened_at
        days[item.node] = max(time.days, days[item.node]) if is_same_visit else time.days
        latest[item.node] = item.opened_at
    return {
        "layout": layout,
        "here": next((node.name for node in layout.nodes if status.get(node.name) == "open"), last),
        "nodes": [(node, status.get(node.name, ""), days.get(node.name)) for node in layout.nodes],
        **_visits(items, times),
    }


def _visits(items: Sequence[WorkItem], times: Sequence[StepTime]) -> dict[str, list[StepVisit]]:
    """Return the visits that are ``open`` and those that are ``done``, each in the order in which they began."""
    together: dict[tuple[str, datetime], list[StepTime]] = {}
    for item, time in zip(items, times, strict=True):
        together.setdefault((item.node, item.opened_at), []).append(time)
    visits = [StepVisit(tuple(found)) for found in together.values()]
    return {
        "open": [one for one in visits if one.closed_at is None],
        "done": [one for one in visits if one.closed_at is not None],
    }


def _time(item: WorkItem) -> StepTime:
    until = item.closed_at or timezone.now()
    return StepTime(
        # Of the flow that the dossier was in then.
        title=str(item.task.flow_task.task_title),
        agency=item.agency.short_name,
        opened_at=item.opened_at,
        closed_at=item.closed_at,
        days=(timezone.localdate(until) - timezone.localdate(item.opened_at)).days,
    )
