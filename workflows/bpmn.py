"""A procedure as BPMN 2.0 (ISO/IEC 19510), for drawing tools and for the archive.

viewflow lays the flow out; the XML is ours. viewflow's own export lets the acts that end a step leave it side by side,
which in BPMN means that all of them happen, and says nothing of who does a step and by when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from textwrap import wrap
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from viewflow.workflow import chart, flow
from viewflow.workflow.base import Node

from dossiers.acts import DossierAct
from dossiers.organisations.models import Role
from dossiers.procedures import Duration, Procedure, get_procedure
from dossiers.procedures.procedure import DayUnit

from .engine import nodes_in_order
from .law import Step, steps_of
from .nodes import ActNode, AllSigned, DepartmentSplit

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
POINTS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": POINTS, "di": LINES, "xsi": INSTANCE}
NAMESPACE = "urn:lua:procedures"

#: Names of acts in the drawing, in pixels; letters in a line.
ROOM_FOR_LABEL, LABEL_WIDTH, LABEL_LETTERS, LINE_HEIGHT, LABEL_GAP = 90, 110, 18, 14, 4

for _prefix, _uri in PREFIXES.items():
    ET.register_namespace(_prefix, _uri)


@dataclass(eq=False)
class _Node:
    """A node of the drawing: one of the flow, or the gateway after a step that ends in several ways.

    Has what viewflow's layout asks of a node. The label of an edge is the act that causes it, or None.
    """

    name: str
    element: str
    task_title: str | Promise
    shape: dict[str, Any]
    step: Step | None = None
    incoming: list[chart.Edge] = field(default_factory=list)
    outgoing: list[chart.Edge] = field(default_factory=list)

    def _incoming(self) -> Iterator[chart.Edge]:
        return iter(self.incoming)

    def _outgoing(self) -> Iterator[chart.Edge]:
        return iter(self.outgoing)

    def lead_to(self, target: _Node, act: type[DossierAct] | None = None) -> None:
        edge = chart.Edge(self, target, label=act, edge_class="next")
        self.outgoing.append(edge)
        target.incoming.append(edge)


@cache
def bpmn_of(procedure: str) -> bytes:
    """Return the procedure as a BPMN file in UTF-8, in Vietnamese for every reader. Raises KeyError."""
    with translation.override(settings.LANGUAGE_CODE):
        nodes = _nodes(procedure)
        drawn_flow = SimpleNamespace(instance=SimpleNamespace(nodes=lambda: nodes))
        grid = chart.calc_layout_data(drawn_flow, edge_start_gap_size=0, edge_end_gap_size=0)
        definitions = ET.Element(_tag(MODEL, "definitions"), id="definitions", targetNamespace=NAMESPACE)
        _write_process(definitions, get_procedure(procedure), nodes)
        _write_diagram(definitions, grid)
        ET.indent(definitions)
        return ET.tostring(definitions, encoding="utf-8", xml_declaration=True)


def _nodes(procedure: str) -> list[_Node]:
    """Return the nodes of the flow, connected, with an exclusive gateway where several acts end a step."""
    steps = {step.name: step for step in steps_of(procedure)}
    nodes = {
        one: _Node(one.name, _element(one), one.task_title, one.shape, steps.get(one.name))
        for one in nodes_in_order(procedure)
    }
    gateways = []
    # What leads to a step that another one stands beside leads to both.
    entrances = dict(nodes)
    for original, node in nodes.items():
        if isinstance(original, ActNode) and original.asides:
            both = _Node(f"{node.name}_together", "parallelGateway", "", flow.Split.shape, node.step)
            for beside in (node, *(nodes[one] for one in original.asides)):
                both.lead_to(beside)
            gateways.append(both)
            entrances[original] = both
    for original, node in nodes.items():
        if not isinstance(original, ActNode):
            source = node
            if isinstance(original, DepartmentSplit) and original.beside:
                step = steps[original._next.name]
                source = _Node(f"{node.name}_together", "parallelGateway", "", flow.Split.shape, step)
                gateways.append(source)
                node.lead_to(source)
            for edge in original._outgoing():
                source.lead_to(entrances[edge.dst])
            continue
        source = node
        if len(original.routes) > 1:
            source = _Node(f"{node.name}_result", "exclusiveGateway", "", flow.If.shape, node.step)
            gateways.append(source)
            node.lead_to(source)
        for act, target in original.routes:
            if target is not None:
                source.lead_to(entrances[target], act)
    return [*nodes.values(), *gateways]


def _element(node: Node) -> str:
    """Return the kind of a node in BPMN.

    The departments' split and join are milestones there: the step between them is itself one of many instances, and a
    parallel gateway would wait for all the ways that lead to the split.
    """
    is_milestone = isinstance(node, (DepartmentSplit, AllSigned))
    return "intermediateThrowEvent" if is_milestone else str(node.bpmn_element)


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _add(parent: ET.Element, kind: str, text: str = "", /, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(MODEL, kind), attributes)
    element.text = text or None
    return element


def _flow_id(edge: chart.Edge) -> str:
    """Two acts may lead from the same node to the same one."""
    act = f"_by_{edge.label.name}" if edge.label else ""
    return f"flow_{edge.src.name}_to_{edge.dst.name}{act}"


def _write_process(definitions: ET.Element, procedure: Procedure, nodes: list[_Node]) -> None:
    process = _add(
        definitions, "process", id=f"procedure_{procedure.code}", name=procedure.title, isExecutable="false"
    )
    _add(process, "documentation", f"{procedure.legal_basis}. {_sourced(procedure)}")
    lanes = _add(process, "laneSet", id="lanes")
    for role in dict.fromkeys(node.step.role for node in nodes if node.step):
        lane = _add(lanes, "lane", id=f"lane_{role}", name=str(role.label))
        for node in nodes:
            if node.step and node.step.role is role:
                _add(lane, "flowNodeRef", node.name)
    for node in nodes:
        _write_node(process, node)
    for edge in (edge for node in nodes for edge in node.outgoing):
        _write_flow(process, edge)


def _write_node(process: ET.Element, node: _Node) -> None:
    element = _add(process, node.element, id=node.name)
    if node.task_title:
        element.set("name", str(node.task_title))
    if node.step and node.element == "userTask":
        _add(element, "documentation", _about(node.step))
    for edge in node.incoming:
        _add(element, "incoming", _flow_id(edge))
    for edge in node.outgoing:
        _add(element, "outgoing", _flow_id(edge))
    if node.step and node.step.is_for_each_department and node.element == "userTask":
        loop = _add(element, "multiInstanceLoopCharacteristics", isSequential="false")
        is_district = node.step.role is Role.DIVISION_HEAD
        who = "phòng, ban cấp huyện" if is_district else "sở, ngành"
        _add(loop, "loopCardinality", f"số {who} phụ trách chỉ tiêu của hồ sơ")


def _write_flow(process: ET.Element, edge: chart.Edge) -> None:
    element = _add(
        process, "sequenceFlow", id=_flow_id(edge), sourceRef=edge.src.name, targetRef=edge.dst.name
    )
    act = edge.label
    if act is None:
        return
    element.set("name", str(act.label))
    _add(element, "documentation", f"{act.basis.citation}. {_checked(act.basis.verified)}.")
    if edge.src.element == "exclusiveGateway":
        condition = _add(element, "conditionExpression", f"act == '{act.name}'")
        condition.set(_tag(INSTANCE, "type"), "bpmn:tFormalExpression")


def _about(step: Step) -> str:
    """Say who does a step and by when, with the source."""
    who = f"Người thực hiện: {step.role.label}, {step.agency}."
    if step.deadline is None:
        return f"{who} Không có hạn."
    unit = "ngày làm việc" if step.deadline.unit is DayUnit.WORKING else "ngày"
    return f"{who} Thời hạn: {step.deadline.days} {unit}. {_sourced(step.deadline)}"


def _sourced(rule: Procedure | Duration) -> str:
    return f"Nguồn: {rule.source}. {_checked(rule.verified)}."


def _checked(verified: bool) -> str:
    return "Đã đối chiếu công báo" if verified else "Chưa đối chiếu công báo"


def _write_diagram(definitions: ET.Element, grid: chart.Grid) -> None:
    """Write where everything stands, in pixels."""
    process = definitions[0].attrib["id"]
    diagram = ET.SubElement(definitions, _tag(DIAGRAM, "BPMNDiagram"), id="diagram")
    plane = ET.SubElement(diagram, _tag(DIAGRAM, "BPMNPlane"), id="plane", bpmnElement=process)
    columns = sorted({cell.col: cell.x for cell in grid.cells}.values())
    for cell in grid.cells:
        shape = ET.SubElement(
            plane, _tag(DIAGRAM, "BPMNShape"), id=f"shape_{cell.node.name}", bpmnElement=cell.node.name
        )
        if cell.node.element == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, _spread(cell.shape.x, columns), cell.shape.y, cell.shape.width, cell.shape.height)
    for edge in grid.edges:
        name = _flow_id(edge)
        line = ET.SubElement(plane, _tag(DIAGRAM, "BPMNEdge"), id=f"line_{name}", bpmnElement=name)
        points = [(_spread(x, columns), y) for x, y in edge.segments]
        for x, y in points:
            ET.SubElement(line, _tag(LINES, "waypoint"), x=str(x), y=str(y))
        if edge.label:
            label = ET.SubElement(line, _tag(DIAGRAM, "BPMNLabel"))
            _bounds(label, *_label_place(points, str(edge.label.label)))


def _spread(x: int, columns: list[int]) -> int:
    """Return where ``x`` of viewflow's layout comes to lie when its columns are moved apart for the acts' names."""
    return x + ROOM_FOR_LABEL * sum(left <= x for left in columns[1:])


def _label_place(points: list[tuple[int, int]], text: str) -> tuple[int, int, int, int]:
    """Return x, y, width and height of an act's name: over a straight line, else beside the longest part of it."""
    width, height = LABEL_WIDTH, LINE_HEIGHT * len(wrap(text, LABEL_LETTERS))
    (x1, y1), (x2, y2) = max(pairwise(points), key=_length)
    x, y = (x1 + x2) // 2, (y1 + y2) // 2
    if y1 != y2:
        return x + LABEL_GAP, y - height // 2, width, height
    return x - width // 2, y - height - LABEL_GAP if len(points) == 2 else y + LABEL_GAP, width, height


def _length(part: tuple[tuple[int, int], tuple[int, int]]) -> int:
    (x1, y1), (x2, y2) = part
    return abs(x1 - x2) + abs(y1 - y2)


def _bounds(parent: ET.Element, x: int, y: int, width: int, height: int) -> None:
    box = {"x": x, "y": y, "width": width, "height": height}
    ET.SubElement(parent, _tag(POINTS, "Bounds"), {name: str(value) for name, value in box.items()})
