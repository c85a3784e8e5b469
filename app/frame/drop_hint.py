"""DropHint: while files hover over the window, a frame and a sentence that says what letting go of them does."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import Look

PADDING = 24
INSET = 8


class DropHint(QWidget):
    """Lies over a widget and lets everything through to it."""

    def __init__(self, look: Look, host: QWidget) -> None:
        super().__init__(host)
        self._look, self._host = look, host
        self._is_welcome = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, sentence: str, is_welcome: bool) -> None:
        """Show a sentence; what is not welcome is shown as a warning."""
        self._is_welcome = is_welcome
        self.setAccessibleName(sentence)
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a veil, a dashed frame, and the sentence on a card in the middle."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = theme.color("canvas")
        veil.setAlphaF(0.7)
        painter.fillRect(self.rect(), veil)
        frame = theme.color("ink" if self._is_welcome else "warn")
        pen = QPen(frame, 2)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET), 8, 8)
        font = theme.font("heading")
        metrics = QFontMetrics(font)
        text = metrics.elidedText(self.accessibleName(), Qt.TextElideMode.ElideMiddle, self.width() - 4 * PADDING)
        card = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * PADDING, 56)
        card.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(card, 8, 8)
        painter.setPen(theme.color("ink") if self._is_welcome else frame)
        painter.setFont(font)
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)
