"""StageNetwork: the canvas of one step, read-only, with the parts of the step and the zoom over it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.overlays import ZoomTools
from app.explain.step.canvas import EDGE, StageCanvas
from app.explain.step.held import Held
from app.explain.step.scene import StageScene
from app.theme import Look
from app.widgets.segmented import Segmented
from engine.graph import Graph
from engine.shapes import Inference

PARTS = [
    ("batch", "Batch"),
    ("forward", "Forward"),
    ("loss", "Loss"),
    ("backward", "Backward"),
    ("slots", "Optimiser"),
    ("update", "New weights"),
]


class StageNetwork(QWidget):
    """The canvas, with the parts of the step and the zoom over it.

    Attributes:
        picked, stepped: as `StageCanvas`.
        part_picked: "batch", "forward", …
    """

    picked = Signal(str)
    stepped = Signal(int)
    part_picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = StageScene(look, self)
        self.view = StageCanvas(self.scene, look, self)
        self.parts, self.zoom = Segmented(PARTS, look, self), ZoomTools(look, self)
        self.parts.setAccessibleName("Part of the step")
        self._shown: tuple[Graph, Inference] | None = None
        self.view.setMouseTracking(True)
        self.view.viewport().setMouseTracking(True)
        self.setMinimumWidth(280)
        self.view.picked.connect(self.picked)
        self.view.stepped.connect(self.stepped)
        self.view.camera_moved.connect(lambda: self.zoom.show_zoom(self.view.zoom))
        self.zoom.asked.connect(self.view.do)
        self.parts.changed.connect(self.part_picked)

    def set_graph(self, graph: Graph, inference: Inference) -> None:
        """Show another network, or the same at other places."""
        if self._shown is not None and self._shown[0] is graph:
            return
        self._shown = graph, inference
        self.scene.synchronize(graph, inference)
        self.view.frame()

    def set_parts(self, kinds: Sequence[str]) -> None:
        """Offer the parts that the step has; an optimiser may remember nothing."""
        self.parts.set_options([(kind, title) for kind, title in PARTS if kind in kinds])

    def show_stage(self, held: dict[str, Held], reached: frozenset[str], current: frozenset[str], kind: str) -> None:
        """As `StageScene.show_stage`; the camera follows."""
        self.scene.show_stage(held, reached, current, kind)
        self.parts.set_value(kind)
        self.view.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The canvas takes it all."""
        self.view.setGeometry(self.rect())
        self.parts.adjustSize()
        self.parts.resize(min(self.parts.sizeHint().width(), self.width() - 2 * EDGE), self.parts.height())
        self.parts.move(EDGE, 8)
        self.zoom.adjustSize()
        self.zoom.move(self.width() - self.zoom.width() - EDGE, self.height() - self.zoom.height() - EDGE)
