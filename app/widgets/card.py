"""A card: a frame with a title, its value and a body."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.plain_label import PlainLabel


class Card(QFrame):
    """Title at top left, its value in mono at top right, anything in `body`.

    Args:
        title: plain text; without it, the card has no head line.
        tone: "true" for the ordinary card, "warn" for the coach's.
    """

    def __init__(self, title: str, look: Look, tone: str = "true", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", tone)
        self._title = PlainLabel(title, "title", look, "ink", self)
        self._value = PlainLabel("", "number", look, "ink", self)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self._title)
        self.head.addStretch(1)
        self.head.addWidget(self._value)
        self._value.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(self.head)
        self._title.setVisible(bool(title))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)
        self._title.setVisible(bool(title))

    def set_value(self, text: str) -> None:
        """Show the value at the right of the title."""
        self._value.setText(text)
        self._value.setVisible(bool(text))
