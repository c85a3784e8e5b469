"""A number field with a slider at its right, for numbers with a range worth sliding through."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.number_field import Number, NumberField
from app.widgets.slider import Slider

NARROW = 58  # px of the field
STEPS = 100  # a linear slider has about this many stops


class NumberSlider(QWidget):
    """The field types, the slider sweeps; while the field's text is wrong its reason takes the slider's place.

    Args:
        low, high: inclusive bounds.
        log: whether the slider runs over decades.
        integer: whole numbers only.
        unit: shown after the number.
    """

    changed = Signal(object)
    rejected = Signal(str)

    def __init__(
        self, low: float, high: float, look: Look, log: bool = False, integer: bool = True, unit: str = ""
    ) -> None:
        super().__init__()
        self._integer, self._log = integer, log and low > 0
        self._step = _stop(high - low, integer)
        self.field = NumberField(look, integer, low, high, unit)
        self.field.setFixedWidth(NARROW)
        self.slider = Slider(low, high, look, log)
        self.slider.set_step(0.0 if self._log else self._step)
        self.field.changed.connect(self._typed)
        self.field.rejected.connect(self._reject)
        self.slider.changed.connect(self._slid)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.field)
        row.addWidget(self.slider, 1)
        self.setFocusProxy(self.field)

    @property
    def value(self) -> Number:
        """The number in force."""
        return self.field.value

    def set_value(self, value: Number) -> None:
        """Show a number without emitting `changed`."""
        self.field.set_value(value)
        self.slider.set_value(value)

    def set_default(self, value: float) -> None:
        """Set what a double-click on the slider restores."""
        self.slider.set_default(value)

    def setAccessibleName(self, name: str) -> None:
        """Name both parts."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.slider.setAccessibleName(f"{name}, slider")

    def _typed(self, value: Number) -> None:
        self.slider.set_value(value)
        self.changed.emit(value)

    def _slid(self, value: float) -> None:
        rounded: Number = round(value) if self._integer else float(f"{value:.{2 if self._log else 6}g}")
        if rounded != self.field.value:
            self.field.set_value(rounded)
            self.changed.emit(rounded)

    def _reject(self, reason: str) -> None:
        self.slider.setVisible(not reason)
        self.rejected.emit(reason)


def _stop(span: float, integer: bool) -> float:
    stop = 10.0 ** math.floor(math.log10(span / STEPS) + 1e-9) if span > 0 else 1.0
    return max(1.0, stop) if integer else stop
