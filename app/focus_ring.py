"""The focus ring: 2 px of ink at a distance of 2 px around the control that has the keyboard."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from app.theme import Look

GAP = 2
WIDTH = 2
FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show, QEvent.Type.ParentChange)


class FocusRing(QObject):
    """Draws a ring around focused buttons, and around any widget with the property "focusRing" (its radius).

    It shows when the keyboard moved the focus, not when a click did. Fields draw their own border instead.
    """

    def __init__(self, app: QApplication, look: "Look") -> None:
        super().__init__(look)
        self._look = look
        self._target: QWidget | None = None
        self._frame: _Frame | None = None
        app.focusChanged.connect(self._focus)
        look.changed.connect(self._repaint)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the ring around its widget."""
        if event.type() in FOLLOWED and watched is self._target:
            self._place()
        return False

    def _focus(self, old: QWidget | None, new: QWidget | None) -> None:
        self._release()
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        radius = _radius(new) if new is not None and not clicked else None
        parent = new.parentWidget() if new is not None else None
        if new is None or radius is None or parent is None:
            return
        self._target = new
        new.installEventFilter(self)
        new.destroyed.connect(self._forget)
        self._frame = _Frame(self._look, radius, parent)
        self._place()

    def _release(self) -> None:
        if self._target is not None and isValid(self._target):  # Qt moves the focus while it deletes a widget
            self._target.removeEventFilter(self)
            self._target.destroyed.disconnect(self._forget)
        self._target = None
        if self._frame is not None and isValid(self._frame):
            self._frame.hide()
            self._frame.deleteLater()
        self._frame = None

    def _forget(self) -> None:
        self._target = None
        self._frame = None

    def _place(self) -> None:
        if self._target is None or self._frame is None:
            return
        grown = GAP + WIDTH
        self._frame.setGeometry(self._target.geometry().adjusted(-grown, -grown, grown, grown))
        self._frame.setVisible(self._target.isVisible())
        self._frame.raise_()

    def _repaint(self) -> None:
        if self._frame is not None:
            self._frame.update()


class _Frame(QWidget):
    def __init__(self, look: "Look", radius: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._radius = look, radius
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("focusRing")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.color("ink"), WIDTH))
        half = WIDTH / 2
        radius = self._radius + GAP + half
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)


def _radius(widget: QWidget) -> int | None:
    radius = widget.property("focusRing")
    if radius is not None:
        return int(radius)
    return 6 if isinstance(widget, QAbstractButton) else None
