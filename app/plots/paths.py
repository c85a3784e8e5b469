"""Paths: ways over a plane, each with a colour and a marker of its own, drawn so that they show on any ground."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.theme import theme

CASING = QColor("#0B0D11")
MARKERS = ("circle", "square", "triangle", "diamond")
REACH = 9.0  # px
MARGIN = 4  # px round a name, for its casing


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A way over a plane.

    Args:
        x, y: (point,).
        token: "series0" to "series3".
        z: values at the points, for their height; empty for the surface's own.
        name: written beside the marker; empty for no label.
        marker: one of MARKERS.
        labels: one per point, for tooltips; or none.
        current: the point with the marker; −1 for the last.
    """

    x: np.ndarray
    y: np.ndarray
    token: str
    z: np.ndarray = field(default_factory=lambda: np.zeros(0))
    name: str = ""
    marker: str = "circle"
    labels: Sequence[str] = ()
    current: int = -1

    @property
    def at(self) -> int:
        """The point with the marker."""
        return self.current if 0 <= self.current < len(self.x) else len(self.x) - 1

    @property
    def color(self) -> QColor:
        """Its colour on a picture, the same in both themes."""
        return theme("dark").any_color(self.token)


def line_path(pixels: np.ndarray) -> QPainterPath:
    """The line through pixels (point, 2)."""
    if len(pixels) < 2:
        return QPainterPath()
    made: QPainterPath = pg.arrayToQPath(pixels[:, 0], pixels[:, 1], connect="all", finiteCheck=False)
    return made


def lines_path(lines: Sequence[np.ndarray]) -> QPainterPath:
    """All lines as one path, each (point, 2) px."""
    if not lines:
        return QPainterPath()
    pixels, lengths = np.concatenate(lines), [len(line) for line in lines]
    joined = np.ones(len(pixels), np.int32)
    joined[np.cumsum(lengths, dtype=int) - 1] = 0
    made: QPainterPath = pg.arrayToQPath(pixels[:, 0], pixels[:, 1], connect=joined, finiteCheck=False)
    return made


def paint_cased(painter: QPainter, pixels: np.ndarray, color: QColor, dots: bool = False) -> None:
    """Draw a line through pixels (point, 2) with a dark casing; `dots` marks its points."""
    path = line_path(pixels)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(CASING, 4.0), QPen(color, 2.0)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
    if dots:
        painter.setPen(QPen(CASING, 1.0))
        painter.setBrush(color)
        for x, y in pixels.tolist():
            painter.drawEllipse(QPointF(x, y), 3.0, 3.0)


def paint_marker(painter: QPainter, marker: str, at: QPointF, size: float, color: QColor) -> None:
    """Draw a marker `size` px in radius with a dark casing."""
    painter.setPen(QPen(CASING, 1.5))
    painter.setBrush(color)
    painter.drawPath(marker_path(marker, at, size))


def marker_path(marker: str, at: QPointF, size: float) -> QPainterPath:
    """The outline of a marker; the shapes look equally large."""
    path = QPainterPath()
    x, y = at.x(), at.y()
    match marker:
        case "square":
            path.addRect(QRectF(x - 0.88 * size, y - 0.88 * size, 1.76 * size, 1.76 * size))
        case "triangle":
            corners = [(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
            path.addPolygon(QPolygonF([QPointF(x + a * size, y + b * size) for a, b in corners]))
            path.closeSubpath()
        case "diamond":
            corners = [(0.0, -1.3), (1.15, 0.0), (0.0, 1.3), (-1.15, 0.0)]
            path.addPolygon(QPolygonF([QPointF(x + a * size, y + b * size) for a, b in corners]))
            path.closeSubpath()
        case _:
            path.addEllipse(at, size, size)
    return path


def paint_name(painter: QPainter, text: str, at: QPointF, color: QColor, font: QFont) -> None:
    """Write a name beside a marker, with a dark casing; it is drawn once and kept, as casing a text takes long."""
    ratio = painter.device().devicePixelRatioF()
    picture = _name_picture(text, color.rgba(), font.key(), ratio)
    left, top = at.x() + 11 - MARGIN, at.y() - picture.height() / ratio / 2
    painter.drawPixmap(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), picture)


@lru_cache(maxsize=64)
def _name_picture(text: str, color: int, font_key: str, ratio: float) -> QPixmap:
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetrics(font)
    size = QSize(metrics.horizontalAdvance(text) + 2 * MARGIN, metrics.height() + 2 * MARGIN)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addText(QPointF(MARGIN, MARGIN + metrics.ascent()), font, text)
    painter.setPen(QPen(CASING, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)
    painter.fillPath(path, QColor.fromRgba(color))
    painter.end()
    return picture


def nearest_point(pixels: Sequence[np.ndarray], place: QPointF) -> tuple[int, int] | None:
    """The path and the point within 9 px of a place; None for none.

    Args:
        pixels: one (point, 2) per path.
    """
    best, found = REACH, None
    for index, points in enumerate(pixels):
        if len(points):
            away = np.hypot(points[:, 0] - place.x(), points[:, 1] - place.y())
            if away.min() <= best:
                best, found = float(away.min()), (index, int(away.argmin()))
    return found
