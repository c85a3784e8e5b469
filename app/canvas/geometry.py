"""Sizes and places on the canvas, in px of the scene: the plain arithmetic behind nodes, ports and edges."""

import math
from collections.abc import Container, Iterator, Mapping

from PySide6.QtCore import QPointF, QRectF

GRID = 8  # nodes snap to this
HEADER = 26
PORT = 8  # diameter
PORT_HOVER = 12
PORT_TARGET = 24
ERROR_WIDTH = 262
EDGE_MIN, EDGE_MAX = 1.5, 6.0
DETAIL_FULL = 0.6  # zoom below which only header and shape are drawn
DETAIL_BOX = 0.35  # zoom below which only the tinted box and the glyph are drawn
ZOOM_MIN, ZOOM_MAX = 0.1, 3.0


def snap(value: float, grid: int = GRID) -> float:
    """Return the nearest multiple of `grid`."""
    return float(math.floor(value / grid + 0.5) * grid)


def edge_width(values: int) -> float:
    """Width of an edge that carries `values` numbers, px, 1.5 to 6, growing with their logarithm."""
    if values <= 0:
        return EDGE_MIN
    width = EDGE_MIN + 4.5 * math.log(values / 10) / math.log(470)
    return min(EDGE_MAX, max(EDGE_MIN, width))


def out_port(box: QRectF) -> QPointF:
    """Where data leave a node."""
    return QPointF(box.right(), box.center().y())


def in_port(box: QRectF) -> QPointF:
    """Where data enter a node."""
    return QPointF(box.left(), box.center().y())


def top_port(box: QRectF) -> QPointF:
    """Where the further inputs of a merge enter."""
    return QPointF(box.center().x(), box.top())


def around(point: QPointF, size: float) -> QRectF:
    """The square of side `size` round `point`."""
    return QRectF(point.x() - size / 2, point.y() - size / 2, size, size)


def free_place(wanted: QRectF, taken: list[QRectF], step: float = 176.0) -> QPointF:
    """Return the top left corner nearest to `wanted` to the right or below where a box of its size covers no other.

    Args:
        wanted: the box as it would be placed first.
        taken: the boxes that are there.
        step: how far to go right at each try, px.
    """
    box = QRectF(wanted)
    for row in range(40):
        for column in range(6):
            box.moveTo(wanted.left() + column * step, wanted.top() + row * step)
            if not any(box.adjusted(-8, -8, 8, 8).intersects(other) for other in taken):
                return box.topLeft()
    return wanted.topLeft()


class BoxIndex:
    """Boxes by place, so that asking what lies near costs the same for 4 nodes and for 400.

    Args:
        boxes: by name, in scene coordinates.
    """

    CELL = 256.0

    def __init__(self, boxes: Mapping[str, QRectF]) -> None:
        self._cells: dict[tuple[int, int], list[str]] = {}
        self._boxes = boxes
        for name, box in boxes.items():
            for cell in self._covered(box):
                self._cells.setdefault(cell, []).append(name)

    def near(self, region: QRectF, without: Container[str] = ()) -> list[QRectF]:
        """The boxes that touch `region`, but for some names."""
        names = {name for cell in self._covered(region) for name in self._cells.get(cell, ()) if name not in without}
        return [self._boxes[name] for name in names if self._boxes[name].intersects(region)]

    def _covered(self, box: QRectF) -> Iterator[tuple[int, int]]:
        for column in range(int(box.left() // self.CELL), int(box.right() // self.CELL) + 1):
            for row in range(int(box.top() // self.CELL), int(box.bottom() // self.CELL) + 1):
                yield column, row
