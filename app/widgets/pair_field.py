"""Two whole numbers such as height × width, linked or apart."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.text import TIMES
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel

NARROWEST, WIDEST = 42, 52  # px of each field


class PairField(QWidget):
    """Two number fields; while the link is on, both change together."""

    changed = Signal(object)
    rejected = Signal(str)

    def __init__(self, look: Look, low: float | None = None, high: float | None = None) -> None:
        super().__init__()
        self.first, self.second = NumberField(look, True, low, high), NumberField(look, True, low, high)
        self.link = IconButton("link", "Change both together", look)
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.toggled.connect(self._linked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for field in (self.first, self.second):
            field.setMinimumWidth(NARROWEST)
            field.setMaximumWidth(WIDEST)
            field.changed.connect(lambda value, field=field: self._changed(field, value))
            field.rejected.connect(self._reject)
        row.addWidget(self.first)
        row.addWidget(PlainLabel(TIMES, "body", look, "ink3"))
        row.addWidget(self.second)
        row.addWidget(self.link)
        row.addStretch(1)
        self.setFocusProxy(self.first)

    @property
    def value(self) -> list[int]:
        """Both numbers."""
        return [int(self.first.value), int(self.second.value)]

    def set_value(self, value: Sequence[int]) -> None:
        """Show two numbers without emitting `changed`; different ones open the link."""
        first, second = value
        if first != second:
            self.link.setChecked(False)
        self.first.set_value(first)
        self.second.set_value(second)

    def setAccessibleName(self, name: str) -> None:
        """Name both fields."""
        super().setAccessibleName(name)
        self.first.setAccessibleName(f"{name}, first")
        self.second.setAccessibleName(f"{name}, second")

    def _linked(self, on: bool) -> None:
        self.link.set_icon_name("link" if on else "unlink")
        if on and self.first.value != self.second.value:
            self.second.set_value(self.first.value)
            self.changed.emit(self.value)

    def _changed(self, field: NumberField, value: object) -> None:
        other = self.second if field is self.first else self.first
        if self.link.isChecked():
            other.set_value(field.value)
        self.changed.emit(self.value)

    def _reject(self, reason: str) -> None:
        self.link.setVisible(not reason)
        self.rejected.emit(self.first.error or self.second.error)
