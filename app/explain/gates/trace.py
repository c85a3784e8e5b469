"""The trace of one unit: its state over the sequence, and what it follows, fitted to it."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.explain.gates.drawing import LEFT, signed_color
from app.explain.gates.layout import Layout
from app.explain.gates.reading import Reading
from app.text import format_number
from app.theme import Theme

MARGIN = 4.0
DOT, RING = 2.0, 4.5


class Trace:
    """Where the state of a unit stands in the chart.

    Attributes:
        points: one per step.
        stair: y of what it follows, one per step; empty where it follows nothing.
        zero: y of 0.
    """

    def __init__(self, layout: Layout, reading: Reading, unit: int) -> None:
        self.box, self.reading, self.unit, self._layout = layout.trace, reading, unit, layout
        self.state = np.asarray(reading.arrays[reading.state][:, unit], float)
        self.followed = reading.quantity_of(unit)
        line = fitted(self.followed[1], self.state) if self.followed else None
        self._low, self._high = _limits([self.state] if line is None else [self.state, line])
        middles = [layout.column(step).center().x() - 1 for step in range(reading.steps)]
        self.points = [QPointF(x, self._y(value)) for x, value in zip(middles, self.state, strict=True)]
        self.stair = [] if line is None else [self._y(value) for value in line]
        self.zero = self._y(0.0)

    def draw(self, painter: QPainter, theme: Theme) -> None:
        """Everything but the mark of the chosen step."""
        painter.fillRect(QRectF(self.box.left(), round(self.zero), self.box.width(), 1), theme.color("line2"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_stair(painter, theme)
        inks = [theme.color("pos" if value > 0 else "neg") for value in self.state]
        for place in range(1, len(self.points)):
            painter.setPen(QPen(inks[place], 1.5))
            painter.drawLine(self.points[place - 1], self.points[place])
        painter.setPen(Qt.PenStyle.NoPen)
        for point, ink in zip(self.points, inks, strict=True):
            painter.setBrush(ink)
            painter.drawEllipse(point, DOT, DOT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._layout.has_labels:
            self._draw_label(painter, theme)

    def draw_mark(self, painter: QPainter, step: int, theme: Theme) -> None:
        """The state of the chosen step."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("ink"), 2))
        painter.setBrush(signed_color(float(self.state[step]), 1.0, theme))
        painter.drawEllipse(self.points[step], RING, RING)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self.box.bottom() - MARGIN - share * (self.box.height() - 2 * MARGIN)

    def _draw_stair(self, painter: QPainter, theme: Theme) -> None:
        corners = QPolygonF()
        for place, y in enumerate(self.stair):
            column = self._layout.column(place)
            corners.append(QPointF(column.left(), y))
            corners.append(QPointF(column.right(), y))
        pen = QPen(theme.color("ink3"), 1.2)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawPolyline(corners)

    def _draw_label(self, painter: QPainter, theme: Theme) -> None:
        lines = [("caption", "ink", f"Unit {self.unit}"), ("heat", "pos", f"{self.reading.state} state")]
        if self.followed is not None:
            lines += [("heat", "ink3", text) for text in ("– – fitted to", *wrap(self.followed[0], 13))]
            lines.append(("heat", "ink2", f"r = {format_number(self.followed[2], 3)}"))
        for place, (role, ink, text) in enumerate(lines):
            if place * 13 + 12 > self.box.height():
                return
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(ink))
            painter.drawText(QRectF(0, self.box.top() - 2 + place * 13, self.box.left() - 4, 14), LEFT, text)


def fitted(quantity: np.ndarray, state: np.ndarray) -> np.ndarray:
    """The line a·quantity + b nearest to a state, (time,): what it would be if it followed the quantity exactly."""
    spread = quantity - quantity.mean()
    size = float((spread**2).sum())
    slope = float((spread * state).sum()) / size if size else 0.0
    return np.asarray(state.mean() + slope * spread)


def _limits(lines: Sequence[np.ndarray]) -> tuple[float, float]:
    low, high = min(0.0, *(float(v.min()) for v in lines)), max(0.0, *(float(v.max()) for v in lines))
    return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)
