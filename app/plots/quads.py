"""Quads: a surface of squares, painted from the farthest to the nearest."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.plots.moved_points import MovedPoints
from app.plots.perspective import Perspective

RELIEF = 0.62  # height of the highest point over the lowest, in half widths of the floor
SHADES, DARKEST = 12, 0.74
LIGHT = np.array([-0.45, 0.35, 0.82])  # towards the light, in the box


class Quads:
    """A grid of `count` by `count` squares; points and squares are made once and only moved."""

    def __init__(self, count: int) -> None:
        self.count = count
        side = count + 1
        self._points = MovedPoints(side * side)
        first = (np.arange(count)[:, None] * side + np.arange(count)).ravel()
        self._corners = np.stack([first, first + 1, first + side + 1, first + side], axis=1)
        self._squares = [tuple(self._points.points[n] for n in corners) for corners in self._corners.tolist()]
        self._brushes: list[QBrush] = []
        self._grid = np.zeros((side * side, 3))
        self._order: list[int] = []
        self._depth = np.zeros(0)

    def set_heights(self, heights: np.ndarray, colors: tuple[int, ...]) -> None:
        """Show heights (count + 1, count + 1), 0 to 1, coloured by a 256-entry table and lit from one side."""
        along = np.linspace(-1, 1, self.count + 1)
        u, v = np.meshgrid(along, along)
        self._grid = np.stack([u, v, heights * RELIEF], axis=-1).reshape(-1, 3)
        level = self._mean(heights)
        slope_y, slope_x = (np.asarray(slope) for slope in np.gradient(heights * RELIEF, 2 / self.count))
        normal = np.stack([-self._mean(slope_x), -self._mean(slope_y), np.ones(self.count**2)], axis=1)
        lit = normal @ LIGHT / (np.linalg.norm(normal, axis=1) * np.linalg.norm(LIGHT))
        shade = np.rint(np.clip(lit, 0, 1) * (SHADES - 1)).astype(int)
        tone = np.clip(np.rint(level * 255), 0, 255).astype(int)
        kinds, which = np.unique(tone * SHADES + shade, return_inverse=True)
        known = [_brush(colors, *divmod(kind, SHADES)) for kind in kinds.tolist()]
        self._brushes = [known[n] for n in which.tolist()]

    def look_from(self, camera: Perspective) -> None:
        """Move every point to where this camera sees it."""
        pixels, self._depth = camera.project(self._grid)
        self._points.move(pixels)
        self._order = np.argsort(-self._depth[self._corners].sum(axis=1)).tolist()

    def paint(self, painter: QPainter, mesh: int = 0) -> None:
        """Paint all squares; `mesh` as in `paint_some`."""
        for _ in self.paint_some(painter, len(self._order), mesh):
            pass

    def paint_some(self, painter: QPainter, many: int, mesh: int = 0) -> Iterator[int]:
        """Paint `many` squares at a time.

        Args:
            painter: without antialiasing, so that no ground shows between squares.
            mesh: squares between two lines of the mesh; 0 for no mesh.

        Yields:
            How many are done.
        """
        painter.setPen(Qt.PenStyle.NoPen)
        squares, brushes = self._squares, self._brushes
        set_brush, draw = painter.setBrush, painter.drawConvexPolygon
        for start in range(0, len(self._order), many):
            for n in self._order[start : start + many]:
                set_brush(brushes[n])
                draw(squares[n])
                if mesh and (n // self.count % mesh == 0 or n % self.count % mesh == 0):
                    self._paint_mesh(painter, n, mesh)
            yield min(start + many, len(self._order))

    def under(self, x: float, y: float) -> tuple[float, float] | None:
        """The place −1..1 of the surface under a pixel, in the nearest square; None beside the surface."""
        pixels = np.array([(point.x(), point.y()) for point in self._points.points])[self._corners]
        along = np.roll(pixels, -1, axis=1) - pixels
        away = np.array([x, y]) - pixels
        side = along[..., 0] * away[..., 1] - along[..., 1] * away[..., 0]
        hit = np.flatnonzero((side >= 0).all(axis=1) | (side <= 0).all(axis=1))
        if not len(hit):
            return None
        nearest = hit[np.argmin(self._depth[self._corners[hit]].sum(axis=1))]
        weights = 1 / (np.hypot(*(away[nearest]).T) + 1e-6) ** 2
        place = weights @ self._grid[self._corners[nearest]] / weights.sum()
        return float(place[0]), float(place[1])

    def _mean(self, values: np.ndarray) -> np.ndarray:
        return np.asarray((values[:-1, :-1] + values[:-1, 1:] + values[1:, :-1] + values[1:, 1:]).ravel() / 4)

    def _paint_mesh(self, painter: QPainter, n: int, mesh: int) -> None:
        painter.setPen(QPen(QColor(11, 13, 17, 70), 0.6))
        a, b, _, d = self._squares[n]
        if n // self.count % mesh == 0:
            painter.drawLine(a, b)
        if n % self.count % mesh == 0:
            painter.drawLine(a, d)
        painter.setPen(Qt.PenStyle.NoPen)


def _brush(colors: tuple[int, ...], tone: int, shade: int) -> QBrush:
    factor = DARKEST + (1.04 - DARKEST) * shade / (SHADES - 1)
    red, green, blue = (min(255, round((colors[tone] >> shift & 255) * factor)) for shift in (16, 8, 0))
    return QBrush(QColor(red, green, blue))
