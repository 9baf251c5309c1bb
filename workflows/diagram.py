"""The procedure as a diagram, laid out from the flow itself, with the live position of one dossier.

The layout is viewflow's; the drawing is ours, because the pages allow no inline styles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from textwrap import wrap
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from viewflow.workflow import chart
from viewflow.workflow.status import STATUS

from dossiers.dossier.models import Dossier

from .engine import flow_of
from .models import Task, WorkItem
from .nodes import ActNode, AllSigned, DepartmentSplit

#: Room around the drawing, in SVG user units: for the heads of arrows, thick outlines and titles of events.
MARGIN = 16

#: Under events and gateways: letters in a line, and its height in SVG user units.
CAPTION_LETTERS, CAPTION_LINE = 14, 13

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
    path: str
    label: str


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
    """How long one step of the dossier took or has taken so far."""

    title: str
    agency: str
    opened_at: datetime
    closed_at: datetime | None
    days: int


@lru_cache(maxsize=32)
def layout_of(procedure: str, language: str) -> DiagramLayout:
    """Return the drawing of a procedure. Laid out once for each procedure and language."""
    grid = chart.calc_layout_data(flow_of(procedure))
    nodes = tuple(_node(cell) for cell in grid.cells)
    edges = tuple(
        DiagramEdge(
            path=" ".join(f"{command}{x:g},{y:g}" for command, x, y in _points(edge.segments)),
            label=str(edge.label or ""),
        )
        for edge in grid.edges
    )
    points = [point[1:] for edge in grid.edges for point in _points(edge.segments)]
    corners = [corner for node in nodes for corner in _corners(node)]
    xs, ys = zip(*points, *corners, strict=True)
    x, y = min(xs) - MARGIN, min(ys) - MARGIN
    return DiagramLayout(x, y, max(xs) + MARGIN - x, max(ys) + MARGIN - y, nodes, edges)


def _corners(node: DiagramNode) -> list[tuple[float, float]]:
    bottom = max(node.height, *(y for _x, y, _text in node.lines))
    return [(node.x, node.y), (node.x + node.width, node.y + bottom)]


def _points(segments: list[Any]) -> list[tuple[str, float, float]]:
    return [("M" if n == 0 else "L", float(x), float(y)) for n, (x, y) in enumerate(segments)]


def _node(cell: Any) -> DiagramNode:
    shape = cell.shape
    kind = "task" if isinstance(cell.node, ActNode) else "event"
    if isinstance(cell.node, (DepartmentSplit, AllSigned)):
        kind = "gateway"
    title = str(cell.node.task_title)
    return DiagramNode(
        name=cell.node.name,
        kind=kind,
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
        title=title,
        lines=tuple(
            [(x, y, text) for text, _align, _size, x, y in shape.text]
            if kind == "task"
            else [
                (shape.width / 2, shape.height + CAPTION_LINE * number, text)
                for number, text in enumerate(wrap(title, CAPTION_LETTERS), 1)
            ]
        ),
    )


def diagram_of(dossier: Dossier) -> dict[str, Any]:
    """Return the drawing with status and days of each node, and the time each step took. Two queries.

    The status is done, open or empty; the days are those of the latest time at the step, None where there was none.
    """
    layout = layout_of(dossier.procedure, get_language() or "vi")
    items = list(
        WorkItem.objects.filter(dossier=dossier).select_related("agency", "task").order_by("opened_at", "pk")
    )
    tasks = (
        Task.objects.filter(process_id=dossier.pk).order_by().values_list("flow_task", "status").distinct()
    )
    status: dict[str, str] = {}
    for node, task_status in tasks:
        shown = SHOWN_STATUS.get(task_status, "")
        if shown and status.get(node.name) != "open":
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
        "nodes": [(node, status.get(node.name, ""), days.get(node.name)) for node in layout.nodes],
        "times": times,
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
