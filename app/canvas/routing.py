"""How an edge runs: orthogonal, round corners, past the nodes instead of behind them."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from app.canvas.geometry import in_port, out_port, top_port

RADIUS = 10.0
STUB = 16.0  # how far an edge leaves a node before it turns
CHANNEL = 24.0  # where a branch turns in the gap between two columns
HALF_GUTTER = 41.0  # half the gap between two rows


@dataclass(frozen=True)
class Route:
    """The corners of an edge from port to port, and where its shape is written.

    Args:
        points: at least two; neighbours differ in one coordinate only.
        label: centre of the shape's patch.
        in_gutter: the edge runs between rows, so the label sits on the line instead of above it.
    """

    points: tuple[QPointF, ...]
    label: QPointF
    in_gutter: bool

    @property
    def room(self) -> float:
        """Length of the longest level part, px, above which the shape is written."""
        return _longest(self.points).length()


def route(source: QRectF, target: QRectF, obstacles: Sequence[QRectF], into_top: bool = False) -> Route:
    """Choose the way from the right of `source` to the left (or the top) of `target`.

    Args:
        obstacles: boxes of the other nodes; a direct way that would run behind one is not taken.
        into_top: the edge is a further input of a merge and may enter from above.
    """
    start, end = out_port(source), in_port(target)
    for points in _direct_ways(start, end):
        if not blocked(points, obstacles):
            return Route(points, _above_longest(points), in_gutter=False)
    points = _into_top(source, target) if into_top else _round(source, target)
    return Route(points, _on_longest(points), in_gutter=True)


def is_direct(source: QRectF, target: QRectF, obstacles: Sequence[QRectF]) -> bool:
    """Whether a straight edge can join the two."""
    start, end = out_port(source), in_port(target)
    return end.x() > start.x() and abs(start.y() - end.y()) < 1 and not blocked((start, end), obstacles)


def _direct_ways(start: QPointF, end: QPointF) -> list[tuple[QPointF, ...]]:
    gap = end.x() - start.x()
    if gap < STUB:
        return []
    if abs(start.y() - end.y()) < 1:
        return [(start, end)]
    turns = (start.x() + min(CHANNEL, gap / 2), end.x() - min(CHANNEL, gap / 2))
    return [(start, QPointF(x, start.y()), QPointF(x, end.y()), end) for x in turns]


def _round(source: QRectF, target: QRectF) -> tuple[QPointF, ...]:
    """Out to the right, along the gutter above the target's row, in from the left."""
    start, end = out_port(source), in_port(target)
    y = gutter(source, target)
    right, left = start.x() + STUB, end.x() - STUB
    return (
        start,
        QPointF(right, start.y()),
        QPointF(right, y),
        QPointF(left, y),
        QPointF(left, end.y()),
        end,
    )


def _into_top(source: QRectF, target: QRectF) -> tuple[QPointF, ...]:
    start, end = out_port(source), top_port(target)
    y, right = gutter(source, target), start.x() + STUB
    return start, QPointF(right, start.y()), QPointF(right, y), QPointF(end.x(), y), end


def gutter(source: QRectF, target: QRectF) -> float:
    """Height of the lane an edge takes: midway between the rows, or just above the higher of two nodes in one row."""
    room = target.top() - source.bottom()
    if room >= CHANNEL:
        return target.top() - min(HALF_GUTTER, room / 2)
    return min(source.top(), target.top()) - CHANNEL


def blocked(points: Sequence[QPointF], obstacles: Sequence[QRectF]) -> bool:
    """Whether a line through `points` crosses a box."""
    return any(_span(a, b).intersects(box) for a, b in itertools.pairwise(points) for box in obstacles)


def _span(a: QPointF, b: QPointF) -> QRectF:
    return QRectF(a, b).normalized().adjusted(-1, -1, 1, 1)


def _longest(points: Sequence[QPointF]) -> QLineF:
    level = [QLineF(a, b) for a, b in itertools.pairwise(points) if abs(a.y() - b.y()) < 1]
    return max(level, key=lambda line: line.length())


def _above_longest(points: Sequence[QPointF]) -> QPointF:
    return _longest(points).center() - QPointF(0, 12)


def _on_longest(points: Sequence[QPointF]) -> QPointF:
    """Nearer to where the data come from, where a shortcut's own caption does not stand."""
    return _longest(points).pointAt(0.31)


def rounded(points: Sequence[QPointF], radius: float = RADIUS) -> QPainterPath:
    """A path through `points` with round corners; a corner takes at most half of its shorter side."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        cut = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        path.lineTo(_towards(corner, before, cut))
        path.quadTo(corner, _towards(corner, after, cut))
    path.lineTo(points[-1])
    return path


def _length(a: QPointF, b: QPointF) -> float:
    return math.hypot(b.x() - a.x(), b.y() - a.y())


def _towards(origin: QPointF, other: QPointF, distance: float) -> QPointF:
    length = _length(origin, other)
    return origin + (other - origin) * (distance / length) if length else QPointF(origin)
