"""Arrays drawn as rows of cells, as the pictures on Home show them."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.theme import Theme


def paint_cells(
    painter: QPainter, corner: QPointF, values: np.ndarray, pitch: float, colors: tuple[int, ...], gap: float = 1.0
) -> QRectF:
    """Draw values as squares and return the rectangle they fill.

    Args:
        corner: top left.
        values: (row, column), 0 to 1 as a position in `colors`.
        pitch: from one cell to the next, px.
        colors: 256 QRgb.
    """
    levels = np.clip(np.rint(np.nan_to_num(values) * 255), 0, 255).astype(int)
    for row, line in enumerate(levels):
        for column, level in enumerate(line):
            cell = QRectF(corner.x() + column * pitch, corner.y() + row * pitch, pitch - gap, pitch - gap)
            painter.fillRect(cell, QColor.fromRgb(colors[level]))
    rows, columns = levels.shape
    return QRectF(corner.x(), corner.y(), columns * pitch - gap, rows * pitch - gap)


def from_signed(values: np.ndarray, limit: float | None = None) -> np.ndarray:
    """Positions in a signed map, 0.5 for zero; the limit is the greatest magnitude where none is given."""
    top = limit or float(np.abs(values).max()) or 1.0
    return 0.5 + 0.5 * np.clip(values / top, -1, 1)


def paint_frame(painter: QPainter, rect: QRectF, theme: Theme, token: str = "ink", width: float = 1.5) -> None:
    """Outline part of an array."""
    painter.setPen(QPen(theme.color(token), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 2, 2)


def paint_lines(painter: QPainter, pairs: list[tuple[QPointF, QPointF]], theme: Theme, token: str = "ctl") -> None:
    """Join places with hairlines."""
    painter.setPen(QPen(theme.color(token), 1))
    for start, end in pairs:
        painter.drawLine(start, end)
