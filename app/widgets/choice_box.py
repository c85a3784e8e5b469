"""A box that opens a list of options."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

from app.theme import Look


class ChoiceBox(QComboBox):
    """One of many options, as (value, label) pairs; the wheel is left to the panel that scrolls."""

    changed = Signal(str)

    def __init__(self, options: list[tuple[str, str]], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedHeight(look.theme.size("controlH"))
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.set_options(options)
        self.activated.connect(lambda _: self.changed.emit(self.value))

    @property
    def value(self) -> str:
        """The chosen option's value; empty when there is none."""
        return str(self.currentData() or "")

    def set_value(self, value: str) -> None:
        """Choose an option without emitting `changed`; an unknown value is ignored."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)

    def set_options(self, options: list[tuple[str, str]]) -> None:
        """Offer other options; the chosen value stays where it still exists."""
        value = self.value
        self.clear()
        for name, label in options:
            self.addItem(label, name)
        self.set_value(value)

    def showPopup(self) -> None:
        """Open the list, wide enough for every label."""
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()
