"""StageCanvas: the camera over the network of one step: zoom and pan as in Build, a click picks a layer."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.canvas.camera import CameraView
from app.canvas.geometry import DETAIL_FULL
from app.canvas.gestures import Pan
from app.explain.step.scene import StageScene
from app.plots.plot import Table
from app.text import shape
from app.theme import Look

DRAG_THRESHOLD = 4
EDGE, COVERED = 12, 40  # px between overlays and border, and what they cover at the top and at the bottom
READABLE = 0.75  # zoom at which a network is first shown that is too large to be read whole
LARGEST = 1.5
COLUMNS = ("layer", "reached", "shows", "shape", "largest magnitude")


class StageCanvas(CameraView):
    """Moves the camera over the network.

    Attributes:
        picked: name of a layer that was clicked.
        stepped: −1 or 1: the arrow keys.
        held_by_hand: the user chose zoom and place; the camera then only follows what would be out of sight.
    """

    picked = Signal(str)
    stepped = Signal(int)

    def __init__(self, canvas: StageScene, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(canvas, look, parent)
        self.stage = canvas
        self.held_by_hand = False
        self._press: QPoint | None = None
        self._pan: Pan | None = None
        self.insets = (0, COVERED, 0, COVERED)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network at this stage")

    def table(self) -> Table:
        """One row per layer: what it holds at this stage."""
        rows = []
        for name in self.canvas.nodes:
            held, reached = self.stage.held.get(name), name in self.stage.reached
            told = [held.words, shape(held.shape), held.limit] if held is not None else ["nothing yet", "", None]
            rows.append([name, "yes" if reached else "no", *told])
        return list(COLUMNS), rows

    def frame(self) -> None:
        """Show the network whole; where it could not be read then, the layers of this stage."""
        self.held_by_hand = False
        self.largest_fit = LARGEST
        self.fit(animated=False)
        if self.zoom < DETAIL_FULL:
            now = self.stage.current_box()
            self.fly_to((now if not now.isEmpty() else self.canvas.bounds()).center(), READABLE, animated=False)

    def follow(self) -> None:
        """Bring the layers of this stage into sight."""
        box = self.stage.current_box()
        if not box.isEmpty():
            self.ensure_seen(box.adjusted(-EDGE, -EDGE, EDGE, EDGE))

    def do(self, action: str) -> None:
        """Zoom or fit, by the id of the command in Build."""
        if action == "fit":
            self.frame()
            return
        self.held_by_hand = True
        if action == "zoom_100":
            self.zoom_100()
        else:
            self.zoom_by(1.25 if action == "zoom_in" else 0.8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the canvas."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._press = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it; over a node the hand says that it can be clicked."""
        at = event.position().toPoint()
        if self._press is not None and self._pan is None and (at - self._press).manhattanLength() >= DRAG_THRESHOLD:
            self._pan = Pan(self)
            self._pan.start(self._press)
            self.held_by_hand = True
        if self._pan is not None:
            self._pan.move(at)
        elif self._press is None:
            under = self.canvas.node_at(self.mapToScene(at)) is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if under else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a click on a node picks it."""
        press, pan, self._press, self._pan = self._press, self._pan, None, None
        item = self.canvas.node_at(self.mapToScene(event.position().toPoint()))
        if press is not None and pan is None and item is not None:
            self.picked.emit(item.name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As in Build."""
        self.held_by_hand = True
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go through the stages; F, plus and minus as in Build."""
        key = Qt.Key(event.key())
        keys = {
            Qt.Key.Key_F: "fit",
            Qt.Key.Key_Plus: "zoom_in",
            Qt.Key.Key_Equal: "zoom_in",
            Qt.Key.Key_Minus: "zoom_out",
        }
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in keys:
            self.do(keys[key])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Frame the network anew, unless the user has put the camera somewhere."""
        super().resizeEvent(event)
        if not self.held_by_hand:
            self.frame()
