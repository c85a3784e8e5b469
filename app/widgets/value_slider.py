"""A slider with its value beside it, which can be typed over."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.text import MINUS, fixed, format_number
from app.theme import Look
from app.widgets.slider import Slider


class ValueSlider(QWidget):
    """A slider and its value in mono at the right. Double-click on the slider restores the default.

    Args:
        low, high: the range.
        log: whether equal ways are equal ratios.
        decimals: digits after the point; None shows three significant digits; 0 keeps whole numbers.
    """

    changed = Signal(float)

    def __init__(
        self, low: float, high: float, look: Look, log: bool = False, decimals: int | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._low, self._high, self._look, self._decimals = float(low), float(high), look, decimals
        self._write: Callable[[float], str] = self._plain
        self.slider = Slider(low, high, look, log)
        self.slider.set_step(10.0**-decimals if decimals is not None and not log else 0.0)
        self.slider.changed.connect(self._slid)
        self.field = QLineEdit()
        self.field.setProperty("plain", True)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.editingFinished.connect(self._typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.setFocusProxy(self.slider)
        self._restyle()
        self.set_value(low)
        look.changed.connect(self._restyle)

    @property
    def value(self) -> float:
        """The value, in `low`..`high`."""
        return self.slider.value

    def set_value(self, value: float) -> None:
        """Show a value without emitting `changed`."""
        self.slider.set_value(value)
        self.field.setText(self._write(self.slider.value))

    def set_default(self, value: float) -> None:
        """Set what a double-click restores."""
        self.slider.set_default(value)

    def set_format(self, write: Callable[[float], str]) -> None:
        """Write the value another way, e.g. "±12°"; digits in it can still be typed."""
        self._write = write
        self._restyle()
        self.set_value(self.value)

    def setAccessibleName(self, name: str) -> None:
        """Name both parts."""
        super().setAccessibleName(name)
        self.slider.setAccessibleName(name)
        self.field.setAccessibleName(name)

    def _plain(self, value: float) -> str:
        return format_number(value, 3) if self._decimals is None else fixed(value, self._decimals)

    def _slid(self, value: float) -> None:
        self.field.setText(self._write(value))
        self.changed.emit(value)

    def _typed(self) -> None:
        kept = "".join(c for c in self.field.text().replace(MINUS, "-") if c.isdigit() or c in ".-+e")
        try:
            value = float(kept)
        except ValueError:
            self.set_value(self.value)
            return
        before = self.value
        if self.field.text() != self._write(before):
            self.set_value(value)
        if self.value != before:
            self.changed.emit(self.value)

    def _restyle(self) -> None:
        font = self._look.theme.font("number")
        self.field.setFont(font)
        least = "0.00000" if self._decimals is None else "0.00"
        widest = max((self._write(self._low), self._write(self._high), least), key=len)
        self.field.setFixedWidth(QFontMetrics(font).horizontalAdvance(widest) + 10)
