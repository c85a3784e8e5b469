"""A view that has an empty state: what stands in its place until there is something to show."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.empty_state import EmptyState


class EmptyOr(QStackedWidget):
    """A view, or in its place one heading, one sentence, one button.

    Args:
        view: what is shown when there is something to show.
        margin: around the sentence, px.
    """

    pressed = Signal()

    def __init__(self, view: QWidget, look: Look, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState("", "", "", look)
        self.empty.pressed.connect(self.pressed)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self.empty)
        column.addStretch(1)
        self._view, self._page = view, page
        self.addWidget(view)
        self.addWidget(page)

    @property
    def is_empty(self) -> bool:
        """Whether the sentence is shown."""
        return self.currentWidget() is self._page

    def show_view(self) -> None:
        """Show the view."""
        self.setCurrentWidget(self._view)

    def show_empty(self, heading: str, sentence: str, button: str = "") -> None:
        """Say why there is nothing, and what brings it."""
        self.empty.set_texts(heading, sentence, button)
        self.setCurrentWidget(self._page)
