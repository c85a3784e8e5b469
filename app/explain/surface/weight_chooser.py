"""WeightChooser: one weight of the network, by its variable and its number in it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel


class WeightChooser(QWidget):
    """A variable, a number in it, and below both how the weight is written.

    Attributes:
        changed: the weight as text, e.g. "conv2d_1/kernel[0, 0, 0, 3]".
    """

    changed = Signal(str)

    def __init__(self, title: str, number: int, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._look = look
        self.variable, self.index = ChoiceBox([], look), NumberField(look, low=0)
        self.written = PlainLabel("", "axis", look, "ink3")
        self.variable.setAccessibleName(f"{title}: variable")
        self.index.setAccessibleName(f"{title}: number in the variable")
        self.index.setFixedWidth(64)
        self.index.set_value(number)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(PlainLabel(title, "body", look), 0, 0, 1, 2)
        grid.addWidget(self.variable, 1, 0)
        grid.addWidget(self.index, 1, 1)
        grid.addWidget(self.written, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self.variable.changed.connect(self._say)
        self.index.changed.connect(self._say)

    @property
    def value(self) -> str:
        """The weight as text; empty while no variables are known."""
        name = self.variable.value
        if name not in self._shapes:
            return ""
        shape = self._shapes[name]
        flat = min(int(self.index.value), max(0, int(np.prod(shape)) - 1))
        index = ", ".join(str(n) for n in np.unravel_index(flat, shape))
        return f"{name}[{index}]"

    def set_variables(self, variables: Sequence[tuple[str, tuple[int, ...]]]) -> None:
        """Offer other variables by name and shape; the chosen one stays where it still exists."""
        if dict(variables) != self._shapes:
            self._shapes = dict(variables)
            self.variable.set_options([(name, name) for name, _ in variables])
            self.written.setText(self.value)

    def _say(self, _news: object) -> None:
        self.written.setText(self.value)
        self.changed.emit(self.value)
