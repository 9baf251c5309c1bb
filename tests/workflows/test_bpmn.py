"""The BPMN file of a procedure says what its flow says, and other programs can read it."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dossiers.organisations.models import Role
from dossiers.procedures import procedures
from tests.world import World
from workflows.bpmn import DIAGRAM, MODEL, POINTS, bpmn_of
from workflows.engine import flow_of
from workflows.nodes import ActNode

pytestmark = pytest.mark.parametrize("code", sorted(procedures()))


def _process(code: str) -> ET.Element:
    process = ET.fromstring(bpmn_of(code)).find(f"{{{MODEL}}}process")
    assert process is not None
    return process


def _all(parent: ET.Element, kind: str) -> list[ET.Element]:
    return parent.findall(f"{{{MODEL}}}{kind}")


def test_every_node_of_the_flow_is_there_with_its_title(code: str) -> None:
    named = {element.get("id"): element.get("name") for element in _process(code)}
    for node in flow_of(code).instance.nodes():
        assert named[node.name] == str(node.task_title)


def test_every_act_is_a_way_from_its_step_to_what_follows(code: str) -> None:
    process = _process(code)
    flows = _all(process, "sequenceFlow")
    gateways = {
        flow.get("targetRef"): flow.get("sourceRef")
        for flow in flows
        if flow.get("targetRef") in {one.get("id") for one in _all(process, "exclusiveGateway")}
    }
    ways = {
        (gateways.get(flow.get("sourceRef"), flow.get("sourceRef")), flow.get("name"), flow.get("targetRef"))
        for flow in flows
    }
    for node in flow_of(code).instance.nodes():
        if isinstance(node, ActNode):
            for act, target in node.routes:
                if target is None:
                    continue
                # A step that another one stands beside is entered through a gateway that opens both.
                is_beside = isinstance(target, ActNode) and target.asides
                entrance = f"{target.name}_together" if is_beside else target.name
                assert (node.name, str(act.label), entrance) in ways


def test_every_flow_connects_two_nodes_that_name_it(code: str) -> None:
    process = _process(code)
    nodes = {element.get("id"): element for element in process}
    ids = [element.get("id") for element in process.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for flow in _all(process, "sequenceFlow"):
        source, target = nodes[flow.get("sourceRef")], nodes[flow.get("targetRef")]
        assert flow.get("id") in [one.text for one in _all(source, "outgoing")]
        assert flow.get("id") in [one.text for one in _all(target, "incoming")]


def test_only_gateways_have_several_ways_out(code: str) -> None:
    # In BPMN every way that leaves a task without a gateway is taken.
    for node in _process(code):
        if len(_all(node, "outgoing")) > 1:
            together = str(node.get("id")).endswith("_together")
            assert node.tag == f"{{{MODEL}}}{'parallelGateway' if together else 'exclusiveGateway'}"


def test_departments_work_at_the_same_time_and_steps_say_who_and_by_when(code: str) -> None:
    process = _process(code)
    tasks = {one.get("id"): one for one in _all(process, "userTask")}
    many = [name for name, task in tasks.items() if _all(task, "multiInstanceLoopCharacteristics")]
    nodes = [node for node in flow_of(code).instance.nodes() if isinstance(node, ActNode)]
    assert set(many) == {node.name for node in nodes if node.is_for_each_department}
    lanes = process.findall(f"{{{MODEL}}}laneSet/{{{MODEL}}}lane")
    lane_of = {one.text: lane.get("name") for lane in lanes for one in _all(lane, "flowNodeRef")}
    for node in flow_of(code).instance.nodes():
        if isinstance(node, ActNode):
            assert lane_of[node.name] == str(node.role.label)
            (about,) = _all(tasks[node.name], "documentation")
            deadline = procedures()[code].steps[node.clock]
            assert f"{deadline.days} ngày" in str(about.text) and deadline.source in str(about.text)


def test_everything_is_drawn_and_nothing_lies_on_anything_else(code: str) -> None:
    root = ET.fromstring(bpmn_of(code))
    drawn = {one.get("bpmnElement") for one in root.iter() if "bpmnElement" in one.attrib}
    process = _process(code)
    flow_nodes = [one for one in process if _all(one, "incoming") or _all(one, "outgoing")]
    assert {one.get("id") for one in [process, *flow_nodes, *_all(process, "sequenceFlow")]} == drawn
    bounds = root.iterfind(f".//{{{DIAGRAM}}}BPMNShape/{{{POINTS}}}Bounds")
    boxes = [[float(box.attrib[side]) for side in ("x", "y", "width", "height")] for box in bounds]
    for n, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[n + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top or top + high <= y


def test_it_is_valid_by_the_schema_of_omg_and_an_engine_understands_it(code: str) -> None:
    parsing = pytest.importorskip("SpiffWorkflow.bpmn.parser")
    parser = parsing.BpmnParser(validator=parsing.BpmnValidator())
    # The engine refuses to understand what is only drawn.
    parser.add_bpmn_io(BytesIO(bpmn_of(code).replace(b'isExecutable="false"', b'isExecutable="true"')))
    (process_id,) = parser.get_process_ids()
    understood = parser.get_spec(process_id).task_specs
    assert {node.name for node in flow_of(code).instance.nodes()} <= set(understood)


@pytest.mark.django_db
def test_it_is_a_download_in_vietnamese_whatever_the_reader_speaks(
    world: World, client: Client, code: str
) -> None:
    client.force_login(world.actor(Role.INSPECTOR).user)
    client.cookies["lua_language"] = "en"
    bpmn_of.cache_clear()
    answer = client.get(reverse("procedure_bpmn", args=[code]))
    assert answer["Content-Disposition"] == f'attachment; filename="{code}.bpmn"'
    assert answer["Content-Type"] == "application/xml"
    with translation.override("vi"):
        titles = [str(node.task_title) for node in flow_of(code).instance.nodes()]
    assert all(f'name="{title}"' in answer.content.decode() for title in titles)
