"""A key of the keyboard, as a small box."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.plain_label import PlainLabel


class KeyBox(QFrame):
    """A shortcut such as "Ctrl K", 18 px high; an empty text hides it."""

    def __init__(self, text: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("chip", "key")
        self.setFixedHeight(20)
        self._label = PlainLabel("", "axis", look, "ink3")
        row = QHBoxLayout(self)
        row.setContentsMargins(5, 0, 5, 0)
        row.addWidget(self._label)
        self._label.setText(written(text))
        if not text:
            self.hide()

    def set_text(self, text: str) -> None:
        """Show another shortcut; plus signs become spaces."""
        self._label.setText(written(text))
        if not text:
            self.hide()
        elif self.parentWidget() is not None:
            self.show()


def written(text: str) -> str:
    """Plus signs between keys become spaces."""
    return text.replace("+", " ").strip()
