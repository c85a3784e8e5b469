"""The glyphs of the layer families, drawn on a grid of 16 by 16."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

Glyph = Callable[[QPainter, QColor], None]


def _pixel_grid(painter: QPainter, color: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.25, 2.25, 11.5, 11.5), 2, 2)
    painter.setPen(QPen(color, 1.0))
    for at in (6.1, 9.9):
        painter.drawLine(QPointF(at, 2.5), QPointF(at, 13.5))
        painter.drawLine(QPointF(2.5, at), QPointF(13.5, at))


def _lines(painter: QPainter, color: QColor) -> None:
    for y in (4.0, 8.0, 12.0):
        painter.drawLine(QPointF(2.5, y), QPointF(13.5, y))


def _bipartite(painter: QPainter, color: QColor) -> None:
    heights = (3.0, 8.0, 13.0)
    painter.setPen(QPen(color, 0.8))
    for left in heights:
        for right in heights:
            painter.drawLine(QPointF(3, left), QPointF(13, right))
    _dots(painter, color, [(x, y) for x in (3.0, 13.0) for y in heights], 1.6)


def _window(painter: QPainter, color: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.25, 2.25, 11.5, 11.5), 1.5, 1.5)
    painter.fillRect(QRectF(4.5, 4.5, 5, 5), color)


def _shrink(painter: QPainter, color: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.25, 1.75, 9, 9), 1.5, 1.5)
    painter.drawLine(QPointF(6, 5.5), QPointF(9, 8.5))
    painter.fillRect(QRectF(9, 9, 5, 5), color)


def _bell(painter: QPainter, color: QColor) -> None:
    curve = QPainterPath(QPointF(2, 13))
    curve.cubicTo(QPointF(6, 13), QPointF(6, 3), QPointF(8, 3))
    curve.cubicTo(QPointF(10, 3), QPointF(10, 13), QPointF(14, 13))
    painter.drawPath(curve)
    painter.drawLine(QPointF(8, 5), QPointF(8, 12.5))


def _loop(painter: QPainter, color: QColor) -> None:
    painter.drawArc(QRectF(3, 3.2, 10, 10), 40 * 16, 300 * 16)
    painter.drawPolyline([QPointF(13.4, 2.2), QPointF(13.2, 6.0), QPointF(9.4, 6.0)])


def _rays(painter: QPainter, color: QColor) -> None:
    painter.drawLine(QPointF(8, 13.5), QPointF(13.5, 3))
    for x, alpha in ((2.5, 0.85), (8.0, 0.55)):
        faint = QColor(color)
        faint.setAlphaF(alpha)
        painter.setPen(QPen(faint, 1.2))
        painter.drawLine(QPointF(8, 13), QPointF(x, 3))


def _plus(painter: QPainter, color: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 5.75, 5.75)
    painter.drawLine(QPointF(5, 8), QPointF(11, 8))
    painter.drawLine(QPointF(8, 5), QPointF(8, 11))


def _target(painter: QPainter, color: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 5.75, 5.75)
    _dots(painter, color, [(8, 8)], 2.1)


def _four_dots(painter: QPainter, color: QColor) -> None:
    _dots(painter, color, [(4.5, 4.5), (11.5, 4.5), (11.5, 11.5)], 2.3)
    painter.setPen(QPen(color, 1.2))
    painter.drawEllipse(QPointF(4.5, 11.5), 1.8, 1.8)


def _dots(painter: QPainter, color: QColor, places: list[tuple[float, float]], radius: float) -> None:
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for x, y in places:
        painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.restore()


GLYPHS: dict[str, Glyph] = {
    "input": _pixel_grid,
    "reshape": _lines,
    "dense": _bipartite,
    "convolution": _window,
    "pooling": _shrink,
    "normalisation": _bell,
    "dropout": _four_dots,
    "recurrent": _loop,
    "attention": _rays,
    "merge": _plus,
    "output": _target,
}


def paint_glyph(painter: QPainter, family: str, rect: QRectF, color: QColor) -> None:
    """Draw a family's glyph into `rect`; "reshape" and "dropout" have their own, an unknown family gets the grid."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16, rect.height() / 16)
    pen = QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    GLYPHS.get(family, _pixel_grid)(painter, color)
    painter.restore()
