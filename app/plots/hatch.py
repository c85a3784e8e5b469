"""The hatch of what is not there yet."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.theme import Theme

HATCH = 7  # px between the lines


def paint_hatch(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Draw the 45° hatch of what is not there yet."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(theme.color("line"), 1.0))
    start = area.left() - area.height()
    first = int(start // HATCH) * HATCH
    for x in range(first, int(area.right()) + HATCH, HATCH):
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()))
    painter.restore()
