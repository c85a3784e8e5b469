"""Minimap: the whole graph in a corner, with the camera's frame in it; drag to move the camera."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.canvas.camera import CameraView
from app.canvas.node import mixed
from app.theme import Look

LARGE, SMALL = QSize(152, 92), QSize(120, 72)
PADDING = 6.0


class Minimap(QWidget):
    """Draws every node as a box in its family's hue.

    Args:
        view: the canvas it shows and steers.
    """

    def __init__(self, view: CameraView, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._look = view, look
        self._drawn: object = None
        self.setFixedSize(LARGE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Map of the canvas")
        view.camera_moved.connect(self.update)
        view.canvas.changed.connect(self._scene_changed)
        look.changed.connect(self.update)

    def set_small(self, small: bool) -> None:
        """The size for small windows."""
        self.setFixedSize(SMALL if small else LARGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, nodes and frame."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1))
        ground = theme.color("panel")
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        scale, offset = self._mapping()
        painter.setPen(QPen(theme.color("line2"), 1))
        for around in self._view.canvas.frames.values():
            painter.drawRoundedRect(_mapped(around.scene_box(), scale, offset), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        for item in self._view.canvas.nodes.values():
            hue = theme.color("err") if item.error_box else mixed(ground, theme.family(item.face.family), 0.75)
            painter.setBrush(hue)
            painter.drawRoundedRect(_mapped(item.scene_box(), scale, offset), 2, 2)
        painter.setPen(QPen(theme.color("ink"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = _mapped(self._view.seen(), scale, offset).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.drawRoundedRect(frame, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The camera goes where one presses."""
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """And follows."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def _go(self, at: QPointF) -> None:
        scale, offset = self._mapping()
        self._view.fly_to((at - offset) / scale, self._view.zoom, animated=False)

    def _scene_changed(self, _regions: object) -> None:
        """Follow the nodes; new activations change nothing here."""
        nodes, frames = self._view.canvas.nodes.values(), self._view.canvas.frames.values()
        shown = [(item.scene_box(), item.face.family, item.error_box is not None) for item in nodes]
        shown += [(frame.scene_box(), "", False) for frame in frames]
        if shown != self._drawn:
            self._drawn = shown
            self.update()

    def _mapping(self) -> tuple[float, QPointF]:
        """Scale and offset that bring all nodes, and the frame where it is near them, into the map."""
        bounds = self._view.canvas.bounds()
        if bounds.isEmpty():
            bounds = self._view.seen()
        bounds = bounds.adjusted(-30, -30, 30, 30)
        room = QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)
        scale = min(room.width() / bounds.width(), room.height() / bounds.height())
        return scale, room.center() - bounds.center() * scale


def _mapped(box: QRectF, scale: float, offset: QPointF) -> QRectF:
    return QRectF(box.topLeft() * scale + offset, box.bottomRight() * scale + offset)
