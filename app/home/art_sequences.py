"""The pictures of the starter projects that learn from sequences."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.theme import Theme
from engine.datasets import adding, series

TEXT = "x*(12+(x-3)*(7/x))"


def paint_text(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """An expression in cells, and below it a stair that rises with every open bracket."""
    pitch = rect.width() * 0.9 / len(TEXT)
    left, top = rect.left() + rect.width() * 0.05, rect.top() + rect.height() * 0.2
    font = theme.font("heat")
    painter.setFont(font)
    depth, floor, rise = 0, rect.bottom() - rect.height() * 0.14, rect.height() * 0.12
    stair: list[QPointF] = []
    for place, character in enumerate(TEXT):
        cell = QRectF(left + place * pitch, top, pitch - 1.5, pitch * 1.5)
        is_bracket = character in "()"
        painter.fillRect(cell, theme.color("raised" if is_bracket else "card"))
        painter.setPen(theme.color("ink" if is_bracket else "ink3"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, character)
        depth += {"(": 1, ")": -1}.get(character, 0)
        y = floor - depth * rise
        stair += [QPointF(cell.left(), y), QPointF(cell.left() + pitch, y)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.family("recurrent"), 2))
    painter.drawPolyline(stair)


def paint_adding(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Bars of random numbers; two of them are marked below."""
    x = adding.ADDING.load({"count": 1, "length": 22}, 4).x[0]  # (time, value and mark)
    pitch, floor = rect.width() * 0.9 / len(x), rect.bottom() - rect.height() * 0.16
    for place, (value, marked) in enumerate(x):
        high = value * rect.height() * 0.62
        bar = QRectF(rect.left() + rect.width() * 0.05 + place * pitch, floor - high, pitch - 2, high)
        painter.fillRect(bar, QColor.fromRgb(theme.magnitude[int(255 * value)]))
        if marked:
            painter.fillRect(QRectF(bar.left(), floor + 4, bar.width(), 5), theme.color("ink"))


def paint_series(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A series, and the value that follows as a ring."""
    drawn = series.SERIES.load({"count": 1, "length": 40, "trend": 1.0, "noise": 0.08}, 3)
    values = np.append(drawn.x[0, :, 0], drawn.y[0])
    across = np.linspace(rect.left() + rect.width() * 0.07, rect.right() - rect.width() * 0.07, len(values))
    scaled = (values - values.min()) / np.ptp(values)
    down = rect.bottom() - rect.height() * (0.18 + 0.64 * scaled)
    points = [QPointF(a, b) for a, b in zip(across, down, strict=True)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.family("recurrent"), 1.5))
    painter.drawPolyline(points[:-1])
    painter.setPen(QPen(theme.color("ink"), 1.5))
    painter.drawEllipse(points[-1], 3.5, 3.5)
