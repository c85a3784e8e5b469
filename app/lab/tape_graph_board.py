"""The picture of a traced graph: operations in rows from the inputs down, with what flows between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainterPath

from app.lab.board import Board
from app.lab.ink import CENTRE, Ink
from app.lab.tape_graph_layout import Node, places_of
from app.text import format_number
from app.theme import Look

TOP, FOOT, SIDE = 56.0, 48.0, 20.0  # px around the graph
WIDE, HIGH, LEAST_GAP = 132.0, 30.0, 10.0  # px of a box at most, and between two rows at least
TAPE = "gradient_tape/"  # how TensorFlow names what the tape adds
LEGEND = (("variable", "series2"), ("constant", "ink3"), ("operation", "ink"), ("added by the tape", "series1"))


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        nodes: as the engine says them; empty while it has not answered.
        words: said in place of the graph.
        done: nodes that have run.
        lit: the node that is told of; −1 for none.
    """

    nodes: Sequence[Node]
    words: str
    done: int
    lit: int = -1


class GraphBoard(Board):
    """Arrows go from node to node.

    Attributes:
        picked: a node.
    """

    picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "The graph that TensorFlow traced")
        self._shown = Shown((), "", 0)
        self._places: list[tuple[int, float]] = []
        self._boxes: list[QRectF] = []
        self._version = 0

    def show_graph(self, shown: Shown) -> None:
        """Draw another moment; places are worked out once for each graph."""
        if self._shown.nodes is not shown.nodes:
            self._places, self._version = places_of(shown.nodes), self._version + 1
        self._shown = shown
        edges = sum(len(node["inputs"]) for node in shown.nodes)
        told = f"{len(shown.nodes)} operations, {edges} edges, {shown.done} have run"
        self.describe(told if shown.nodes else shown.words)

    def paint(self, ink: Ink) -> None:
        """Draw edges, then nodes."""
        shown = self._shown
        if not shown.nodes:
            ink.text(QRectF(self.rect()), shown.words, "body", "ink2", CENTRE)
            return
        self._boxes = self._placed()
        ink.at(QPointF(24, 24), "The graph that TensorFlow traced, read from the function", "title", "ink")
        box = QRectF(self.rect())
        ink.still(("edges", self._version), box, self._paint_edges)
        if shown.lit >= 0:
            self._paint_lit_edges(ink, shown.lit)
        for place in range(len(shown.nodes)):
            self._paint_node(ink, place)
        self._paint_legend(ink)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a node."""
        super().mousePressEvent(event)
        place = self._at(event.position())
        if place >= 0 and self.is_movable:
            self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next node, or the one before."""
        ways = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        count = len(self._shown.nodes)
        if event.key() in ways and count and self.is_movable:
            self.picked.emit((self._shown.lit + ways[Qt.Key(event.key())]) % count)
        else:
            super().keyPressEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """Name the operation under the mouse."""
        found = self._at(QPointF(place))
        if found < 0:
            return ""
        node = self._shown.nodes[found]
        return f"{node['name']}: {node['op']}, {node['dtype']} {node['shape']}".rstrip(", ")

    def _at(self, place: QPointF) -> int:
        return next((at for at, box in enumerate(self._boxes) if box.contains(place)), -1)

    def _placed(self) -> list[QRectF]:
        rows = 1 + max(row for row, _ in self._places)
        counts = [sum(1 for row, _ in self._places if row == number) for number in range(rows)]
        pitch = (self.height() - TOP - FOOT) / rows
        high = max(12.0, min(HIGH, pitch - LEAST_GAP))
        room = self.width() - 2 * SIDE
        found = []
        for row, share in self._places:
            wide = min(WIDE, room / counts[row] - 8)
            x, y = SIDE + share * room, TOP + (row + 0.5) * pitch
            found.append(QRectF(x - wide / 2, y - high / 2, wide, high))
        return found

    def _path(self, start: int, end: int) -> QPainterPath:
        first, last = self._boxes[start], self._boxes[end]
        a, b = QPointF(first.center().x(), first.bottom()), QPointF(last.center().x(), last.top())
        bend = QPointF(0, (b.y() - a.y()) / 2)
        path = QPainterPath(a)
        path.cubicTo(a + bend, b - bend, b)
        return path

    def _paint_edges(self, ink: Ink) -> None:
        for place, node in enumerate(self._shown.nodes):
            for other in node["inputs"]:
                ink.pen("edge", 1.5)
                ink.painter.drawPath(self._path(other, place))
            for other in node["control"]:
                ink.pen("line2", 1.0, (4.0, 3.0))
                ink.painter.drawPath(self._path(other, place))

    def _paint_lit_edges(self, ink: Ink, lit: int) -> None:
        ink.pen("ink", 2.5)
        for other in self._shown.nodes[lit]["inputs"]:
            path = self._path(other, lit)
            ink.painter.drawPath(path)
        for other in self._shown.nodes[lit]["inputs"]:
            ends = [self._path(other, lit).pointAtPercent(share) for share in (0.9, 1.0)]
            for first, last in pairwise(ends):
                ink.arrow(first, last, "ink", 2.5)
            ink.pen("ink", 2.5)

    def _paint_node(self, ink: Ink, place: int) -> None:
        node, box, shown = self._shown.nodes[place], self._boxes[place], self._shown
        has_run, token = place < shown.done, shade(node)
        edge = "ink" if place == shown.lit else token if has_run else "line"
        ink.box(box, "card" if has_run else "canvas", edge, min(8.0, box.height() / 2), 2 if place == shown.lit else 1)
        text, role = _label(node), "body" if box.height() >= 18 else "heat"
        ink.text(box.adjusted(4, 0, -4, 0), text, role, token if has_run else "ink3", CENTRE)

    def _paint_legend(self, ink: Ink) -> None:
        x, y = 24.0, self.height() - 16.0
        for text, token in LEGEND:
            ink.fill(QRectF(x, y - 5, 10, 10), token, radius=2)
            ink.at(QPointF(x + 16, y), text, "caption", "ink2")
            x += 34 + ink.painter.fontMetrics().horizontalAdvance(text)
        ink.at(QPointF(x, y), "dashed: only the order is kept", "caption", "ink3")


def shade(node: Node) -> str:
    """The colour of a node: variables, constants, what the tape added, the program's own operations."""
    if node["dtype"] == "resource" or node["op"] == "ReadVariableOp":
        return "series2"
    if node["name"].startswith(TAPE):
        return "series1"
    return "ink3" if node["op"] in ("Const", "NoOp") else "ink"


def _label(node: Node) -> str:
    if node["variable"]:
        return f"{node['op']} {node['variable']}"
    return node["op"] if node["constant"] is None else f"{node['op']} {format_number(node['constant'], 4)}"
