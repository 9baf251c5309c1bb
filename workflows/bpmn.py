"""A procedure as BPMN 2.0 (ISO/IEC 19510), for drawing tools and for the archive.

Laid out like the diagram. The XML is ours: viewflow's own export lets the acts that end a step leave it side by side,
which in BPMN means that all of them happen, and says nothing of who does a step and by when.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from viewflow.workflow.base import Node

from dossiers.acts import DossierAct
from dossiers.organisations.models import Role
from dossiers.procedures import Duration, Procedure, get_procedure
from dossiers.procedures.procedure import DayUnit

from .engine import nodes_in_order
from .law import Step, steps_of
from .layout import Box, Label, Link, Place, event_box, layout, step_box
from .nodes import ActNode, AllSigned, DepartmentSplit

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
POINTS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": POINTS, "di": LINES, "xsi": INSTANCE}
NAMESPACE = "urn:lua:procedures"

for _prefix, _uri in PREFIXES.items():
    ET.register_namespace(_prefix, _uri)


@dataclass(frozen=True, eq=False)
class _Flow:
    """What leads from one node to the next: an act, or None."""

    source: _Node
    target: _Node
    act: type[DossierAct] | None

    @property
    def name(self) -> str:
        """Two acts may lead from the same node to the same one."""
        act = f"_by_{self.act.name}" if self.act else ""
        return f"flow_{self.source.name}_to_{self.target.name}{act}"


@dataclass(eq=False)
class _Node:
    """A node of the drawing: one of the flow, or the gateway after a step that ends in several ways."""

    name: str
    element: str
    task_title: str | Promise
    step: Step | None = None
    incoming: list[_Flow] = field(default_factory=list)
    outgoing: list[_Flow] = field(default_factory=list)

    def lead_to(self, target: _Node, act: type[DossierAct] | None = None) -> None:
        flow = _Flow(self, target, act)
        self.outgoing.append(flow)
        target.incoming.append(flow)


@cache
def bpmn_of(procedure: str) -> bytes:
    """Return the procedure as a BPMN file in UTF-8, in Vietnamese for every reader. Raises KeyError."""
    with translation.override(settings.LANGUAGE_CODE):
        nodes = _nodes(procedure)
        definitions = ET.Element(_tag(MODEL, "definitions"), id="definitions", targetNamespace=NAMESPACE)
        _write_process(definitions, get_procedure(procedure), nodes)
        _write_diagram(definitions, nodes)
        ET.indent(definitions)
        return ET.tostring(definitions, encoding="utf-8", xml_declaration=True)


def _nodes(procedure: str) -> list[_Node]:
    """Return the nodes of the flow, connected, with an exclusive gateway where several acts end a step."""
    steps = {step.name: step for step in steps_of(procedure)}
    nodes = {
        one: _Node(one.name, _element(one), one.task_title, steps.get(one.name))
        for one in nodes_in_order(procedure)
    }
    gateways = []
    # What leads to a step that another one stands beside leads to both.
    entrances = dict(nodes)
    for original, node in nodes.items():
        if isinstance(original, ActNode) and original.asides:
            both = _Node(f"{node.name}_together", "parallelGateway", "", node.step)
            for beside in (node, *(nodes[one] for one in original.asides)):
                both.lead_to(beside)
            gateways.append(both)
            entrances[original] = both
    for original, node in nodes.items():
        if not isinstance(original, ActNode):
            source = node
            if isinstance(original, DepartmentSplit) and original.beside:
                step = steps[original._next.name]
                source = _Node(f"{node.name}_together", "parallelGateway", "", step)
                gateways.append(source)
                node.lead_to(source)
            for edge in original._outgoing():
                source.lead_to(entrances[edge.dst])
            continue
        source = node
        if len(original.routes) > 1:
            source = _Node(f"{node.name}_result", "exclusiveGateway", "", node.step)
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
    for flow in _flows(nodes):
        _write_flow(process, flow, procedure.code)


def _flows(nodes: list[_Node]) -> list[_Flow]:
    return [flow for node in nodes for flow in node.outgoing]


def _write_node(process: ET.Element, node: _Node) -> None:
    element = _add(process, node.element, id=node.name)
    if node.task_title:
        element.set("name", str(node.task_title))
    if node.step and node.element == "userTask":
        _add(element, "documentation", _about(node.step))
    for flow in node.incoming:
        _add(element, "incoming", flow.name)
    for flow in node.outgoing:
        _add(element, "outgoing", flow.name)
    if node.step and node.step.is_for_each_department and node.element == "userTask":
        loop = _add(element, "multiInstanceLoopCharacteristics", isSequential="false")
        is_district = node.step.role is Role.DIVISION_HEAD
        who = "phòng, ban cấp huyện" if is_district else "sở, ngành"
        _add(loop, "loopCardinality", f"số {who} phụ trách chỉ tiêu của hồ sơ")


def _write_flow(process: ET.Element, flow: _Flow, procedure: str) -> None:
    element = _add(
        process, "sequenceFlow", id=flow.name, sourceRef=flow.source.name, targetRef=flow.target.name
    )
    act = flow.act
    if act is None:
        return
    element.set("name", str(act.label))
    basis = act.basis_under(procedure)
    _add(element, "documentation", f"{basis.citation}. {_checked(basis.verified)}.")
    if flow.source.element == "exclusiveGateway":
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


def _write_diagram(definitions: ET.Element, nodes: list[_Node]) -> None:
    """Write where everything stands, in pixels."""
    flows = _flows(nodes)
    drawing = layout([_box(node) for node in nodes], [_link(flow) for flow in flows])
    process = definitions[0].attrib["id"]
    diagram = ET.SubElement(definitions, _tag(DIAGRAM, "BPMNDiagram"), id="diagram")
    plane = ET.SubElement(diagram, _tag(DIAGRAM, "BPMNPlane"), id="plane", bpmnElement=process)
    for node in nodes:
        shape = ET.SubElement(
            plane, _tag(DIAGRAM, "BPMNShape"), id=f"shape_{node.name}", bpmnElement=node.name
        )
        if node.element == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, drawing.places[node.name])
    for flow, drawn in zip(flows, drawing.lines, strict=True):
        line = ET.SubElement(plane, _tag(DIAGRAM, "BPMNEdge"), id=f"line_{flow.name}", bpmnElement=flow.name)
        for x, y in drawn.points:
            ET.SubElement(line, _tag(LINES, "waypoint"), x=f"{x:g}", y=f"{y:g}")
        if drawn.label:
            _bounds(ET.SubElement(line, _tag(DIAGRAM, "BPMNLabel")), drawn.label)


def _box(node: _Node) -> Box:
    return step_box(node.name) if node.element == "userTask" else event_box(node.name, str(node.task_title))


def _link(flow: _Flow) -> Link:
    return Link(flow.source.name, flow.target.name, str(flow.act.label) if flow.act else "", needs_room=True)


def _bounds(parent: ET.Element, place: Place | Label) -> None:
    box = {"x": place.x, "y": place.y, "width": place.width, "height": place.height}
    ET.SubElement(parent, _tag(POINTS, "Bounds"), {name: f"{value:g}" for name, value in box.items()})
