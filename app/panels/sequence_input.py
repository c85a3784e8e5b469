"""A sequence to ask about: typed where its steps are characters, else numbers begun from a sample of the data."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.sequence_text import one_hot, written
from app.text import format_number
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from engine.messages import DataLoaded

MOST_TYPED = 400  # characters


class SequenceInput(QWidget):
    """Emits the sequence whenever it changes."""

    input_changed = Signal(object)  # float32 (1, time, feature)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataLoaded | None = None
        self._x: np.ndarray | None = None
        self.sample = NumberField(look, integer=True, low=0)
        self.sample.setFixedWidth(84)
        self.sample.setAccessibleName("Sample to begin from")
        self.another = QPushButton("Next")
        self.truth = ElidedLabel("", "body", look)
        self.typed = QLineEdit()
        self.typed.setMaxLength(MOST_TYPED)
        self.typed.setAccessibleName("Sequence")
        self.values = PlainLabel("", "number", look, "ink2").set_wrapped()
        self.problem = PlainLabel("", "body", look, "err").set_wrapped()
        self._lay_out(look)
        self.sample.changed.connect(self.start_from)
        self.another.clicked.connect(lambda: self.start_from(int(self.sample.value) + 1))
        self.typed.textEdited.connect(self._take)

    def set_data(self, data: DataLoaded) -> None:
        """Offer the samples of these data."""
        self._data = data
        self.typed.setVisible(bool(data.description.symbols))
        self.values.setVisible(not data.description.symbols)
        self.start_from(int(self.sample.value))

    def start_from(self, sample: int) -> None:
        """Take over a sample; after the last comes the first."""
        data = self._data
        if data is None or not len(data.x):
            return
        sample = int(sample) % len(data.x)
        self.sample.set_value(sample)
        self._x = np.asarray(data.x[sample], np.float32)
        symbols = data.description.symbols
        if symbols:
            self.typed.setText(written(self._x, symbols))
        names = data.description.feature_names
        lines = [", ".join(format_number(float(v), 3) for v in self._x[:, n]) for n in range(len(names))]
        self.values.setText("\n".join(f"{name}: {line}" for name, line in zip(names, lines, strict=True)))
        self.truth.set_text(f"{data.description.target_name or 'target'}: {_truth(data, sample)}")
        self._say("")

    def current_input(self) -> np.ndarray | None:
        """Return the sequence, float32 (1, time, feature); None before there are data."""
        return None if self._x is None else self._x[None]

    def _take(self, text: str) -> None:
        data = self._data
        if data is None:
            return
        try:
            self._x = one_hot(text, data.description.symbols, data.description.input_shape[0])
        except ValueError as error:
            self.problem.setText(f"{error}.")
            self.problem.show()
            return
        self.truth.set_text("typed")
        self._say("")

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.input_changed.emit(self.current_input())

    def _lay_out(self, look: Look) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel("Begin from sample", "body", look))
        row.addWidget(self.sample)
        row.addWidget(self.another)
        row.addWidget(self.truth, 1)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(row)
        for part in (self.typed, self.problem, self.values):
            column.addWidget(part)
        column.addStretch(1)


def _truth(data: DataLoaded, sample: int) -> str:
    if data.description.target == "class":
        return data.description.class_names[int(data.y[sample])]
    return format_number(float(data.y[sample]))
