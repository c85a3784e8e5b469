"""A line of text that stands for a value."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.theme import Look


class TextField(QLineEdit):
    """A value written as text. It counts on Enter and on leaving; a wrong text goes back to the last valid value.

    Args:
        read: makes the value of a text; raises ValueError with a reason of about three words.
        write: makes the text of a value.
        role: the type role, "number" for shapes.
    """

    changed = Signal(object)
    rejected = Signal(str)

    def __init__(
        self,
        look: Look,
        read: Callable[[str], Any] = str,
        write: Callable[[Any], str] = str,
        role: str = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._read, self._write, self._role = look, read, write, role
        self._value: Any = ""
        self._reason = ""
        self.setFixedHeight(look.theme.size("controlH"))
        self.textEdited.connect(self._check)
        self.returnPressed.connect(self._commit)
        self._restyle()
        look.changed.connect(self._restyle)

    @property
    def value(self) -> Any:
        """The value in force."""
        return self._value

    @property
    def error(self) -> str:
        """Why the text is not accepted; empty when it is."""
        return self._reason

    def set_value(self, value: Any) -> None:
        """Show a value without emitting `changed`."""
        self._value = value
        if self.text() != self._write(value):
            self.setText(self._write(value))
            self.setCursorPosition(0)
        self.set_error("")

    def set_error(self, reason: str) -> None:
        """Mark the text as wrong; empty takes the mark away."""
        if reason == self._reason:
            return
        self._reason = reason
        self.setProperty("invalid", bool(reason))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleDescription(reason)
        self.rejected.emit(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._write(self._value):
            self.set_value(self._value)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Accept what was typed, or go back to the value in force."""
        self._commit()
        super().focusOutEvent(event)
        self.set_value(self._value)

    def _parsed(self) -> tuple[Any, str]:
        try:
            return self._read(self.text()), ""
        except ValueError as error:
            return None, str(error)

    def _check(self) -> None:
        self.set_error(self._parsed()[1])

    def _commit(self) -> None:
        value, reason = self._parsed()
        self.set_error(reason)
        if not reason and value != self._value:
            self._value = value
            self.changed.emit(value)

    def _restyle(self) -> None:
        self.setFont(self._look.theme.font(self._role))
