"""StageScene: the layer editor's own picture of the network, each node showing what its layer holds at a stage."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QPolygonF
from PySide6.QtWidgets import QGraphicsPolygonItem

from app.canvas.edge import EdgeItem
from app.canvas.face import Face, State
from app.canvas.scene import GraphScene
from app.explain.step.held import Held
from app.text import number, shape, tooltip
from app.theme import Look
from engine.graph import Edge, Graph
from engine.groups import paths
from engine.layout import node_size
from engine.shapes import Inference

DIM = 0.35  # of edges that carry nothing at this stage
ROOMY = 100  # px from which a node has room for the name of what it shows, beside its scale
ARROW, BEFORE_PORT = 9.0, 6.0  # px


class StageScene(GraphScene):
    """Nodes and edges as they are drawn in Build; nothing here can be edited."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(look, parent)
        self._plain: dict[str, Face] = {}
        self._arrows: list[QGraphicsPolygonItem] = []
        self.held: Mapping[str, Held] = {}
        self.reached: frozenset[str] = frozenset()
        self._kind = ""

    def synchronize(self, graph: Graph, inference: Inference) -> None:
        """Show a graph with all its groups open, none of its layers reached."""
        self.open_groups = frozenset(paths(graph))
        super().synchronize(graph, inference)
        self._plain = {name: item.face for name, item in self.nodes.items()}
        self.show_stage({}, frozenset(), frozenset(), "")

    def show_stage(self, held: Mapping[str, Held], reached: frozenset[str], current: frozenset[str], kind: str) -> None:
        """Show what the layers hold; outline those the stage is about, and let stand back what is not reached.

        Args:
            kind: "batch", "forward", "loss", "backward", "slots" or "update"; data flow along the edges in two of them.
        """
        before, self.held, self.reached, self._kind = self.held, held, reached, kind
        for name, item in self.nodes.items():
            item.set_face(self._face(name))
            item.setToolTip(tooltip(self._told(name)))
            if held.get(name) is not before.get(name):
                item.set_activation(_seen(held[name].values) if name in held else None)
        self.set_selection(current)
        for edge, wire in self.edges.items():
            wire.setOpacity(1.0 if self._flows(edge) else DIM)
            wire.set_emphasis(near_selection=self._is_now(edge))
        self._point()

    def current_box(self) -> QRectF:
        """The nodes that the stage is about; empty where there are none."""
        box = QRectF()
        for name in self.selection:
            box = box.united(self.nodes[name].scene_box())
        return box

    def _face(self, name: str) -> Face:
        plain, held = self._plain[name], self.held.get(name)
        state: State = "error" if plain.state == "error" else "ok" if name in self.reached else "stale"
        if held is None:
            return replace(plain, settings="", state=state)
        line = held.scale if node_size(plain.kind)[0] < ROOMY else f"{held.what} {held.scale}"
        return replace(plain, settings=line, shape=shape(held.shape), state=state)

    def _told(self, name: str) -> str:
        held = self.held.get(name)
        if held is None:
            return f"{name}: not reached yet"
        return f"{name}: {held.words}, {shape(held.shape)}, largest magnitude {number(held.limit)}"

    def _flows(self, edge: Edge) -> bool:
        """Whether this stage, or one before it in the same part of the step, sent something along an edge."""
        if self._kind in ("forward", "loss"):
            return edge.target in self.reached
        return self._kind == "backward" and edge.source in self.reached

    def _is_now(self, edge: Edge) -> bool:
        """Whether the stage itself does: its layer reads it, or is sent its error through it."""
        if self._kind == "forward":
            return edge.target in self.selection
        return self._kind == "backward" and edge.source in self.selection

    def _point(self) -> None:
        """An arrow where what flows arrives: at the layer's input on the way forward, at its output on the way back."""
        for arrow in self._arrows:
            self.removeItem(arrow)
        now = [wire for edge, wire in self.edges.items() if self._is_now(edge)]
        self._arrows = [self._arrow(wire) for wire in now if not wire.path.isEmpty()]

    def _arrow(self, wire: EdgeItem) -> QGraphicsPolygonItem:
        path = wire.path
        tip_at = BEFORE_PORT / max(1.0, path.length())
        far_at = (BEFORE_PORT + ARROW) / max(1.0, path.length())
        if self._kind == "forward":
            tip_at, far_at = 1 - tip_at, 1 - far_at
        tip, far = path.pointAtPercent(tip_at), path.pointAtPercent(far_at)
        across = QPointF(far.y() - tip.y(), tip.x() - far.x()) * 0.55
        arrow = QGraphicsPolygonItem(QPolygonF([tip, far + across, far - across]))
        arrow.setBrush(self._look.theme.color("ink"))
        arrow.setPen(self._look.theme.color("canvas"))
        arrow.setZValue(0.9)
        self.addItem(arrow)
        return arrow

    def _restyle(self) -> None:
        super()._restyle()
        self._point()


def _seen(values: np.ndarray) -> np.ndarray:
    """As a node can draw it: the kernel of a convolution as maps side by side."""
    return values.reshape(*values.shape[:2], -1) if values.ndim > 3 else values
