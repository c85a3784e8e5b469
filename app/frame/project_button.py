"""ProjectButton: the open project's name, whether it is saved, and a menu."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.frame.button import FrameButton
from app.text import tooltip
from app.theme import Look

PADDING = 8
MAX_NAME = 220
DOT = 16
CHEVRON = 18


class ProjectButton(FrameButton):
    """Name, dot while there is something to save, chevron."""

    def __init__(self, look: Look) -> None:
        super().__init__("Project", look)
        self._name = ""
        self._dirty = False

    def set_project(self, name: str, dirty: bool, place: str) -> None:
        """Show a project's name.

        Args:
            dirty: whether something is not saved.
            place: the file, for the tooltip; empty while it has none.
        """
        self._name, self._dirty = name, dirty
        self.setAccessibleName(f"Project {name}{', not saved' if dirty else ''}")
        self.setToolTip(tooltip(f"{place or 'not saved yet'}{', changed' if dirty and place else ''}"))
        self.updateGeometry()
        self.update()

    def content_width(self) -> int:
        """The name (at most 220 px), the dot and the chevron."""
        name = min(self.metrics("title").horizontalAdvance(self._name), MAX_NAME)
        return 2 * PADDING + name + (DOT if self._dirty else 0) + CHEVRON

    def paint_content(self, painter: QPainter) -> None:
        """Draw name, dot and chevron."""
        metrics = self.metrics("title")
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, MAX_NAME)
        painter.setFont(self.look.theme.font("title"))
        painter.setPen(self.ink("ink"))
        rect = QRectF(self.rect()).adjusted(PADDING, 0, 0, 0)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        x, y = PADDING + metrics.horizontalAdvance(name), self.height() / 2
        if self._dirty:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.ink("ink2"))
            painter.drawEllipse(QPointF(x + DOT / 2 + 1, y), 3, 3)
            x += DOT
        paint_chevron(painter, QPointF(x + CHEVRON / 2 + 2, y), self.look)


def paint_chevron(painter: QPainter, centre: QPointF, look: Look, token: str = "ink2") -> None:
    """A small chevron that points down."""
    painter.setPen(QPen(look.theme.color(token), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(centre + QPointF(-3.5, -1.8), centre + QPointF(0, 1.8))
    painter.drawLine(centre + QPointF(0, 1.8), centre + QPointF(3.5, -1.8))
