"""The losses of a run as two small curves on a card."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.theme import Theme

Values = Sequence[float]


def paint_curves(painter: QPainter, rect: QRectF, loss: Values, validation_loss: Values, theme: Theme) -> None:
    """Draw train loss as a filled curve and validation loss as a line, both on one log scale."""
    low, high = _range(loss, validation_loss)
    curve = _polygon(loss, low, high, rect)
    ground = QPolygonF([QPointF(rect.x(), rect.bottom()), *curve.toList(), QPointF(rect.right(), rect.bottom())])
    color = theme.color("train")
    color.setAlphaF(0.18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(ground)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for values, token in ((loss, "train"), (validation_loss, "val")):
        if len(values) > 1:
            painter.setPen(QPen(theme.color(token), 1.5))
            painter.drawPolyline(_polygon(values, low, high, rect))


def _range(*curves: Values) -> tuple[float, float]:
    """Of the logarithms, which show the end of a falling curve as well as its start."""
    logs = [_log(value) for curve in curves for value in curve]
    return min(logs), max(logs)


def _polygon(values: Values, low: float, high: float, rect: QRectF) -> QPolygonF:
    span, last = (high - low) or 1.0, len(values) - 1
    return QPolygonF(
        [
            QPointF(rect.x() + rect.width() * n / last, rect.bottom() - rect.height() * (_log(value) - low) / span)
            for n, value in enumerate(values)
        ]
    )


def _log(value: float) -> float:
    return math.log10(max(value, 1e-6))
