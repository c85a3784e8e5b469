"""A turning ring: work of unknown length."""

from PySide6.QtCore import QRectF, QSize, QTimerEvent
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from app.theme import Look

INTERVAL = 33  # ms
TURN = 900  # ms


class BusyRing(QWidget):
    """A ring of 16 px that turns while it is visible."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._angle, self._timer = look, 0.0, 0
        self.setFixedSize(QSize(16, 16))
        self.setAccessibleName("Busy")
        look.changed.connect(self.update)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to turn."""
        self._timer = self._timer or self.startTimer(INTERVAL)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def timerEvent(self, event: QTimerEvent) -> None:
        """Turn a little."""
        self._angle = (self._angle + 360.0 * INTERVAL / TURN) % 360.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring and its bright quarter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(2, 2, 12, 12)
        painter.setPen(QPen(self._look.theme.color("line2"), 2.0))
        painter.drawEllipse(ring)
        painter.setPen(QPen(self._look.theme.color("ink"), 2.0))
        painter.drawArc(ring, int((90 - self._angle) * 16), -90 * 16)
