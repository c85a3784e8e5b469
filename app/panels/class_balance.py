"""How many samples each class has in each part; for numbers, how they are distributed."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.plots.histogram import Histogram
from app.plots.stacked_bars import StackedBars
from app.text import format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.messages import DataLoaded

BALANCED = 1.5
PARTS = (("train", "train"), ("val", "val"), ("test", "test"))


class ClassBalance(QWidget):
    """Stacked bars of the classes with the ratio of the largest to the smallest, or a histogram of the target."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = PlainLabel("Class balance", "title", look, "ink")
        self.legend = _Legend(look)
        self.bars, self.histogram = StackedBars(look), Histogram(look)
        self.ratio = PlainLabel("", "body", look, "ink2")
        self.ratio.setWordWrap(True)
        self.charts = QStackedWidget()
        self.charts.addWidget(self.bars)
        self.charts.addWidget(self.histogram)
        self.charts.setFixedHeight(124)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.charts)
        column.addWidget(self.ratio)

    def set_data(self, data: DataLoaded) -> None:
        """Show loaded data."""
        has_classes = data.description.target == "class"
        self.legend.setVisible(has_classes)
        self.heading.setText(
            "Class balance" if has_classes else (data.description.target_name or "Target").capitalize()
        )
        self.charts.setCurrentWidget(self.bars if has_classes else self.histogram)
        if has_classes:
            self.bars.set_counts(data.class_counts, data.description.class_names)
            self.ratio.setText(balance_line(data.class_counts))
        else:
            self._show_numbers(data)

    def _show_numbers(self, data: DataLoaded) -> None:
        y, unit = np.asarray(data.y, float), data.description.target_unit
        self.histogram.set_values(y)
        if len(y):
            facts = (("mean", y.mean()), ("deviation", y.std()), ("from", y.min()), ("to", y.max()))
            text = ", ".join(f"{name} {format_number(float(value), 4)}" for name, value in facts)
            self.ratio.setText(f"{text} {unit}".strip())


def balance_line(class_counts: np.ndarray) -> str:
    """Return "Largest to smallest class: 186 / 173 = 1.08, balanced" for counts (split, class)."""
    totals = class_counts.sum(axis=0)
    largest, smallest = (int(totals.max()), int(totals.min())) if totals.size else (0, 0)
    if not smallest:
        return "A class has no samples at all; nothing can be learned about it."
    ratio = largest / smallest
    verdict = "balanced" if ratio < BALANCED else "not balanced: accuracy favours the large classes"
    return f"Largest to smallest class: {largest:,} / {smallest:,} = {ratio:.2f}, {verdict}"


class _Legend(QWidget):
    """Three small squares with the names of the parts."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedSize(146, 16)
        self.setAccessibleName("train, validation, test")
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        font = theme.font("caption")
        painter.setFont(font)
        x = self.width()
        for name, token in reversed(PARTS):
            x -= painter.fontMetrics().horizontalAdvance(name)
            painter.setPen(theme.color("ink2"))
            painter.drawText(x, 0, 60, 16, Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(x - 14, 4, 9, 9, theme.color(token))
            x -= 26
