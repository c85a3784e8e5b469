"""One row of a table to predict: a field for every feature, begun from a sample of the data."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.text import format_number
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from engine.messages import DataLoaded

PER_COLUMN = 12


class RowEditor(QWidget):
    """Emits the row whenever a value changes."""

    input_changed = Signal(object)  # float32 (1, feature)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._data: DataLoaded | None = None
        self.fields: list[NumberField] = []
        self.sample = NumberField(look, integer=True, low=0)
        self.sample.setFixedWidth(84)
        self.sample.setAccessibleName("Sample to begin from")
        self.another = QPushButton("Next")
        self.truth = ElidedLabel("", "body", look)
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._lay_out()
        self.sample.changed.connect(self.start_from)
        self.another.clicked.connect(self._next)

    def set_data(self, data: DataLoaded) -> None:
        """Offer the features of these data."""
        before, self._data = self._data, data
        if before is None or before.description.feature_names != data.description.feature_names:
            self._rebuild(data)
        self.start_from(int(self.sample.value))

    def start_from(self, sample: int) -> None:
        """Take over the values of a sample."""
        data = self._data
        if data is None or not len(data.x):
            return
        sample = min(max(sample, 0), len(data.x) - 1)
        self.sample.set_value(sample)
        for field, value in zip(self.fields, np.ravel(data.x[sample]), strict=False):
            field.set_value(float(f"{float(value):.7g}"))
        self.truth.set_text(f"its {data.description.target_name or 'label'}: {_truth(data, sample)}")
        self._say()

    def current_input(self) -> np.ndarray | None:
        """Return the row, float32 (1, feature)."""
        if not self.fields or self._data is None:
            return None
        row = np.array([field.value for field in self.fields], np.float32)
        return row.reshape(1, *self._data.description.input_shape)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel("Table row", "title", self._look, "ink"))
        head.addSpacing(12)
        head.addWidget(PlainLabel("begun from sample", "body", self._look))
        head.addWidget(self.sample)
        head.addWidget(self.another)
        head.addWidget(self.truth, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._grid_holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _rebuild(self, data: DataLoaded) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        size = int(np.prod(data.description.input_shape))
        names = data.description.feature_names or tuple(f"x{n}" for n in range(size))
        self.fields = [NumberField(self._look, integer=False) for _ in names]
        for place, (name, field) in enumerate(zip(names, self.fields, strict=True)):
            row, column = place % PER_COLUMN, place // PER_COLUMN * 2
            field.setFixedWidth(104)
            field.setAccessibleName(name)
            field.changed.connect(lambda _: self._say())
            label = ElidedLabel(name, "body", self._look, "ink2")
            label.setMaximumWidth(200)
            self._grid.addWidget(label, row, column)
            self._grid.addWidget(field, row, column + 1, Qt.AlignmentFlag.AlignLeft)
        columns = 2 * -(-len(names) // PER_COLUMN)
        self._grid.setColumnStretch(columns, 1)
        self._grid.setRowStretch(PER_COLUMN, 1)

    def _next(self) -> None:
        if self._data is not None and len(self._data.x):
            self.start_from((int(self.sample.value) + 1) % len(self._data.x))

    def _say(self) -> None:
        self.input_changed.emit(self.current_input())


def _truth(data: DataLoaded, sample: int) -> str:
    if data.description.target == "class":
        return data.description.class_names[int(data.y[sample])]
    return f"{format_number(float(data.y[sample]))} {data.description.target_unit}".strip()
