"""Points of two numbers against each other, with the line where both are equal."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.plots.scale import labels, ticks
from app.text import count, format_number
from app.theme import Look

AXIS, RADIUS, REACH = 32, 3.0, 8.0


class Scatter(Plot):
    """Predicted over true, on one scale for both axes. Arrows walk along the points by their true value.

    `picked` is emitted with the index of a point that is clicked or reached with the keyboard.
    """

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._x, self._y = np.zeros(0), np.zeros(0)
        self._low, self._high = 0.0, 1.0
        self._x_label, self._y_label = "", ""
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)

    def set_points(self, x: np.ndarray, y: np.ndarray, x_label: str, y_label: str) -> None:
        """Show other points, both float (point,)."""
        self._x, self._y = np.asarray(x, float), np.asarray(y, float)
        self._x_label, self._y_label, self._current = x_label, y_label, -1
        both = np.concatenate([self._x, self._y])
        both = both[np.isfinite(both)]
        self._low, self._high = (float(both.min()), float(both.max())) if both.size else (0.0, 1.0)
        margin = (self._high - self._low) * 0.05 or 0.5
        self._low, self._high = self._low - margin, self._high + margin
        self.describe(self._sentence())

    @property
    def current(self) -> int:
        """The marked point, −1 for none."""
        return self._current

    def table(self) -> Table:
        """Return one row per point."""
        return [self._x_label, self._y_label], np.stack([self._x, self._y], 1).tolist()

    def tip_at(self, place: QPoint) -> str:
        """Return both numbers of the point under the mouse, and their distance."""
        index = self.point_at(QPointF(place))
        if index < 0:
            return ""
        true, said = float(self._x[index]), float(self._y[index])
        pair = f"{self._x_label} {format_number(true)}, {self._y_label} {format_number(said)}"
        return f"{pair}, difference {format_number(said - true, 4, sign=True)}"

    def point_at(self, place: QPointF) -> int:
        """Return the point within 8 px of a place, −1 for none."""
        if not len(self._x):
            return -1
        at = self._pixels(self._x, self._y)
        away = np.nan_to_num(np.hypot(at[:, 0] - place.x(), at[:, 1] - place.y()), nan=np.inf)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= REACH else -1

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(280, 280)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the point under the mouse."""
        index = self.point_at(event.position())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pick(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the points."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in moves or not len(self._x):
            super().keyPressEvent(event)
            return
        order = np.argsort(self._x, kind="stable")
        here = int(np.flatnonzero(order == self._current)[0]) if self._current >= 0 else -1
        self._pick(int(order[min(max(here + moves[Qt.Key(event.key())], 0), len(order) - 1)]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw hairlines, the line of equality, and the points."""
        theme, painter, area = self.look.theme, QPainter(self), self._area()
        self._paint_axes(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("ctl"), 1.0)
        pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(area.bottomLeft(), area.topRight())
        painter.setPen(QPen(theme.color("canvas"), 1.0))
        painter.setBrush(theme.color("val"))
        for x, y in self._pixels(self._x, self._y):
            if np.isfinite(x) and np.isfinite(y):
                painter.drawEllipse(QPointF(x, y), RADIUS, RADIUS)
        if self._current >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("ink"), 2.0))
            painter.drawEllipse(QPointF(*self._pixels(self._x, self._y)[self._current]), RADIUS + 3, RADIUS + 3)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        theme = self.look.theme
        painter.setFont(theme.font("axis"))
        marks = ticks(self._low, self._high, 5)
        for value, text in zip(marks, labels(marks), strict=True):
            x, y = self._pixels(np.array([value]), np.array([value]))[0]
            painter.fillRect(QRectF(area.left(), round(y), area.width(), 1), theme.color("line"))
            painter.setPen(theme.color("ink3"))
            side = QRectF(0, y - 8, area.left() - 6, 16)
            painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            painter.drawText(QRectF(x - 30, area.bottom() + 3, 60, 14), Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(theme.font("caption"))
        foot = QRectF(area.left(), area.bottom() + 16, area.width(), 15)
        words = f"{self._y_label} over {self._x_label}"
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, int(foot.width()))
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, shown)

    def _area(self) -> QRectF:
        metrics = QFontMetrics(self.look.theme.font("axis"))
        marks = labels(ticks(self._low, self._high, 5))
        left = max((metrics.horizontalAdvance(text) for text in marks), default=0) + 10
        side = float(max(20, min(self.width() - left - 8, self.height() - AXIS - 8)))
        return QRectF(left + max(0.0, (self.width() - left - 8 - side) / 2), 8, side, side)

    def _pixels(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        area, span = self._area(), self._high - self._low
        across = area.left() + (x - self._low) / span * area.width()
        down = area.bottom() - (y - self._low) / span * area.height()
        return np.stack([across, down], axis=1)

    def _pick(self, index: int) -> None:
        self._current = index
        self.update()
        self.picked.emit(index)

    def _sentence(self) -> str:
        if not len(self._x):
            return "No points"
        away = format_number(float(np.nanmean(np.abs(self._x - self._y))), 3)
        return f"{count(len(self._x))} points, {self._y_label} over {self._x_label}, mean distance {away}"
