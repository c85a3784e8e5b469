"""A panel at the side of a workspace: sections under one another, hairlines between, scrolling where needed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.surface import Surface


class SidePanel(Surface):
    """Holds sections; the last may stay in sight below the others.

    Args:
        edge: the side it meets the main area with, "left" or "right".
    """

    def __init__(self, look: Look, edge: str, parent: QWidget | None = None) -> None:
        super().__init__("panel", look, edge, parent)
        self._lines: dict[QWidget, QFrame] = {}
        self._content = QWidget()
        self._sections = QVBoxLayout(self._content)
        self._sections.setContentsMargins(0, 0, 0, 0)
        self._sections.setSpacing(0)
        self._sections.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._content)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1 if edge == "left" else 0, 0, 1 if edge == "right" else 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._scroll, 1)

    def add(self, section: QWidget, stretch: int = 0) -> None:
        """Add a section below the others; with `stretch` it takes the height that is left."""
        position = self._sections.count() - 1
        if position:
            self._lines[section] = hairline()
            self._sections.insertWidget(position, self._lines[section])
            position += 1
        self._sections.insertWidget(position, section, stretch)
        if stretch:
            self._sections.setStretch(self._sections.count() - 1, 0)

    def set_shown(self, section: QWidget, shown: bool) -> None:
        """Show or hide a section with the line above it."""
        section.setVisible(shown)
        if section in self._lines:
            self._lines[section].setVisible(shown)

    def set_foot(self, foot: QWidget) -> None:
        """Keep a section in sight below the scrolling ones."""
        self._column.addWidget(hairline())
        self._column.addWidget(foot)


def hairline() -> QFrame:
    """Return a horizontal line 1 px high."""
    line = QFrame()
    line.setProperty("hairline", True)
    line.setFixedHeight(1)
    return line
