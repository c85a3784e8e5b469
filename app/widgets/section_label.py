"""The heading of a section, with an optional caption behind it."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.plain_label import PlainLabel


class SectionLabel(QWidget):
    """A title in ink with a caption in ink3 on the same line."""

    def __init__(self, text: str, look: Look, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel(text, "title", look, "ink")
        self._caption = PlainLabel(caption, "caption", look, "ink3")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._caption, 1)

    def set_text(self, text: str) -> None:
        """Show another title."""
        self._title.setText(text)

    def set_caption(self, caption: str) -> None:
        """Show another caption."""
        self._caption.setText(caption)
