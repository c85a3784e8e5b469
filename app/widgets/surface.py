"""A plain ground in one of the theme's colours, with hairlines where it meets its neighbours."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import Look


class Surface(QWidget):
    """Filled with one colour.

    Args:
        token: of the theme, e.g. "panel".
        edges: the sides with a hairline: any of "left", "right", "top", "bottom", parted by spaces.
    """

    def __init__(self, token: str, look: Look, edges: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token, self._look, self._edges = token, look, edges.split()
        look.changed.connect(self.update)

    def set_edges(self, edges: str) -> None:
        """Draw the hairlines at other sides."""
        self._edges = edges.split()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.theme.color(self._token))
        line = self._look.theme.color("line")
        for edge in self._edges:
            painter.fillRect(self._edge(edge), line)

    def _edge(self, edge: str) -> QRect:
        width, height = self.width(), self.height()
        match edge:
            case "left":
                return QRect(0, 0, 1, height)
            case "right":
                return QRect(width - 1, 0, 1, height)
            case "top":
                return QRect(0, 0, width, 1)
            case _:
                return QRect(0, height - 1, width, 1)
