"""How often values occur."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.text import count, format_number
from app.theme import Look

AXIS = 16


class Histogram(Plot):
    """Counts of values in equal bins, with the ends of the range below."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._counts, self._edges, self._log = np.zeros(0, np.int64), np.zeros(1), False
        self.setAccessibleName("Histogram")
        self.setMinimumHeight(40)

    def set_values(self, values: np.ndarray, bins: int = 16, log: bool = False) -> None:
        """Count values of any shape; those that are not finite are left out."""
        values = np.asarray(values, float).ravel()
        values = values[np.isfinite(values)]
        if not len(values):
            self.set_counts(np.zeros(0, np.int64), np.zeros(1), log)
            return
        counts, edges = np.histogram(values, bins=bins)
        self.set_counts(counts, edges, log)

    def set_counts(self, counts: np.ndarray, edges: np.ndarray, log: bool = False) -> None:
        """Show counts (bins,) between edges (bins + 1,); `log` makes heights log(1 + count)."""
        self._counts, self._edges, self._log = np.asarray(counts), np.asarray(edges, float), log
        self.describe(self._sentence())

    def table(self) -> Table:
        """Return one row per bin."""
        rows = [[float(self._edges[i]), float(self._edges[i + 1]), int(n)] for i, n in enumerate(self._counts)]
        return ["from", "to", "count"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return range and count of a bin."""
        index = int(place.x() * len(self._counts) / max(1, self.width()))
        if not 0 <= index < len(self._counts):
            return ""
        low, high = (format_number(float(self._edges[index + side])) for side in (0, 1))
        return f"{low} to {high}: {count(int(self._counts[index]))}"

    def sizeHint(self) -> QSize:
        """Return a small picture's size."""
        return QSize(140, 54)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, base line and ends."""
        if not len(self._counts):
            return
        theme, painter = self.look.theme, QPainter(self)
        heights = np.log1p(self._counts) if self._log else self._counts.astype(float)
        heights = heights / max(1e-12, float(heights.max()))
        base, pitch = self.height() - AXIS, self.width() / len(heights)
        for index, height in enumerate(heights):
            left, right = round(index * pitch), round((index + 1) * pitch) - (1 if pitch >= 3 else 0)
            tall = max(1.0 if self._counts[index] else 0.0, height * (base - 1))
            painter.fillRect(QRectF(left, base - 1 - tall, right - left, tall), theme.color("ink3"))
        painter.fillRect(QRectF(0, base - 1, self.width(), 1), theme.color("line2"))
        painter.setFont(theme.font("heat"))
        painter.setPen(theme.color("ink3"))
        place = QRectF(0, base, self.width(), AXIS)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        for edge, side in ((self._edges[0], left), (self._edges[-1], right)):
            painter.drawText(place, side | Qt.AlignmentFlag.AlignBottom, format_number(float(edge), 3))

    def _sentence(self) -> str:
        if not len(self._counts):
            return "No values"
        low, high = format_number(float(self._edges[0])), format_number(float(self._edges[-1]))
        most = int(np.argmax(self._counts))
        middle = format_number(float(self._edges[most] + self._edges[most + 1]) / 2, 3)
        return f"{count(int(self._counts.sum()))} values from {low} to {high}, most around {middle}"
