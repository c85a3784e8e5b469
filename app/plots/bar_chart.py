"""Named values as horizontal bars, such as the probabilities of classes."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.text import fixed, format_number
from app.theme import Look

ROW = 22
BAR = 8


class BarChart(Plot):
    """One row per name: name, bar, value. Negative values take the colour of negative values.

    `picked` is emitted with the index of a row that is clicked or chosen with the keyboard; `opened` with that of one
    that is clicked or chosen with Enter, and its place on the screen.
    """

    picked = Signal(int)
    opened = Signal(int, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._names: list[str] = []
        self._values = np.zeros(0)
        self._highlight, self._current, self._high = -1, -1, 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Bars")

    def set_values(
        self, names: Sequence[str], values: Sequence[float] | np.ndarray, highlight: int = -1, high: float | None = 1.0
    ) -> None:
        """Show other values.

        Args:
            names: one per value.
            values: (names,).
            highlight: the index to show in bold, −1 for none.
            high: the value of a full bar; None takes the largest.
        """
        self._names, self._values = [str(name) for name in names], np.asarray(values, float)
        self._highlight = highlight
        largest = float(np.nanmax(np.abs(self._values), initial=0.0)) or 1.0
        self._high = high if high is not None else largest
        self.setMinimumHeight(ROW * len(self._names))
        self.updateGeometry()
        self.describe(self._sentence())

    def table(self) -> Table:
        """Return one row per bar."""
        return ["name", "value"], [[name, float(value)] for name, value in zip(self._names, self._values, strict=False)]

    def tip_at(self, place: QPoint) -> str:
        """Return the exact value of a bar."""
        row = self._row_at(place.y())
        return f"{self._names[row]}: {format_number(float(self._values[row]), 7)}" if row >= 0 else ""

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(220, ROW * len(self._names))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(self._names)):
            self._paint_row(painter, row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the row under the mouse."""
        row = self._row_at(event.position().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pick(row)
            self._open(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Up and Down."""
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in moves and self._names:
            self._pick(min(max(self._current + moves[Qt.Key(event.key())], 0), len(self._names) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._current < len(self._names):
            self._open(self._current)
        else:
            super().keyPressEvent(event)

    def _pick(self, row: int) -> None:
        self._current = row
        self.update()
        self.picked.emit(row)

    def _open(self, row: int) -> None:
        box = QRect(0, row * ROW, self.width(), ROW)
        self.opened.emit(row, QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def _row_at(self, y: float) -> int:
        row = int(y // ROW)
        return row if 0 <= row < len(self._names) else -1

    def _name_width(self) -> int:
        metrics = QFontMetrics(self.look.theme.font("number"))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        return min(widest, self.width() // 3) + 10

    def _paint_row(self, painter: QPainter, row: int) -> None:
        theme, bold = self.look.theme, row == self._highlight
        value, top = float(self._values[row]), row * ROW
        if row == self._current and self.hasFocus():
            painter.setPen(theme.color("ink"))
            painter.drawRoundedRect(QRectF(0.5, top + 0.5, self.width() - 1, ROW - 1), 4, 4)
        font = theme.font("result" if bold else "number")
        painter.setFont(font)
        painter.setPen(theme.color("ink" if bold else "ink2"))
        left, right = self._name_width(), QFontMetrics(theme.font("result")).horizontalAdvance("−0.000") + 8
        name = QFontMetrics(font).elidedText(self._names[row], Qt.TextElideMode.ElideRight, left - 10)
        painter.drawText(QRectF(4, top, left, ROW), Qt.AlignmentFlag.AlignVCenter, name)
        place = QRectF(self.width() - right, top, right - 4, ROW)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._written(value))
        self._paint_bar(painter, QRectF(left, top + (ROW - BAR) / 2, self.width() - left - right - 4, BAR), value)

    def _paint_bar(self, painter: QPainter, track: QRectF, value: float) -> None:
        theme = self.look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(track, 2, 2)
        share = min(1.0, abs(value) / self._high) if np.isfinite(value) and self._high else 0.0
        painter.setBrush(theme.color("pos" if value >= 0 else "neg"))
        track.setWidth(max(1.0, track.width() * share))
        painter.drawRoundedRect(track, 2, 2)

    def _written(self, value: float) -> str:
        return fixed(value, 3) if self._high == 1.0 else format_number(value, 4)

    def _sentence(self) -> str:
        if not self._names or not np.isfinite(self._values).any():
            return "No values"
        best = int(np.nanargmax(self._values))
        return f"{len(self._names)} values, largest {self._names[best]} with {self._written(float(self._values[best]))}"
