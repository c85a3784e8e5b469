"""Class balance: how many samples of each class lie in train, validation and test."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.text import count
from app.theme import Look

SPLITS = (("train", "train"), ("validation", "val"), ("test", "test"))
HEAD, FOOT = 16, 18
ALPHA = 0.85


class StackedBars(Plot):
    """One bar per class: train below, then validation, then test; the total above, the name below."""

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._counts = np.zeros((3, 0), np.int64)
        self._names: list[str] = []
        self.setAccessibleName("Class balance")
        self.setMinimumHeight(96)

    def set_counts(self, counts: np.ndarray, names: Sequence[str]) -> None:
        """Show other counts, shape (split, class) with the splits train, validation, test."""
        self._counts = np.asarray(counts, np.int64).reshape(3, -1)
        self._names = [str(name) for name in names]
        self.describe(self._sentence())

    def table(self) -> Table:
        """Return one row per class."""
        rows = [[self._name(i), *(int(n) for n in column)] for i, column in enumerate(self._counts.T)]
        return ["class", *(name for name, _ in SPLITS)], rows

    def tip_at(self, place: QPoint) -> str:
        """Return the counts of a class."""
        index = self._bar_at(place.x())
        if index < 0:
            return ""
        counts = self._counts[:, index]
        parts = [f"{name} {count(int(n))}" for (name, _), n in zip(SPLITS, counts, strict=True)]
        return f"{self._name(index)}: {', '.join(parts)}"

    def sizeHint(self) -> QSize:
        """Return the size of the design's panel."""
        return QSize(280, 108)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the class under the mouse."""
        index = self._bar_at(event.position().x())
        if index >= 0:
            self.picked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        classes = self._counts.shape[1]
        if not classes:
            return
        painter, pitch = QPainter(self), self.width() / classes
        largest = max(1, int(self._counts.sum(0).max()))
        painter.setFont(self.look.theme.font("heat" if pitch < 26 else "axis"))
        for index in range(classes):
            gap = 6 if pitch >= 20 else 1
            bar = QRectF(round(index * pitch), HEAD, round(pitch) - gap, self.height() - HEAD - FOOT)
            self._paint_bar(painter, index, bar, bar.height() / largest)
        base = self.height() - FOOT
        painter.fillRect(QRectF(0, base, self.width(), 1), self.look.theme.color("line"))

    def _paint_bar(self, painter: QPainter, index: int, bar: QRectF, unit: float) -> None:
        theme, bottom = self.look.theme, bar.bottom()
        for split, (_, token) in enumerate(SPLITS):
            height = float(self._counts[split, index]) * unit
            if height <= 0:
                continue
            color = theme.color(token)
            color.setAlphaF(ALPHA)
            painter.fillRect(QRectF(bar.left(), bottom - height, bar.width(), max(1.0, height - 1)), color)
            bottom -= height
        self._paint_words(painter, index, bar, bottom)

    def _paint_words(self, painter: QPainter, index: int, bar: QRectF, top: float) -> None:
        metrics = QFontMetrics(painter.font())
        total = count(int(self._counts[:, index].sum()))
        wide = bar.adjusted(-3, 0, 3, 0)
        painter.setPen(self.look.theme.color("ink2"))
        if metrics.horizontalAdvance(total) <= wide.width():
            place = QRectF(wide.left(), top - HEAD, wide.width(), HEAD - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, total)
        name = metrics.elidedText(self._name(index), Qt.TextElideMode.ElideRight, int(wide.width()))
        painter.setPen(self.look.theme.color("ink"))
        painter.drawText(QRectF(wide.left(), bar.bottom(), wide.width(), FOOT), Qt.AlignmentFlag.AlignCenter, name)

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else str(index)

    def _bar_at(self, x: float) -> int:
        classes = self._counts.shape[1]
        index = int(x * classes / max(1, self.width()))
        return index if 0 <= index < classes else -1

    def _sentence(self) -> str:
        totals = self._counts.sum(0)
        if not len(totals):
            return "No classes"
        low, high = int(np.argmin(totals)), int(np.argmax(totals))
        most, fewest = count(int(totals[high])), count(int(totals[low]))
        return f"{len(totals)} classes, most samples {most} in {self._name(high)}, fewest {fewest} in {self._name(low)}"
