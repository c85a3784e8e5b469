"""Pictures of points: the spirals with their regions, the flowers, the line of best fit."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.home.sample_data import diabetes, iris
from app.theme import Theme, signed_image
from engine.datasets.spiral import SPIRAL
from engine.params import defaults

PIXEL = 3  # px of the screen for one of the field
SMOOTH = 3e-3  # keeps the weight of a point finite at its own place
DEPTH = 0.42  # of the signed map, so that the points stand out
MARKERS = ("circle", "square", "diamond")


def paint_boundary(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Two spirals, and which arm is nearer, everywhere."""
    samples = SPIRAL.load({**defaults(SPIRAL.params), "count": 300}, 7)
    points = samples.x.reshape(-1, 2).astype(float)
    signs = np.where(samples.y == 0, 1.0, -1.0)
    half = 1.12
    wide = half * rect.width() / rect.height()
    field = _field(points, signs, wide, half, int(rect.width() / PIXEL), int(rect.height() / PIXEL))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(rect, signed_image(np.tanh(field * 4) * DEPTH, 1.0, theme))
    painter.setPen(QPen(theme.color("canvas"), 0.8))
    for point, sign in zip(points, signs, strict=True):
        place = _place(point, rect, (-wide, wide, -half, half))
        painter.setBrush(theme.color("pos" if sign > 0 else "neg"))
        painter.drawEllipse(place, 2.3, 2.3)


def paint_flowers(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Petal width over petal length; marker and colour tell the kind."""
    found = iris()
    if found is None:
        return
    points, kinds = found
    inner = rect.adjusted(18, 14, -18, -16)
    _paint_grid(painter, inner, theme)
    for point, kind in zip(points, kinds, strict=True):
        place = _place(point, inner, (0.7, 7.2, 0.0, 2.7))
        color = theme.series(int(kind) + 1)
        painter.setPen(QPen(color, 1.2))
        color.setAlphaF(0.45)
        painter.setBrush(color)
        _paint_marker(painter, place, MARKERS[int(kind)])


def paint_regression(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Every patient as a point, and the line of least squares."""
    found = diabetes()
    if found is None:
        return
    x, y = found
    inner = rect.adjusted(18, 14, -18, -16)
    _paint_grid(painter, inner, theme)
    extent = (17.0, 43.0, 10.0, 360.0)
    color = theme.color("pos")
    color.setAlphaF(0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for pair in zip(x, y, strict=True):
        painter.drawEllipse(_place(np.array(pair), inner, extent), 1.9, 1.9)
    slope, offset = np.polyfit(x, y, 1)
    painter.setPen(QPen(theme.color("ink"), 2))
    ends = [_place(np.array([at, slope * at + offset]), inner, extent) for at in (18.0, 42.0)]
    painter.drawLine(*ends)


def _field(points: np.ndarray, signs: np.ndarray, wide: float, half: float, columns: int, rows: int) -> np.ndarray:
    """Mean sign of the points around each place, −1 to 1, (row, column); the first row is the highest y."""
    x = np.linspace(-wide, wide, columns)
    y = np.linspace(half, -half, rows)
    square_x = (x[:, None] - points[:, 0]) ** 2  # (column, point)
    square_y = (y[:, None] - points[:, 1]) ** 2  # (row, point)
    weight = (square_y[:, None, :] + square_x[None, :, :] + SMOOTH) ** -2  # (row, column, point)
    return np.asarray((weight @ signs) / weight.sum(axis=-1))


def _place(point: np.ndarray, rect: QRectF, extent: tuple[float, float, float, float]) -> QPointF:
    x0, x1, y0, y1 = extent
    across, up = (float(point[0]) - x0) / (x1 - x0), (float(point[1]) - y0) / (y1 - y0)
    return QPointF(rect.x() + across * rect.width(), rect.bottom() - up * rect.height())


def _paint_grid(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    painter.setPen(QPen(theme.color("line"), 1))
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = round(rect.bottom() - share * rect.height()) + 0.5
        painter.drawLine(QPointF(rect.x(), y), QPointF(rect.right(), y))


def _paint_marker(painter: QPainter, at: QPointF, marker: str, size: float = 2.6) -> None:
    if marker == "circle":
        painter.drawEllipse(at, size, size)
    elif marker == "square":
        painter.drawRect(QRectF(at.x() - size + 0.3, at.y() - size + 0.3, 2 * size - 0.6, 2 * size - 0.6))
    else:
        size *= 1.25
        corners = ((0.0, -size), (size, 0.0), (0.0, size), (-size, 0.0))
        painter.drawPolygon(QPolygonF([at + QPointF(*corner) for corner in corners]))
