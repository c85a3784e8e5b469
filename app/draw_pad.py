"""A pad to draw on with mouse, pen or keyboard: strokes, eraser, undo, and the raw input they become."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.strokes import Stroke, network_input, paint_strokes
from app.theme import Look

SIDE = 280
PEN = 0.1
KEY_STEP = 0.02
FAST_STEP = 0.1


class DrawPad(QWidget):
    """Left button draws, right button erases, Ctrl+Z takes the last stroke back.

    By keyboard: arrows move the pen (Shift: further), Space puts it down and lifts it.
    """

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.strokes: list[Stroke] = []
        self.pen_width = PEN
        self._undone: list[list[Stroke]] = []
        self._stroke: Stroke | None = None
        self._pen: tuple[float, float] | None = None
        self._is_down = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(SIDE, SIDE)
        self.setProperty("focusRing", look.theme.radius("control"))
        self.setAccessibleName("Drawing pad")
        self.setAccessibleDescription("Draw with the mouse, or move with the arrows and press Space to draw")
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def set_side(self, side: int) -> None:
        """Be a square of so many px."""
        self.setFixedSize(side, side)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return not any(not stroke.erases for stroke in self.strokes)

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back, or a drawing that was cleared."""
        return bool(self.strokes or self._undone)

    def set_pen_width(self, width: float) -> None:
        """Use another pen for the next strokes; a share of the pad's side."""
        self.pen_width = width
        self.update()

    def clear(self) -> None:
        """Take everything away; Ctrl+Z brings it back."""
        if self.strokes:
            self._undone.append(self.strokes)
            self.strokes = []
            self._lift()
            self._say()

    def undo(self) -> None:
        """Take the last stroke back, or bring back what was cleared."""
        self._lift()
        if self.strokes:
            self.strokes.pop()
        elif self._undone:
            self.strokes = self._undone.pop()
        self._say()

    def network_input(self, shape: tuple[int, ...], value_range: tuple[float, float], framed: bool) -> np.ndarray:
        """Return the drawing as raw input, float32 (1, height, width, channels); see `app.strokes.network_input`."""
        return network_input(self.strokes, shape, value_range, framed)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._begin(self._place(event.position()), event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pen = self._place(event.position())
        if self._stroke is not None and event.buttons():
            self._stroke.points.append(self._pen)
            self.changed.emit()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._stroke = None
        self._say()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pen = None
        self.update()

    def event(self, event: QEvent) -> bool:
        # The window's Undo and Space would take the keys before the pad sees them.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = event.matches(QKeySequence.StandardKey.Undo) or event.key() == Qt.Key.Key_Space
            if ours or event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)
        }  # fmt: skip
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in steps:
            far = FAST_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY_STEP
            self._move(*(far * step for step in steps[Qt.Key(event.key())]))
        elif event.key() == Qt.Key.Key_Space:
            self._toggle_pen()
        elif event.key() == Qt.Key.Key_Escape and self._is_down:
            self._lift()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.any_color(_ground(self._look)))
        painter.save()
        painter.scale(self.width(), self.height())
        paint_strokes(painter, self.strokes, theme.color("ink"), theme.any_color(_ground(self._look)))
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        if not self.strokes:
            painter.setPen(theme.color("ink3"))
            painter.setFont(theme.font("body"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw here")
        self._paint_pen(painter)

    def _paint_pen(self, painter: QPainter) -> None:
        if self._pen is None:
            return
        painter.setPen(QPen(self._look.theme.color("ink" if self._is_down else "ink3"), 1))
        radius = self.pen_width * self.width() / 2
        painter.drawEllipse(QPointF(self._pen[0] * self.width(), self._pen[1] * self.height()), radius, radius)

    def _place(self, position: QPointF) -> tuple[float, float]:
        return (
            min(max(position.x() / self.width(), 0.0), 1.0),
            min(max(position.y() / self.height(), 0.0), 1.0),
        )

    def _begin(self, place: tuple[float, float], erases: bool) -> None:
        self._lift()
        self._stroke = Stroke(self.pen_width, erases, [place])
        self.strokes.append(self._stroke)
        self._pen = place
        self._say()

    def _move(self, dx: float, dy: float) -> None:
        x, y = self._pen or (0.5, 0.5)
        self._pen = (min(max(x + dx, 0.0), 1.0), min(max(y + dy, 0.0), 1.0))
        if self._is_down and self._stroke is not None:
            self._stroke.points.append(self._pen)
            self.changed.emit()
        self.update()

    def _toggle_pen(self) -> None:
        if self._is_down:
            self._lift()
        else:
            self._begin(self._pen or (0.5, 0.5), False)
            self._is_down = True
        self._say()

    def _lift(self) -> None:
        self._stroke, self._is_down = None, False

    def _say(self) -> None:
        self.changed.emit()
        self.update()


def _ground(look: Look) -> str:
    return "card" if look.theme.name == "dark" else "field"
