"""Board: a drawn area with handles that mouse and keyboard move."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.lab.ink import Ink, Kept
from app.plots.plot import Plot
from app.theme import Look

REACH = 16.0  # px round a handle where the mouse takes it
NUDGE, LARGE = 4.0, 20.0  # px an arrow key moves a handle, and with Shift, unless a board says otherwise


@dataclass(frozen=True)
class Handle:
    """Something that can be dragged.

    Args:
        says: what it is and where it stands, for tooltip and screen reader.
    """

    id: str
    place: QPointF
    says: str


class Board(Plot):
    """Subclasses draw in `paint`, where they also place the handles that exist now.

    With the keyboard: Enter goes to the next handle, arrows move it (Shift: further).

    Attributes:
        nudge, large: px an arrow key moves a handle, and with Shift; a cell where handles move by cells.
        dragged: id of a handle, and the place it was moved to.
        pressed: a place without a handle was pressed.
        grabbed: whether the mouse holds a handle.
    """

    dragged = Signal(str, QPointF)
    pressed = Signal(QPointF)
    grabbed = Signal(bool)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.handles: dict[str, Handle] = {}
        self.nudge, self.large = NUDGE, LARGE
        self.current = ""
        self._held = ""
        self._kept = Kept()
        self._movable = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(name)

    def paint(self, ink: Ink) -> None:
        """Draw everything, and `place` the handles."""

    def place(self, ink: Ink, id: str, place: QPointF, says: str, token: str = "ink") -> None:
        """Draw a handle and let it be dragged."""
        self.handles[id] = Handle(id, place, says)
        ink.handle(place, token, is_current=self.hasFocus() and id == self.current)

    def set_movable(self, movable: bool) -> None:
        """Whether handles can be moved now."""
        self._movable, self._held = movable, ""

    @property
    def is_movable(self) -> bool:
        """Whether handles can be moved now."""
        return self._movable

    def handle_at(self, place: QPointF) -> str:
        """The nearest handle in reach; empty for none."""
        best, found = REACH, ""
        for handle in self.handles.values():
            way = (handle.place - place).manhattanLength()
            if way < best:
                best, found = way, handle.id
        return found

    def tip_at(self, place: QPoint) -> str:
        """Say what the handle under the mouse is."""
        found = self.handle_at(QPointF(place))
        return self.handles[found].says if found else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and what is on it."""
        painter = QPainter(self)
        self._kept.ratio = self.devicePixelRatio()
        ink = Ink(painter, self.look.theme, self._kept)
        painter.fillRect(self.rect(), self.look.theme.color("canvas"))
        self.handles.clear()
        try:
            self.paint(ink)
        finally:
            painter.end()  # a traceback may keep this frame, and a live painter would break the next one

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, or press a place."""
        if event.button() != Qt.MouseButton.LeftButton or not self._movable:
            return
        self._held = self.handle_at(event.position())
        if self._held:
            self.current = self._held
            self.grabbed.emit(True)
            self.update()
        else:
            self.pressed.emit(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self._held and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self._held, event.position())
            return
        over = self._movable and bool(self.handle_at(event.position()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        if self._held:
            self._held = ""
            self.grabbed.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a handle with Enter and move it with arrows."""
        ways = {
            Qt.Key.Key_Left: QPointF(-1, 0),
            Qt.Key.Key_Right: QPointF(1, 0),
            Qt.Key.Key_Up: QPointF(0, -1),
            Qt.Key.Key_Down: QPointF(0, 1),
        }
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.handles:
            self._next()
        elif event.key() in ways and self.current in self.handles and self._movable:
            large = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            way = ways[Qt.Key(event.key())] * (self.large if large else self.nudge)
            self.dragged.emit(self.current, self.handles[self.current].place + way)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which handle the arrows move."""
        super().focusInEvent(event)
        if self.current not in self.handles and self.handles:
            self.current = next(iter(self.handles))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show none."""
        super().focusOutEvent(event)
        self.update()

    def _next(self) -> None:
        order = list(self.handles)
        at = order.index(self.current) + 1 if self.current in order else 0
        self.current = order[at % len(order)]
        self.setAccessibleDescription(self.handles[self.current].says)
        self.update()
