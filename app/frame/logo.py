"""The hexagon of Glassbox, drawn."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.frame.button import FrameButton
from app.theme import Look

SIDE = 22.0


def paint_logo(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """A hexagon with a node in its middle, joined to three corners."""
    centre, radius = rect.center(), rect.width() / 2 - 1
    corners = [
        QPointF(centre.x() + radius * math.sin(k * math.pi / 3), centre.y() - radius * math.cos(k * math.pi / 3))
        for k in range(6)
    ]
    pen = QPen(color, rect.width() / 14)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF(corners))
    for corner in corners[::2]:
        painter.drawLine(centre, centre + (corner - centre) * 0.62)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(centre, rect.width() / 7.5, rect.width() / 7.5)


def window_icon(look: Look) -> QIcon:
    """The icon of the window, in the ink of the theme on its canvas."""
    side = 128
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.color("canvas"))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side / 6, side / 6)
    paint_logo(painter, QRectF(16, 16, side - 32, side - 32), look.theme.color("ink"))
    painter.end()
    return QIcon(pixmap)


class LogoButton(FrameButton):
    """The hexagon at the left of the top bar; leads Home."""

    def __init__(self, look: Look) -> None:
        super().__init__("Home", look, tip="Home (Alt+Home)")

    def paint_content(self, painter: QPainter) -> None:
        """Draw the hexagon."""
        square = QRectF(0, 0, SIDE, SIDE)
        square.moveCenter(QRectF(self.rect()).center())
        paint_logo(painter, square, self.ink("ink"))
