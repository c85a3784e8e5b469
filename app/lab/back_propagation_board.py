"""The picture of back-propagation: a graph with values going forward and gradients coming back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent, QPainterPath

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.text import fixed, format_number
from app.theme import Look
from engine.explain.back_propagation import Flow, symbol
from engine.explain.expression import Graph

WIDTH, HEIGHT = 92.0, 58.0
GAP = 34.0  # px between two columns at least: a variable's slider has its place there
SPAN = (-5.0, 5.0)
ROOM = 150.0  # px of an edge that has room for its numbers
TRACK = 50.0  # px of a variable's slider
NAMES = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "^", "negate": "−a"}


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        values: of each node, NaN where the pass has not come yet.
        gradients: the same for dL/d(node).
        flows: that have come back so far, the newest last.
        current: the node the newest step belongs to; −1 for none.
        problem: node and sentence of what cannot be computed; −1 and "" for none.
    """

    graph: Graph
    values: Sequence[float]
    gradients: Sequence[float]
    flows: Sequence[Flow]
    current: int
    problem: tuple[int, str] = (-1, "")


class BackPropagationBoard(Board):
    """Handles: the index of a variable's node.

    Attributes:
        picked: index of a node that was clicked.
    """

    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Computation graph: values forward, gradients backward")
        self._shown: Shown | None = None
        self._boxes: list[QRectF] = []

    def show_graph(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        known = sum(1 for value in shown.values if np.isfinite(value))
        text = f"{shown.graph.text}: {known} of {len(shown.graph.nodes)} values, {len(shown.flows)} gradients back"
        self.describe(shown.problem[1] or text)

    def value_of(self, id: str, place: QPointF) -> float:
        """What a variable's handle means at a place."""
        track = self._track(self._boxes[int(id)])
        share = (track.bottom() - place.y()) / track.height()
        return SPAN[0] + min(max(share, 0.0), 1.0) * (SPAN[1] - SPAN[0])

    def paint(self, ink: Ink) -> None:
        """Draw edges, nodes, and what goes along the newest edge."""
        shown = self._shown
        if shown is None:
            return
        area = QRectF(64, 46, self.width() - 96, self.height() - 82)
        self._boxes = _places(shown.graph, area)
        newest = shown.flows[-1] if shown.flows else None
        for index, node in enumerate(shown.graph.nodes):
            for place in node.inputs:
                self._paint_edge(ink, place, index, self._is_back(place, index))
        if newest is not None:
            self._paint_flow(ink, newest)
        for index in range(len(shown.graph.nodes)):
            self._paint_node(ink, index, shown)
        ink.at(QPointF(24, 20), shown.graph.text, "code", "ink")
        self._paint_legend(ink)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a variable's handle, or pick a node."""
        super().mousePressEvent(event)
        if self._held or not self.is_movable:
            return
        for index, box in enumerate(self._boxes):
            if box.contains(event.position()):
                self.picked.emit(index)

    def _is_back(self, place: int, index: int) -> bool:
        flows = self._shown.flows if self._shown is not None else ()
        return any(flow.node == index and flow.input == place for flow in flows)

    def _path(self, start: int, end: int) -> QPainterPath:
        a = QPointF(self._boxes[start].right(), self._boxes[start].center().y())
        b = QPointF(self._boxes[end].left(), self._boxes[end].center().y())
        bend = QPointF((b.x() - a.x()) / 2, 0)
        path = QPainterPath(a)
        path.cubicTo(a + bend, b - bend, b)
        return path

    def _paint_edge(self, ink: Ink, start: int, end: int, is_back: bool) -> None:
        ink.pen("series1" if is_back else "edge", 2 if is_back else 1.5)
        ink.painter.drawPath(self._path(start, end))

    def _paint_flow(self, ink: Ink, flow: Flow) -> None:
        path = self._path(flow.input, flow.node)
        ink.pen("ink", 3)
        ink.painter.drawPath(path)
        start, before = path.pointAtPercent(0.0), path.pointAtPercent(0.08)
        ink.arrow(before, start, "ink", 3)
        text = f"{format_number(flow.upstream, 3)} × {format_number(flow.local, 3)} = {format_number(flow.value, 3)}"
        if path.boundingRect().width() > ROOM:
            ink.patch(path.pointAtPercent(0.5) - QPointF(0, 16), text, "number", "ink")
        else:
            ink.at(QPointF(self.width() - 24, 20), text, "number", "ink", RIGHT)

    def _paint_node(self, ink: Ink, index: int, shown: Shown) -> None:
        box, node = self._boxes[index], shown.graph.nodes[index]
        bad = shown.problem[0] == index
        edge = "err" if bad else "ink" if index == shown.current else "line2"
        ink.box(box, "errbg" if bad else "card", edge, 8, 2 if edge != "line2" else 1)
        name = symbol(shown.graph, index)
        kind = NAMES.get(node.kind, node.kind)
        named = f"{name} = {kind}" if box.width() > 70 else kind
        title = name if node.kind in ("variable", "number") else named
        ink.text(QRectF(box.left() + 6, box.top() + 3, box.width() - 12, 16), title, "caption", "ink3", CENTRE)
        value, gradient = shown.values[index], shown.gradients[index]
        if np.isfinite(value):
            ink.text(
                QRectF(box.left(), box.top() + 18, box.width(), 18), format_number(value, 4), "result", "ink", CENTRE
            )
        if np.isfinite(gradient):
            text = format_number(gradient, 4)
            ink.text(QRectF(box.left(), box.top() + 37, box.width(), 17), text, "number", "series1", CENTRE)
        if node.kind == "variable":
            self._paint_track(ink, index, box, float(value))
        if bad:
            ink.patch(QPointF(self.width() / 2, self.height() - 46), shown.problem[1], "title", "err")

    def _paint_track(self, ink: Ink, index: int, box: QRectF, value: float) -> None:
        track = self._track(box)
        ink.fill(track, "line2", radius=2)
        ink.fill(QRectF(track.left() - 4, track.center().y() - 0.5, 12, 1), "ctl")
        if not np.isfinite(value) or self._shown is None:
            return
        share = (min(max(value, SPAN[0]), SPAN[1]) - SPAN[0]) / (SPAN[1] - SPAN[0])
        place = QPointF(track.center().x(), track.bottom() - share * track.height())
        self.place(ink, str(index), place, f"{self._shown.graph.nodes[index].name} = {fixed(value, 2)}")

    def _track(self, box: QRectF) -> QRectF:
        return QRectF(box.left() - 18, box.center().y() - TRACK / 2, 4, TRACK)

    def _paint_legend(self, ink: Ink) -> None:
        y = self.height() - 16.0
        ink.at(QPointF(24, y), "value, going forward", "caption", "ink")
        ink.at(QPointF(170, y), "dL/d(node), coming back: upstream × local", "caption", "series1")


def _places(graph: Graph, area: QRectF) -> list[QRectF]:
    """A box for each node: columns by the longest way from the leaves, rows spread evenly."""
    depth = _depths(graph)
    last = max(depth)
    wide = min(WIDTH, (area.width() + GAP) / (last + 1) - GAP)
    rows: dict[int, list[int]] = {}
    for index, level in enumerate(depth):
        rows.setdefault(level, []).append(index)
    found = [QRectF()] * len(graph.nodes)
    for level in sorted(rows):
        members = sorted(rows[level], key=lambda index: _height(graph, index, found))
        pitch = min(HEIGHT + 46, area.height() / len(members))
        tall = min(HEIGHT, pitch - 4)
        x = area.left() + (area.width() - wide) * (level / last if last else 0.5)
        for row, index in enumerate(members):
            y = area.center().y() + (row - (len(members) - 1) / 2) * pitch
            found[index] = QRectF(x, y - tall / 2, wide, tall)
    return found


def _depths(graph: Graph) -> list[int]:
    """The column of each node; a variable or number stands right before the first node that uses it."""
    depth: list[int] = []
    for node in graph.nodes:
        depth.append(1 + max((depth[place] for place in node.inputs), default=-1))
    for index, node in enumerate(graph.nodes):
        if not node.inputs:
            users = [depth[user] for user, other in enumerate(graph.nodes) if index in other.inputs]
            depth[index] = min(users, default=1) - 1
    return depth


def _height(graph: Graph, index: int, found: Sequence[QRectF]) -> float:
    """Where a node would like to be: beside its inputs; leaves in their order in the expression."""
    inputs = [found[place].center().y() for place in graph.nodes[index].inputs if not found[place].isNull()]
    # a leaf beside a computed node goes above or below it, in the order of the expression
    return sum(inputs) / len(inputs) if inputs else 10.0 * index
