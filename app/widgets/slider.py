"""A slider: track, thumb, and decades as ticks where it is logarithmic."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Look

MARGIN = 8  # px, half the thumb with its ring
STEPS = 100  # arrow keys cross the slider in this many steps


class Slider(QWidget):
    """A value between `low` and `high`. Double-click restores the default.

    Args:
        low, high: the range; both above 0 where `log` is set.
        log: whether equal ways are equal ratios.
        ground: the colour token it lies on, for the ring of the thumb.
    """

    changed = Signal(float)

    def __init__(self, low: float, high: float, look: Look, log: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high, self._look, self._log = float(low), float(high), look, log and low > 0
        self._value = self._default = float(low)
        self._step = 0.0
        self.ground = "panel"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(48)
        look.changed.connect(self.update)

    @property
    def value(self) -> float:
        """The value, in `low`..`high`."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without emitting `changed`; it is kept within the range."""
        self._value = min(max(float(value), self._low), self._high)
        self.setAccessibleDescription(f"{self._value:g}, from {self._low:g} to {self._high:g}")
        self.update()

    def set_default(self, value: float) -> None:
        """Set what a double-click restores."""
        self._default = float(value)

    def set_step(self, step: float) -> None:
        """Round what the user chooses to multiples of `step`; 0 does not round."""
        self._step = step

    def sizeHint(self) -> QSize:
        """Return the size of a control."""
        return QSize(120, self._look.theme.size("hitMin"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, ticks and thumb."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, at = self.height() / 2, self._position(self._value)
        painter.fillRect(QRectF(0, middle - 1, self.width(), 2), theme.color("line2"))
        painter.fillRect(QRectF(0, middle - 1, at, 2), theme.color("ink2" if self.isEnabled() else "off"))
        if self._log:
            self._paint_decades(painter, middle)
        self._paint_thumb(painter, QPointF(at, middle))

    def _paint_decades(self, painter: QPainter, middle: float) -> None:
        first, last = math.ceil(math.log10(self._low) - 1e-9), math.floor(math.log10(self._high) + 1e-9)
        for power in range(first, last + 1):
            x = min(max(self._position(10.0**power) - 0.5, 0), self.width() - 1)
            painter.fillRect(QRectF(x, middle + 7, 1, 4), self._look.theme.color("ctl"))

    def _paint_thumb(self, painter: QPainter, place: QPointF) -> None:
        theme = self._look.theme
        ink, ground = theme.color("ink" if self.isEnabled() else "off"), theme.color(self.ground)
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, color in ((8.0, ink), (7.0, ground), (4.0, ink)):
            painter.setBrush(color)
            painter.drawEllipse(place, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink, 2.0))
            painter.drawEllipse(place, 11.0, 11.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the thumb to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the thumb."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Restore the default."""
        self._choose(self._default)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel that scrolls."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, Page keys, Home and End; Shift goes ten steps."""
        tenfold = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {
            Qt.Key.Key_Left: -tenfold,
            Qt.Key.Key_Down: -tenfold,
            Qt.Key.Key_Right: tenfold,
            Qt.Key.Key_Up: tenfold,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_Home: -100 * STEPS,
            Qt.Key.Key_End: 100 * STEPS,
        }
        if event.key() in steps:
            self._choose(self._stepped(steps[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    def _stepped(self, steps: int) -> float:
        fraction = min(max(self._fraction(self._value) + steps / STEPS, 0.0), 1.0)
        value = self._of_fraction(fraction)
        if self._step and abs(value - self._value) < self._step:
            value = self._value + math.copysign(self._step, steps)
        return value

    def _choose(self, value: float) -> None:
        if self._step:
            value = round(value / self._step) * self._step
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.changed.emit(self._value)

    def _fraction(self, value: float) -> float:
        if self._high <= self._low:
            return 0.0
        if self._log:
            return math.log(max(value, self._low) / self._low) / math.log(self._high / self._low)
        return (value - self._low) / (self._high - self._low)

    def _of_fraction(self, fraction: float) -> float:
        if self._log:
            return float(self._low * (self._high / self._low) ** fraction)
        return self._low + fraction * (self._high - self._low)

    def _position(self, value: float) -> float:
        return MARGIN + self._fraction(value) * (self.width() - 2 * MARGIN)

    def _at(self, x: float) -> float:
        return self._of_fraction(min(max((x - MARGIN) / max(1, self.width() - 2 * MARGIN), 0.0), 1.0))
