"""Where the boxes and lines of a procedure's drawing stand: layers from left to right, in the plainest form.

Columns are the longest ways from the start, without the lines that lead back. The main line, which goes on by the first
way out of each box, stands in the top row; everything else stands below it in its own column, as high as there is room.
Lines run at right angles: up and down only between two columns, along only between two rows, so that none passes
through a box. Lines from and to the main line that lead back run above it, the others below.

Deterministic: the order of the boxes and lines that are given decides wherever there is a choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import NamedTuple

from .layers import forward, longest, main_line, packed, turned

#: Distances in user units: between columns, between lines that run side by side, between rows and their lines.
COLUMN_GAP, LANE, ROW_GAP = 40.0, 12.0, 20.0
#: A line of text on a line, and the width of an average letter of it.
TEXT_LINE, LETTER = 15.0, 6.4
#: At least so many letters stand in a line of text on a line, and so many below events, before it is broken.
LABEL_LETTERS, CAPTION_LETTERS = 24, 15
#: How far from its start the middle of a name stands at most.
LABEL_REACH = 240.0
#: How far lines at the upper sides stand from those at the lower sides of the same column, and from one another.
SHIFT, APART = 8.0, 16.0


#: Width and height of a step in every drawing, and of an event or gateway.
STEP, EVENT = (160.0, 82.0), 50.0


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """What is to be placed. ``caption`` is the width and height of a text below it.

    Lines touch a box with ``has_points`` (a circle, a rhombus) only at the middle of its sides.
    """

    name: str
    width: float
    height: float
    caption: tuple[float, float] = (0.0, 0.0)
    has_points: bool = False


@dataclass(frozen=True)
class Link:
    """What is to be connected. Where a line runs straight from box to box, its label has no room and is left out.

    With ``needs_room`` the columns are moved apart until the label fits there too.
    """

    source: str
    target: str
    label: str = ""
    needs_room: bool = False


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return TEXT_LINE * len(self.lines)


@dataclass(frozen=True)
class Place:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """The way of a link; it starts and ends on the border of its boxes."""

    link: Link
    points: tuple[Point, ...]
    label: Label | None


@dataclass(frozen=True)
class Layout:
    """Everything with its place. Lines stand in the order of the links; the corner may be left of or above zero."""

    places: Mapping[str, Place]
    lines: tuple[Line, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(eq=False)
class _Route:
    """How a link runs: straight, or by a lane between two columns (``out``), a track between two rows, or both.

    ``channel`` is the row below which the track runs, -1 above all. ``leaves`` and ``enters`` say at which side of its
    boxes: up, down, or (``side``) by a lane.
    """

    link: Link
    number: int
    is_straight: bool = False
    channel: int | None = None
    leaves: str = "side"
    enters: str = "side"
    track: int = 0
    label: Label | None = None
    ports: dict[str, float] = field(default_factory=dict)


def step_box(name: str) -> Box:
    return Box(name, *STEP)


def event_box(name: str, title: str) -> Box:
    """Return the box of an event or gateway, with room for its title below."""
    lines = wrap(title, CAPTION_LETTERS)
    caption = (CAPTION_LETTERS * LETTER, TEXT_LINE * (len(lines) + 0.5)) if lines else (0.0, 0.0)
    return Box(name, EVENT, EVENT, caption, has_points=True)


def layout(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Place the boxes and lead the links. The first box is the start. Raises KeyError for a link to nowhere."""
    return _Drawing(boxes, links).drawn()


class _Drawing:
    """One layout in the making: which row and column, then how links run, then how far right, then how far down."""

    def __init__(self, boxes: Sequence[Box], links: Sequence[Link]) -> None:
        self.boxes = {box.name: box for box in boxes}
        names = list(self.boxes)
        following = forward(names, [(link.source, link.target) for link in links])
        self.column = longest(names, following)
        self.row = self._rows(names, following)
        self.at = {(self.column[name], self.row[name]) for name in names}
        self.routes = [self._route(link, number) for number, link in enumerate(links)]
        self.lanes: dict[tuple[str, str], float] = {}

    def drawn(self) -> Layout:
        self._place_columns()
        self._place_labels_on_tracks()
        self._choose_tracks()
        self._place_rows()
        self._place_ports()
        lines = tuple(self._line(route) for route in self.routes)
        places = {name: self._place(name) for name in self.boxes}
        x, y, right, bottom = self._extent(places, lines)
        return Layout(places, lines, x, y, right - x, bottom - y)

    # --- Rows and ways -----------------------------------------------------------------------------

    def _rows(self, names: Sequence[str], following: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """Main line above; of the others first those from which it goes on furthest, so that these run straight."""
        if not names:
            return {}
        rows = dict.fromkeys(main_line(names[0], following), 0)
        ahead = longest(names, turned(following))
        free: defaultdict[int, int] = defaultdict(lambda: 1)
        for name in sorted((one for one in names if one not in rows), key=lambda one: -ahead[one]):
            rows[name] = free[self.column[name]]
            free[self.column[name]] += 1
        return rows

    def _route(self, link: Link, number: int) -> _Route:
        source, target = link.source, link.target
        left, right = self.column[source], self.column[target]
        above, below = sorted((self.row[source], self.row[target]))
        if left < right and above == below:
            if not any((between, above) in self.at for between in range(left + 1, right)):
                return _Route(link, number, is_straight=True)
        elif right == left + 1:
            return _Route(link, number)
        channel = -1 if above == below == 0 and right <= left else above
        return _Route(
            link,
            number,
            channel=channel,
            leaves=self._side(source, channel),
            enters=self._side(target, channel),
        )

    def _side(self, name: str, channel: int) -> str:
        if channel == self.row[name] - 1:
            return "up"
        is_free_below = not self.boxes[name].caption[1]
        return "down" if channel == self.row[name] and is_free_below else "side"

    # --- Across ------------------------------------------------------------------------------------

    def _place_columns(self) -> None:
        """Set ``left`` and ``wide`` of each column and the x of each lane."""
        count = 1 + max(self.column.values(), default=0)
        self.wide = [0.0] * count
        for name, box in self.boxes.items():
            column = self.column[name]
            self.wide[column] = max(self.wide[column], box.width, box.caption[0])
        self.left: list[float] = []
        x = 0.0
        for gap in range(count + 1):
            lanes, text = self._lanes_in(gap), self._room_for_labels(gap)
            for (kind, name), lane in lanes.items():
                self.lanes[kind, name] = x + COLUMN_GAP / 2 + LANE * lane + text * (kind == "in")
            if lanes or 0 < gap < count:
                x += COLUMN_GAP + text + LANE * max(lanes.values(), default=0)
            if gap < count:
                self.left.append(x)
                x += self.wide[gap]

    def _room_for_labels(self, gap: int) -> float:
        """Return how wide the names of lines are that end after the gap, which stand before what else enters."""
        widths = [
            _label(route.link.label, LABEL_LETTERS).width
            for route in self.routes
            if route.link.needs_room and self._is_short(route) and self.column[route.link.target] == gap
        ]
        return max(widths, default=0.0)

    def _is_short(self, route: _Route) -> bool:
        return route.channel is None and self.column[route.link.target] == self.column[route.link.source] + 1

    def _lanes_in(self, gap: int) -> dict[tuple[str, str], int]:
        """Return the lane of each bundle of lines: what leaves a box, then what changes rows, then what enters one."""
        spans: dict[str, dict[str, list[int]]] = {"out": {}, "over": {}, "in": {}}
        for route in self.routes:
            source, target = route.link.source, route.link.target
            if route.is_straight:
                continue
            rows = [2 * self.row[source], 2 * self.row[target]]
            if route.channel is None:
                if self.column[target] == gap:
                    spans["over"].setdefault(source, []).extend(rows)
                continue
            track = 2 * route.channel + 1
            if route.leaves == "side" and self.column[source] + 1 == gap:
                spans["out"].setdefault(source, []).extend((rows[0], track))
            if route.enters == "side" and self.column[target] == gap:
                spans["in"].setdefault(target, []).extend((rows[1], track))
        lanes: dict[tuple[str, str], int] = {}
        for kind, bundles in spans.items():
            first = len(set(lanes.values()))
            numbers = packed([(min(rows), max(rows)) for rows in bundles.values()])
            lanes |= {(kind, name): first + lane for name, lane in zip(bundles, numbers, strict=True)}
        return lanes

    def _middle(self, name: str) -> float:
        return self.left[self.column[name]] + self.wide[self.column[name]] / 2

    def _end(self, route: _Route, *, is_source: bool) -> float:
        """Return where a track starts or ends: at a lane, or about the middle of the box."""
        name = route.link.source if is_source else route.link.target
        if (route.leaves if is_source else route.enters) != "side":
            return route.ports.get("out" if is_source else "in", self._middle(name))
        return self.lanes["out" if is_source else "in", name]

    # --- Down --------------------------------------------------------------------------------------

    def _tracks(self) -> dict[int, list[_Route]]:
        tracks: dict[int, list[_Route]] = {}
        for route in self.routes:
            if route.channel is not None:
                tracks.setdefault(route.channel, []).append(route)
        return tracks

    def _place_labels_on_tracks(self) -> None:
        for route in self.routes:
            if route.channel is not None and route.link.label:
                start, end = (self._end(route, is_source=side) for side in (True, False))
                label = _label(route.link.label, max(LABEL_LETTERS, int((abs(end - start) - APART) / LETTER)))
                # On a long line the name stands near the box that it leaves.
                middle = start + max(-LABEL_REACH, min((end - start) / 2, LABEL_REACH))
                left = max(middle - label.width / 2, min(start, end))
                route.label = Label(left, 0, label.width, label.lines)

    def _choose_tracks(self) -> None:
        for routes in self._tracks().values():
            spans = []
            for route in routes:
                ends = [self._end(route, is_source=side) for side in (True, False)]
                if route.label:
                    ends += [route.label.x, route.label.x + route.label.width]
                # Where it meets the box is not known yet.
                spans.append((min(ends) - self._reach(route), max(ends) + self._reach(route)))
            for route, track in zip(routes, packed(spans), strict=True):
                route.track = track

    def _reach(self, route: _Route) -> float:
        touched = [
            self.boxes[name].width / 2
            for name, side in ((route.link.source, route.leaves), (route.link.target, route.enters))
            if side != "side" and not self.boxes[name].has_points
        ]
        return max(touched, default=LANE / 2)

    def _place_rows(self) -> None:
        """Set the y of the middle of each row and of each track."""
        rows = range(1 + max(self.row.values(), default=0))
        tracks = self._tracks()
        self.middle: dict[int, float] = {}
        self.track_at: dict[tuple[int, int], float] = {}
        y = self._place_tracks(-1, tracks.get(-1, []), 0.0)
        for row in rows:
            boxes = [box for name, box in self.boxes.items() if self.row[name] == row]
            above = max((box.height / 2 for box in boxes), default=0.0)
            self.middle[row] = y + above
            y += above + max((box.height / 2 + box.caption[1] for box in boxes), default=0.0)
            y = self._place_tracks(row, tracks.get(row, []), y)

    def _place_tracks(self, channel: int, routes: Sequence[_Route], y: float) -> float:
        """Place the tracks below ``y``, the shortest next to the row, and return where they end."""
        heights: dict[int, float] = {}
        for route in routes:
            height = APART if route.label is None else route.label.height + LANE
            heights[route.track] = max(heights.get(route.track, 0.0), height)
        y += ROW_GAP / 2
        for track in sorted(heights, reverse=channel < 0):
            y += heights[track]
            self.track_at[channel, track] = y
        return y + (ROW_GAP if routes or channel >= 0 else 0)

    # --- Lines -------------------------------------------------------------------------------------

    def _place_ports(self) -> None:
        """Spread the lines that touch the same side of a box, so that those that run the same way do not cross."""
        ports: dict[tuple[str, str], list[tuple[_Route, str]]] = {}
        for route in self.routes:
            if route.leaves != "side":
                ports.setdefault((route.link.source, route.leaves), []).append((route, "out"))
            if route.enters != "side":
                ports.setdefault((route.link.target, route.enters), []).append((route, "in"))
        for (name, side), touching in ports.items():
            box = self.boxes[name]
            wide = 0.0 if box.has_points else box.width - 2 * APART
            step = min(wide / len(touching), 2 * APART)
            shift = 0.0 if box.has_points else SHIFT if side == "up" else 0.0
            touching.sort(key=lambda one: self._port_order(name, *one))
            for n, (route, way) in enumerate(touching):
                route.ports[way] = self._middle(name) + shift + step * (n - (len(touching) - 1) / 2)

    def _port_order(self, name: str, route: _Route, way: str) -> tuple[float, float, int]:
        other = self._end(route, is_source=way == "in")
        assert route.channel is not None
        distance = abs(self.track_at[route.channel, route.track] - self.middle[self.row[name]])
        goes_left = other < self._middle(name)
        return (0 if goes_left else 1, distance if goes_left else -distance, route.number)

    def _line(self, route: _Route) -> Line:
        source, target = self._place(route.link.source), self._place(route.link.target)
        start = Point(source.x + source.width, self.middle[self.row[route.link.source]])
        end = Point(target.x, self.middle[self.row[route.link.target]])
        if route.channel is None:
            points = [start, end]
            if not route.is_straight:
                x = self.lanes["over", route.link.source]
                points[1:1] = [Point(x, start.y), Point(x, end.y)]
            return Line(route.link, tuple(points), self._label_beside(route, start, end))
        y = self.track_at[route.channel, route.track]
        out, into = (self._end(route, is_source=side) for side in (True, False))
        first = (
            [start, Point(out, start.y)] if route.leaves == "side" else [_touch(source, out, route.leaves)]
        )
        last = [Point(into, end.y), end] if route.enters == "side" else [_touch(target, into, route.enters)]
        label = route.label and Label(
            route.label.x, y - route.label.height, route.label.width, route.label.lines
        )
        return Line(route.link, (*first, Point(out, y), Point(into, y), *last), label)

    def _label_beside(self, route: _Route, start: Point, end: Point) -> Label | None:
        """Return the label of a line without a track, over its last part or, if it is long, over its middle."""
        if not (route.link.needs_room and route.link.label):
            return None
        label = _label(route.link.label, LABEL_LETTERS)
        x = (start.x + end.x - label.width) / 2
        if self._is_short(route):
            x = self.lanes.get(("in", route.link.target), end.x - COLUMN_GAP / 4) - label.width - 4
        return Label(x, end.y - label.height, label.width, label.lines)

    def _place(self, name: str) -> Place:
        box = self.boxes[name]
        x = self._middle(name) - box.width / 2
        return Place(x, self.middle[self.row[name]] - box.height / 2, box.width, box.height)

    def _extent(
        self, places: Mapping[str, Place], lines: Iterable[Line]
    ) -> tuple[float, float, float, float]:
        xs, ys = [0.0], [0.0]
        for name, place in places.items():
            wide, high = self.boxes[name].caption
            half = max(wide, place.width) / 2
            xs += [self._middle(name) - half, self._middle(name) + half]
            ys += [place.y, place.y + place.height + high]
        for line in lines:
            xs += [point.x for point in line.points]
            ys += [point.y for point in line.points]
            if line.label:
                xs += [line.label.x, line.label.x + line.label.width]
                ys += [line.label.y, line.label.y + line.label.height]
        return min(xs), min(ys), max(xs), max(ys)


def _touch(place: Place, x: float, side: str) -> Point:
    return Point(x, place.y if side == "up" else place.y + place.height)


def _label(text: str, letters: int) -> Label:
    lines = tuple(wrap(text, letters)) or ("",)
    return Label(0, 0, LETTER * max(map(len, lines)), lines)
