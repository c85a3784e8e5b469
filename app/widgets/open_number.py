"""A number that opens to its arithmetic."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Look


class OpenNumber(QWidget):
    """A number with a dotted underline; click, Enter or Space opens it.

    Args:
        role: a type role, e.g. "number", "numberLarge", "result".
        token: a colour token.
    """

    opened = Signal()

    def __init__(
        self, text: str, look: Look, role: str = "number", token: str = "ink", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._look, self._role, self._token = text, look, role, token
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("focusRing", look.theme.radius("chip"))
        self.setAccessibleName(text)
        self.setAccessibleDescription("Opens to its arithmetic")
        look.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The number as written."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another number."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the text and its underline."""
        width = QFontMetrics(self._look.theme.font(self._role)).horizontalAdvance(self._text)
        return QSize(width, self._look.theme.line_height(self._role) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the number and its underline."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setFont(theme.font(self._role))
        painter.setPen(theme.any_color(self._token) if self.isEnabled() else theme.color("off"))
        painter.drawText(self.rect().adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.setPen(dotted(theme.color("ink" if self.underMouse() else "ctl")))
        painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open on the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: object) -> None:
        """Light the underline up."""
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Dim the underline again."""
        self.update()


def dotted(color: object) -> QPen:
    """Return the pen of a dotted underline: 1 px dots, 1 px gaps."""
    pen = QPen(color)  # type: ignore[call-overload]
    pen.setWidthF(1.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.0, 1.0])
    return pen
