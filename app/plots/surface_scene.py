"""SurfaceScene: what lies under and over a surface: the floor with its contours, axes, paths and their markers."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from app.plots.contours import contour_lines
from app.plots.floor_contours import FloorContours
from app.plots.height_field import HeightField
from app.plots.paths import SurfacePath, line_path, paint_cased, paint_marker, paint_name
from app.plots.perspective import Perspective
from app.plots.quads import RELIEF
from app.plots.scale import labels, ticks
from app.theme import Theme

FLOOR = -0.78  # height of the floor, in half widths
LEVELS = 14
MOVING = 3  # of so many points of a contour, one is drawn while the camera moves
LIFT = 0.012  # of a path over its surface, so that it is not in it
TOKENS = ("ink3", "ink2")  # of ticks and of names
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


class SurfaceScene:
    """Everything but the squares.

    Args:
        field: what is drawn.
        names: of the two axes.
    """

    def __init__(self, field: HeightField, names: tuple[str, str]) -> None:
        self.field, self._names = field, names
        found = [
            (level, line) for level in self.levels() for line in self._on_floor(contour_lines(field.heights, level))
        ]
        self._contours = {True: FloorContours(found, 1), False: FloorContours(found, MOVING)}
        self._paths: list[tuple[SurfacePath, np.ndarray, np.ndarray]] = []

    @staticmethod
    def levels() -> np.ndarray:
        """Heights of the contours, 0 to 1."""
        return np.linspace(0, 1, LEVELS + 2)[1:-1]

    def set_paths(self, paths: Sequence[SurfacePath]) -> None:
        """Show these paths."""
        self._paths = [(path, *self._placed(path)) for path in paths if len(path.x)]

    def paint_floor(self, painter: QPainter, camera: Perspective, theme: Theme, *, fine: bool = True) -> None:
        """Paint floor, contours and axes; smooth contours only where it is to be `fine`."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners, depth = camera.project(_at(CORNERS, FLOOR))
        painter.setPen(QPen(theme.color("line2"), 1.0))
        painter.setBrush(theme.color("canvas"))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners.tolist()]))
        self._paint_axes(painter, camera, theme, int(np.argmin(depth)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        self._contours[fine].paint(painter, camera, theme)

    def paint_shadows(self, painter: QPainter, camera: Perspective, theme: Theme) -> None:
        """Paint the paths on the floor."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for path, _, shadow in self._paths:
            pixels, _ = camera.project(shadow)
            painter.setPen(QPen(theme.any_color(path.token), 1.3))
            painter.drawPath(line_path(pixels))
            painter.setBrush(theme.any_color(path.token))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(*pixels[path.at]), 3.0, 3.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def paint_above(self, painter: QPainter, camera: Perspective, theme: Theme) -> None:
        """Paint the paths on the surface, with drop lines and names."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for path, points, shadow in self._paths:
            pixels, _ = camera.project(points)
            foot, _ = camera.project(shadow[path.at])
            pen = QPen(path.color, 1.0)
            pen.setDashPattern([2.0, 4.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(*pixels[path.at]), QPointF(*foot))
            paint_cased(painter, pixels, path.color)
        for path, points, _ in self._paths:
            at = QPointF(*camera.project(points[path.at])[0])
            paint_marker(painter, path.marker, at, 6.0, path.color)
            if path.name:
                paint_name(painter, path.name, at, path.color, theme.font("title"))

    def pixels(self, camera: Perspective) -> list[np.ndarray]:
        """Where the points of the paths appear, (point, 2) each."""
        return [camera.project(points)[0] for _, points, _ in self._paths]

    def spot(self, camera: Perspective, x: float, y: float) -> QPointF:
        """Where a place of the surface appears."""
        place = SurfacePath(np.array([x]), np.array([y]), "ink")
        return QPointF(*camera.project(self._placed(place)[0][0])[0])

    def _placed(self, path: SurfacePath) -> tuple[np.ndarray, np.ndarray]:
        u, v = self.field.to_box(path.x, path.y)
        heights = self.field.share(path.z) if len(path.z) else self.field.height_at(path.x, path.y)
        heights = np.clip(heights, -0.1, 1.15)
        shadow = np.stack([u, v, np.full(len(u), FLOOR)], axis=1)
        return np.stack([u, v, heights * RELIEF + LIFT], axis=1), shadow

    def _on_floor(self, lines: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Grid indices as points of the floor."""
        rows, columns = self.field.heights.shape
        x = np.interp(np.arange(columns), np.arange(columns), self.field.x)
        y = np.interp(np.arange(rows), np.arange(rows), self.field.y)
        found = []
        for line in lines:
            across = np.interp(line[:, 0], np.arange(columns), x)
            down = np.interp(line[:, 1], np.arange(rows), y)
            found.append(_at(np.stack(self.field.to_box(across, down), axis=1), FLOOR))
        return found

    def _paint_axes(self, painter: QPainter, camera: Perspective, theme: Theme, nearest: int) -> None:
        """Ticks along the two edges that meet at the nearest corner."""
        corner = CORNERS[nearest]
        painter.setFont(theme.font("axis"))
        for axis, values in enumerate((self.field.x, self.field.y)):
            marks = ticks(float(values[0]), float(values[-1]), 5)
            places = np.append(2 * (np.array(marks) - values[0]) / (values[-1] - values[0]) - 1, 0.0)
            ends = np.stack([_edge(axis, places, side * corner[1 - axis]) for side in (1, -1)], axis=1)
            pixels, _ = camera.project(_at(ends.reshape(-1, 2), FLOOR))
            pairs = pixels.reshape(-1, 2, 2)
            painter.setPen(QPen(theme.color("line"), 1.0))
            painter.drawLines([QLineF(QPointF(*first), QPointF(*second)) for first, second in pairs[:-1].tolist()])
            for (at, away), text in zip(pairs, [*labels(marks), self._names[axis]], strict=True):
                is_name = text == self._names[axis]
                way = _unit(at - away)
                self._paint_text(painter, text, at + (44 if is_name else 8) * way, way, theme.color(TOKENS[is_name]))

    def _paint_text(self, painter: QPainter, text: str, at: np.ndarray, way: np.ndarray, color: QColor) -> None:
        """Write a text beside a point, on the side it lies away from the floor."""
        painter.setPen(color)
        width = QFontMetrics(painter.font()).horizontalAdvance(text)
        left = at[0] - width / 2 + way[0] * (width / 2 + 4)
        painter.drawText(QRectF(left, at[1] - 9 + 6 * way[1], width + 2, 18), Qt.AlignmentFlag.AlignCenter, text)


def _edge(axis: int, places: np.ndarray, side: float) -> np.ndarray:
    """Points (place, 2) of the floor's edge at `side`, along an axis."""
    other = np.full(len(places), side)
    return np.stack([places, other] if axis == 0 else [other, places], axis=1)


def _at(places: np.ndarray, height: float) -> np.ndarray:
    return np.column_stack([places, np.full(len(places), height)])


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0))
