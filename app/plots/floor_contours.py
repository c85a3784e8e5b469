"""FloorContours: contour lines on the floor under a surface, seen by a camera."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from app.plots.moved_points import MovedPoints
from app.plots.perspective import Perspective
from app.theme import Theme


class FloorContours:
    """Lines whose points are made once and moved with the camera.

    Args:
        lines: height of each, 0 to 1, and its points (point, 3) in the box.
        every: of so many points of a line, one is drawn, and always the last.
    """

    def __init__(self, lines: Sequence[tuple[float, np.ndarray]], every: int) -> None:
        kept = [(level, np.concatenate([line[:-1:every], line[-1:]])) for level, line in lines]
        self._places = np.concatenate([line for _, line in kept]) if kept else np.zeros((0, 3))
        self._moved = MovedPoints(len(self._places))
        self._lines: list[tuple[float, tuple[QPointF, ...]]] = []
        first = 0
        for level, line in kept:
            self._lines.append((level, tuple(self._moved.points[first : first + len(line)])))
            first += len(line)

    def paint(self, painter: QPainter, camera: Perspective, theme: Theme) -> None:
        """Draw every line in the colour of its height."""
        self._moved.move(camera.project(self._places)[0])
        for level, line in self._lines:
            painter.setPen(QPen(QColor.fromRgb(theme.magnitude[round(40 + level * 200)]), 1.0))
            painter.drawPolyline(line)
