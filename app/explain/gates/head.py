"""The head of the cell's card: unit and step, the input, the parameters; painted, so that playing moves no layout."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import Look

GAP = 8.0


class CellHead(QWidget):
    """One line: a title, words after it, and a number at the right that gives way."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.title, self.input, self.numbers = "", "", ""
        self.setFixedHeight(look.theme.line_height("title"))
        look.changed.connect(self.update)

    def show_texts(self, title: str, input_text: str, numbers: str) -> None:
        """Show other texts."""
        self.title, self.input, self.numbers = title, input_text, numbers
        self.setAccessibleName(f"{title}, {input_text}, {numbers} parameters")
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        """Any width."""
        return QSize(240, self._look.theme.line_height("title"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw from the left; what has no room left is cut short."""
        painter, theme, left = QPainter(self), self._look.theme, 0.0
        parts = (("title", "ink", self.title), ("number", "ink3", self.input), ("number", "ink3", self.numbers))
        for place, (role, ink, text) in enumerate(parts):
            font = theme.font(role)
            metrics = QFontMetricsF(font)
            room = self.width() - left
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            wide = metrics.horizontalAdvance(shown)
            start = self.width() - wide if place == len(parts) - 1 else left
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            painter.drawText(QRectF(start, 0, wide + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += wide + GAP
