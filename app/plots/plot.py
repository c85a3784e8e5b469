"""What all plots share: the look, tooltips with exact values, and words for those who cannot see them."""

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.color_maps import luminance
from app.text import tooltip
from app.theme import Look

Table = tuple[list[str], list[list[Any]]]  # headers, rows
SWITCH = 0.188  # relative luminance above which numbers on a cell are dark
ON_DARK, ON_LIGHT = QColor("#FFFFFF"), QColor("#0B0D11")


class Plot(QWidget):
    """A picture of numbers. Subclasses answer `tip_at` and `table`, and call `describe` with their data.

    Args:
        look: the plot repaints when it changes.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Ctrl+Shift+D and screen readers need every plot in reach
        self.setProperty("focusRing", look.theme.radius("chip"))
        look.changed.connect(self.restyle)

    def table(self) -> Table:
        """Return what is drawn as headers and rows, for the data table."""
        return [], []

    def tip_at(self, place: QPoint) -> str:
        """Return what lies under a point, exact and plain; empty for nothing."""
        return ""

    def describe(self, sentence: str) -> None:
        """Say in one sentence what is drawn, and repaint."""
        self.setAccessibleDescription(sentence)
        self.update()

    def restyle(self) -> None:
        """Follow the theme."""
        self.update()

    def event(self, event: QEvent) -> bool:
        """Show the exact value under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), tooltip(text), self, QRect(event.pos(), event.pos()))
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def text_on(ground: QColor) -> QColor:
    """Return black or white, whichever reads better on a heat cell."""
    return ON_LIGHT if luminance(ground) > SWITCH else ON_DARK
