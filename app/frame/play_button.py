"""PlayButton: the 40 px circle that trains and pauses, with a ring while something is under way."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from app.frame.button import FrameButton
from app.text import tooltip
from app.theme import Look

TURN = 12  # degrees per frame of the busy ring
FRAME = 33  # ms


class PlayButton(FrameButton):
    """A triangle or two bars in a circle of ink."""

    def __init__(self, look: Look) -> None:
        super().__init__("Train", look)
        self._shows_pause = False
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._turn)

    def set_state(self, shows_pause: bool, busy: bool, name: str, tip: str) -> None:
        """Show what a press would do.

        Args:
            shows_pause: two bars instead of the triangle.
            busy: turn the ring.
            name: for the screen reader, e.g. "Pause training".
        """
        self._shows_pause = shows_pause
        self.setAccessibleName(name)
        self.setToolTip(tooltip(tip))
        if busy != self._timer.isActive():
            self._timer.start() if busy else self._timer.stop()
        self.update()

    @property
    def is_busy(self) -> bool:
        """Whether the ring turns."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        """A square of 40 px, and room for the ring."""
        side = self.look.theme.size("playButton") + 6
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw circle, sign and ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, circle = self.look.theme, QRectF(self.rect()).adjusted(3, 3, -3, -3)
        ground = "raised" if not self.isEnabled() else "ink2" if self.isDown() or self.underMouse() else "ink"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawEllipse(circle)
        painter.setBrush(theme.color("onink" if self.isEnabled() else "off"))
        self._paint_sign(painter, circle.center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._timer.isActive():
            painter.setPen(QPen(theme.color("ink2"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, -self._angle * 16, 100 * 16)

    def _paint_sign(self, painter: QPainter, centre: QPointF) -> None:
        if self._shows_pause:
            painter.drawRoundedRect(QRectF(centre.x() - 6, centre.y() - 7, 4, 14), 1, 1)
            painter.drawRoundedRect(QRectF(centre.x() + 2, centre.y() - 7, 4, 14), 1, 1)
        else:
            corners = [QPointF(-4.5, -7), QPointF(7.5, 0), QPointF(-4.5, 7)]
            painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))

    def _turn(self) -> None:
        self._angle = (self._angle + TURN) % 360
        self.update()
