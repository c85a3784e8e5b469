"""The star that marks the best value."""

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF


def star(middle: QPointF, radius: float) -> QPolygonF:
    """Return a five-pointed star that points up."""
    corners = []
    for index in range(10):
        angle, reach = math.pi * index / 5, radius if index % 2 == 0 else radius * 0.45
        corners.append(QPointF(middle.x() + reach * math.sin(angle), middle.y() - reach * math.cos(angle)))
    return QPolygonF(corners)
