"""Rows over time as coloured strips, such as the gradient norm of each layer."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.plots.scale import labels, ticks
from app.text import count, format_number
from app.theme import Look, magnitude_image

AXIS, LEGEND, ROW = 18, 20, 20
MOST_COLUMNS = 512  # more columns than pixels are worth are averaged


class HeatStrip(Plot):
    """Values (row, time) through the magnitude map; the current moment is a column of ink.

    `picked` is emitted with the position on the time axis that is clicked.
    """

    picked = Signal(float)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._values = np.zeros((0, 0))
        self._names: list[str] = []
        self._low, self._high = 0.0, 1.0
        self._start, self._end, self._until = 0.0, 1.0, 1.0
        self._playhead: float | None = None
        self._selected = -1
        self._image = QImage()
        self.setAccessibleName("Heat strip")

    def set_values(
        self,
        values: np.ndarray,
        names: Sequence[str],
        x: tuple[float, float] | None = None,
        until: float | None = None,
        limits: tuple[float, float] | None = None,
    ) -> None:
        """Show other values.

        Args:
            values: (row, time), finite where known.
            names: one per row.
            x: the moments of the first and last column; counts from 0 without.
            until: where the axis ends; what is not reached yet stays empty.
            limits: the ends of the colour scale; smallest and largest value without.
        """
        self._values = _thinned(np.asarray(values, float))
        self._names = [str(name) for name in names]
        self._start, self._end = x if x is not None else (0.0, float(max(1, self._values.shape[-1])))
        self._until = max(until if until is not None else self._end, self._start + 1e-9)
        self._low, self._high = limits if limits is not None else self._range()
        self.updateGeometry()
        self.restyle()

    def set_playhead(self, x: float | None) -> None:
        """Mark a moment."""
        self._playhead = x
        self.update()

    def set_selected(self, row: int) -> None:
        """Outline a row, −1 for none."""
        self._selected = row
        self.update()

    def restyle(self) -> None:
        """Colour the strips anew."""
        if self._values.size:
            self._image = magnitude_image(self._values, self._low, self._high, self.look.theme)
        self.describe(self._sentence())

    def table(self) -> Table:
        """Return one row per strip."""
        return ["row", *self._moments()], [[n, *r.tolist()] for n, r in zip(self._names, self._values, strict=False)]

    def tip_at(self, place: QPoint) -> str:
        """Return row, moment and value."""
        area = self._area()
        if not self._values.size or not area.contains(place):
            return ""
        row = int((place.y() - area.top()) / area.height() * len(self._values))
        share = (self._position(place.x()) - self._start) / max(1e-12, self._end - self._start)
        column = int(share * self._values.shape[1])
        if not (0 <= row < len(self._values) and 0 <= column < self._values.shape[1]):
            return ""
        value = format_number(float(self._values[row, column]), 5)
        return f"{self._names[row]}, {format_number(self._position(place.x()), 4)}: {value}"

    def sizeHint(self) -> QSize:
        """Return 20 px for each row, with axis and legend."""
        return QSize(240, len(self._names) * ROW + AXIS + LEGEND)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a moment."""
        if self._area().contains(event.position()):
            self.picked.emit(self._position(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strips, names, axis, legend and the current moment."""
        if not self._values.size:
            return
        painter, area = QPainter(self), self._area()
        right = self._x_of(self._end)
        strip = QRectF(area.left(), area.top(), max(1.0, right - area.left()), area.height())
        painter.drawImage(strip, self._image)
        self._paint_rows(painter, strip)
        self._paint_axis(painter, area)
        self._paint_legend(painter, area)
        if self._playhead is not None:
            x = round(self._x_of(self._playhead))
            painter.fillRect(QRectF(x - 1, area.top(), 2, area.height()), self.look.theme.color("ink"))

    def _paint_rows(self, painter: QPainter, strip: QRectF) -> None:
        theme, rows = self.look.theme, len(self._values)
        pitch = strip.height() / rows
        painter.setFont(theme.font("axis"))
        for row in range(rows):
            top = strip.top() + row * pitch
            if row:
                painter.fillRect(QRectF(strip.left(), round(top), strip.width(), 1), theme.color("canvas"))
            painter.setPen(theme.color("ink2"))
            box = QRectF(0, top, strip.left() - 6, pitch)
            metrics = QFontMetrics(painter.font())
            name = metrics.elidedText(self._names[row], Qt.TextElideMode.ElideLeft, int(box.width()))
            if pitch >= 11:
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            if row == self._selected:
                painter.setPen(QPen(theme.color("ink"), 1.0))
                painter.drawRect(QRectF(strip.left(), round(top), strip.width() - 1, pitch - 1))

    def _paint_axis(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(self.look.theme.font("axis"))
        painter.setPen(self.look.theme.color("ink3"))
        marks = ticks(self._start, self._until, 4)
        for value, text in zip(marks, labels(marks), strict=True):
            wide = QFontMetrics(painter.font()).horizontalAdvance(text)
            left = min(max(self._x_of(value) - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(left, area.bottom() + 2, wide + 1, 14), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        theme = self.look.theme
        top, low, high = area.bottom() + AXIS + 6, format_number(self._low, 2), format_number(self._high, 2)
        metrics = QFontMetrics(painter.font())
        bar = QRectF(area.left() + metrics.horizontalAdvance(low) + 6, top, min(88.0, area.width() / 2), 5)
        ramp = QImage(bytes(range(256)), 256, 1, 256, QImage.Format.Format_Indexed8).copy()
        ramp.setColorTable(theme.magnitude)
        painter.drawImage(bar, ramp)
        painter.setPen(theme.color("ink3"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(area.left(), top - 5, 80, 15), middle, low)
        painter.drawText(QRectF(bar.right() + 6, top - 5, 80, 15), middle, high)

    def _area(self) -> QRectF:
        metrics = QFontMetrics(self.look.theme.font("axis"))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        left = min(widest + 6, self.width() // 3)
        return QRectF(left, 0, max(1, self.width() - left - 8), max(1, self.height() - AXIS - LEGEND))

    def _x_of(self, value: float) -> float:
        area = self._area()
        return area.left() + (value - self._start) / (self._until - self._start) * area.width()

    def _position(self, x: float) -> float:
        area = self._area()
        return self._start + (x - area.left()) / area.width() * (self._until - self._start)

    def _moments(self) -> list[str]:
        return [format_number(float(v)) for v in np.linspace(self._start, self._end, self._values.shape[-1])]

    def _range(self) -> tuple[float, float]:
        finite = self._values[np.isfinite(self._values)]
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)

    def _sentence(self) -> str:
        if not self._values.size:
            return "No values"
        low, high = format_number(self._low, 3), format_number(self._high, 3)
        return f"{count(len(self._names))} rows over {count(self._values.shape[1])} moments, from {low} to {high}"


def _thinned(values: np.ndarray) -> np.ndarray:
    """Return (row, time) with at most MOST_COLUMNS columns, each the mean of its share."""
    if values.ndim != 2 or values.shape[1] <= MOST_COLUMNS:
        return values if values.ndim == 2 else np.zeros((0, 0))
    starts = np.linspace(0, values.shape[1], MOST_COLUMNS, endpoint=False).astype(int)
    widths = np.diff(np.append(starts, values.shape[1]))
    return np.add.reduceat(np.nan_to_num(values), starts, axis=1) / widths
