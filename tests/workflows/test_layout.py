"""Drawings can be read: boxes apart, lines that end where they belong and pass through nothing, little that is empty.

Held for any flow that somebody could write, and for the two drawings of every procedure there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, pairwise
from math import ceil
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.procedures import procedures
from workflows.bpmn import DIAGRAM, LINES, MODEL, POINTS, bpmn_of
from workflows.diagram import layout_of
from workflows.engine import nodes_in_order
from workflows.layout import Box, Layout, Link, event_box, layout, step_box

#: Of the squares of this size that a drawing has, at most half hold neither a box nor a line nor a text.
SQUARE, EMPTY = 100, 0.5


class Area(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Area) -> bool:
        """Say whether the two share more than a border."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def has_on_border(self, point: tuple[float, float]) -> bool:
        x, y = point
        is_within = self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height
        return is_within and (x in (self.x, self.x + self.width) or y in (self.y, self.y + self.height))


class DrawnLine(NamedTuple):
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: Area | None


class Drawing(NamedTuple):
    """What a drawing shows; ``texts`` are those below events."""

    boxes: dict[str, Area]
    texts: list[Area]
    lines: list[DrawnLine]


def _parts(line: DrawnLine) -> list[Area]:
    """Return the parts of a line, a hair thick."""
    hair = 0.01
    return [
        Area(min(x1, x2) - hair, min(y1, y2) - hair, abs(x1 - x2) + 2 * hair, abs(y1 - y2) + 2 * hair)
        for (x1, y1), (x2, y2) in pairwise(line.points)
    ]


def _shrunk(area: Area) -> Area:
    return Area(area.x + 0.1, area.y + 0.1, area.width - 0.2, area.height - 0.2)


def _require_readable(drawing: Drawing) -> None:
    solid = [*drawing.boxes.values(), *drawing.texts]
    assert not [pair for pair in combinations(solid, 2) if pair[0].meets(pair[1])]
    for line in drawing.lines:
        assert drawing.boxes[line.source].has_on_border(line.points[0]), line
        assert drawing.boxes[line.target].has_on_border(line.points[-1]), line
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(line.points)), line
        assert not [part for part in _parts(line) for area in solid if part.meets(_shrunk(area))], line
        assert line.label is None or not [area for area in solid if line.label.meets(_shrunk(area))], line


def _drawn(boxes: Iterable[Box], links: Iterable[Link]) -> tuple[Layout, Drawing]:
    boxes = list(boxes)
    made = layout(boxes, list(links))
    places = {name: Area(place.x, place.y, place.width, place.height) for name, place in made.places.items()}
    captions = [_caption(places[box.name], *box.caption) for box in boxes if box.caption[1]]
    lines = [
        DrawnLine(
            one.link.source,
            one.link.target,
            one.points,
            Area(one.label.x, one.label.y, one.label.width, one.label.height) if one.label else None,
        )
        for one in made.lines
    ]
    return made, Drawing(places, captions, lines)


def _caption(place: Area, width: float, height: float) -> Area:
    return Area(place.x + (place.width - width) / 2, place.y + place.height, width, height)


@st.composite
def flows(draw: st.DrawFn) -> tuple[list[Box], list[Link]]:
    kinds = draw(st.lists(st.sampled_from(["step", "event", "gateway"]), min_size=1, max_size=9))
    boxes = [
        step_box(f"n{n}") if kind == "step" else event_box(f"n{n}", "Chuyển các sở" * (kind == "event"))
        for n, kind in enumerate(kinds)
    ]
    names = st.sampled_from([box.name for box in boxes])
    labels = st.sampled_from(["", "Trả lại", "Ghi kết quả Hội đồng: thông qua, kèm việc phải hoàn thiện"])
    links = st.builds(Link, names, names, labels, st.booleans())
    return boxes, draw(st.lists(links, max_size=16))


@given(flows())
def test_any_flow_is_drawn_readably_and_always_the_same(flow: tuple[list[Box], list[Link]]) -> None:
    made, drawing = _drawn(*flow)
    _require_readable(drawing)
    assert _drawn(*flow)[0] == made
    assert [line.link for line in made.lines] == flow[1]
    points = [point for line in made.lines for point in line.points]
    assert all(made.x <= x <= made.x + made.width and made.y <= y <= made.y + made.height for x, y in points)


def test_the_main_line_runs_straight_along_the_top_and_what_leads_back_runs_above_it() -> None:
    names = ["start", "draft", "decide", "end"]
    links = [Link(one, other) for one, other in pairwise(names)]
    made, _drawing = _drawn(
        [step_box(name) for name in [*names, "beside"]],
        [*links, Link("decide", "draft", "Trả lại"), Link("draft", "beside")],
    )
    assert len({made.places[name].y for name in names}) == 1
    assert all(len(line.points) == 2 for line in made.lines[:3])
    assert min(y for _x, y in made.lines[3].points) < made.places["draft"].y
    assert made.places["beside"].y > made.places["decide"].y + made.places["decide"].height
    assert made.places["beside"].x == made.places["decide"].x


def test_a_link_to_nowhere_is_refused() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        layout([step_box("a")], [Link("a", "nowhere")])


def _picture(code: str, language: str) -> Drawing:
    made = layout_of(code, language)
    pairs = [
        (node.name, target)
        for node in nodes_in_order(code)
        for target in dict.fromkeys(edge.dst.name for edge in node._outgoing())
    ]
    places = {node.name: Area(node.x, node.y, node.width, node.height) for node in made.nodes}
    texts = [
        Area(node.x + x - 3 * len(text), node.y + y - 12, 6 * len(text), 12)
        for node in made.nodes
        for x, y, text in node.lines
        if node.kind != "task"
    ]
    lines = []
    for (source, target), edge in zip(pairs, made.edges, strict=True):
        points = tuple(tuple(map(float, step[1:].split(","))) for step in edge.path.split())
        label = None
        if edge.lines:
            wide = max(6 * len(text) for _x, _y, text in edge.lines)
            x, y, _text = edge.lines[0]
            label = Area(x - wide / 2, y - 12, wide, 15 * len(edge.lines))
        lines.append(DrawnLine(source, target, points, label))  # type: ignore[arg-type]
    return Drawing(places, texts, lines)


def _file(code: str) -> Drawing:
    root = ET.fromstring(bpmn_of(code))
    flows = {one.get("id"): one for one in root.iter(f"{{{MODEL}}}sequenceFlow")}
    places = {
        shape.get("bpmnElement", ""): _area(shape.find(f"{{{POINTS}}}Bounds"))
        for shape in root.iter(f"{{{DIAGRAM}}}BPMNShape")
    }
    lines = []
    for edge in root.iter(f"{{{DIAGRAM}}}BPMNEdge"):
        flow = flows[edge.get("bpmnElement")]
        points = tuple(
            (float(one.attrib["x"]), float(one.attrib["y"])) for one in edge.iter(f"{{{LINES}}}waypoint")
        )
        label = edge.find(f"{{{DIAGRAM}}}BPMNLabel/{{{POINTS}}}Bounds")
        lines.append(
            DrawnLine(
                flow.attrib["sourceRef"],
                flow.attrib["targetRef"],
                points,
                None if label is None else _area(label),
            )
        )
    return Drawing(places, [], lines)


def _area(bounds: ET.Element | None) -> Area:
    assert bounds is not None
    return Area(*(float(bounds.attrib[side]) for side in ("x", "y", "width", "height")))


def _drawings(code: str) -> dict[str, Drawing]:
    return {"vi": _picture(code, "vi"), "en": _picture(code, "en"), "bpmn": _file(code)}


@pytest.mark.parametrize("code", sorted(procedures()))
def test_every_procedure_is_drawn_readably(code: str) -> None:
    for drawing in _drawings(code).values():
        _require_readable(drawing)
        labels = [line.label for line in drawing.lines if line.label]
        assert not [pair for pair in combinations(labels, 2) if pair[0].meets(pair[1])]


@pytest.mark.parametrize("code", sorted(procedures()))
def test_lines_that_have_no_end_in_common_never_run_on_top_of_one_another(code: str) -> None:
    for drawing in _drawings(code).values():
        for one, other in combinations(drawing.lines, 2):
            if one.source != other.source and one.target != other.target:
                shared = [(a, b) for a in _parts(one) for b in _parts(other) if a.meets(b)]
                assert not [
                    pair
                    for pair in shared
                    if (pair[0].width > pair[0].height) is (pair[1].width > pair[1].height)
                ], (one, other)


@pytest.mark.parametrize("code", sorted(procedures()))
def test_at_most_half_of_a_picture_is_empty(code: str) -> None:
    drawing = _picture(code, "vi")
    shown = [*drawing.boxes.values(), *drawing.texts]
    shown += [area for line in drawing.lines for area in (*_parts(line), *filter(None, [line.label]))]
    left, top = min(area.x for area in shown), min(area.y for area in shown)
    right, bottom = (max(area.x + area.width for area in shown), max(area.y + area.height for area in shown))
    squares = {
        (column, row)
        for area in shown
        for column in range(int((area.x - left) // SQUARE), int((area.x + area.width - left) // SQUARE) + 1)
        for row in range(int((area.y - top) // SQUARE), int((area.y + area.height - top) // SQUARE) + 1)
    }
    whole = ceil((right - left) / SQUARE) * ceil((bottom - top) / SQUARE)
    assert 1 - len(squares) / whole <= EMPTY


@pytest.mark.parametrize("code", sorted(procedures()))
def test_the_picture_and_the_file_agree_on_what_stands_in_the_main_line_and_its_order(code: str) -> None:
    lines = []
    for drawing in (_picture(code, "vi"), _file(code)):
        boxes = {name: drawing.boxes[name] for name in (node.name for node in nodes_in_order(code))}
        start = next(iter(boxes.values()))
        level = start.y + start.height / 2
        main = [name for name, box in boxes.items() if box.y + box.height / 2 == level]
        lines.append(sorted(main, key=lambda name, boxes=boxes: boxes[name].x))  # type: ignore[misc]
        assert all(box.y > level for name, box in boxes.items() if name not in main)
    assert lines[0] == lines[1]
