"""Scrubber: a slider of whole positions, with a tick where a row begins."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import Look
from app.widgets.slider import MARGIN, Slider

CLOSEST = 6  # px between two ticks; more would be a band


class Scrubber(Slider):
    """A position 0 .. count − 1; keys are left to the player around it."""

    scrubbed = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, look, parent=parent)
        self._every = 0
        self.ground = "canvas"
        self.set_step(1)
        self.setAccessibleName("Position")
        self.changed.connect(lambda value: self.scrubbed.emit(round(value)))

    def set_count(self, count: int, every: int = 0) -> None:
        """Take another number of positions, with a tick at every `every`-th; 0 for none."""
        self._high, self._every = float(max(0, count - 1)), every
        self.set_value(self.value)

    def ticks(self) -> list[int]:
        """The positions that get a tick: so many that they stay apart."""
        last = int(self._high)
        if not self._every or not last:
            return []
        room = (self.width() - 2 * MARGIN) * self._every / last
        every = self._every * max(1, -int(-CLOSEST // max(room, 1e-9)))
        return list(range(0, last + 1, every))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ticks under track and thumb."""
        painter, tick = QPainter(self), self._look.theme.color("ctl")
        for position in self.ticks():
            painter.fillRect(QRectF(round(self._position(position)), self.height() / 2 + 6, 1, 4), tick)
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the player."""
        event.ignore()
