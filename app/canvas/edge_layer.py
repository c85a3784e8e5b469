"""EdgeLayer: the wires of a scene in step with the graph. Wires inside a closed group are not in sight."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from app.canvas import geometry
from app.canvas.edge import EdgeItem
from app.canvas.geometry import BoxIndex
from app.canvas.node import NodeItem
from app.canvas.routing import is_direct, route
from app.theme import Look
from engine.graph import Edge, Graph
from engine.layers.spec import shape_text
from engine.shapes import Inference


class EdgeLayer:
    """The wires.

    Args:
        scene: that holds their items.

    Attributes:
        items: by edge; of several edges between the same two items in sight the first stands for all.
    """

    def __init__(self, scene: QGraphicsScene, look: Look) -> None:
        self._scene, self._look = scene, look
        self._graph, self._inference = Graph(), Inference()
        self._shown: Mapping[str, str] = {}
        self.items: dict[Edge, EdgeItem] = {}

    def synchronize(self, graph: Graph, inference: Inference, shown: Mapping[str, str]) -> None:
        """Bring the wires in step.

        Args:
            shown: by layer, the item that shows it.
        """
        self._graph, self._inference, self._shown = graph, inference, shown
        wanted: dict[tuple[str, str], Edge] = {}
        for edge in graph.edges:
            ends = shown[edge.source], shown[edge.target]
            if ends[0] != ends[1]:
                wanted.setdefault(ends, edge)
        kept = set(wanted.values())
        for edge in [edge for edge in self.items if edge not in kept]:
            self._scene.removeItem(self.items.pop(edge))
        for edge in wanted.values():
            if edge not in self.items:
                self.items[edge] = EdgeItem(edge.source, edge.target, self._look)
                self._scene.addItem(self.items[edge])

    def route(self, nodes: Mapping[str, NodeItem]) -> None:
        """Lead every wire from card to card, past the others.

        Args:
            nodes: by item.
        """
        boxes = {name: item.scene_box() for name, item in nodes.items()}
        index = BoxIndex(boxes)
        rivals: dict[str, list[str]] = {}
        for edge in self.items:
            rivals.setdefault(self._shown[edge.target], []).append(edge.source)
        for edge, item in self.items.items():
            ends = self._shown[edge.source], self._shown[edge.target]
            start, end = boxes[ends[0]], boxes[ends[1]]
            region = QRectF(geometry.out_port(start), geometry.in_port(end)).normalized().adjusted(-2, -2, 2, 2)
            obstacles = index.near(region, ends)
            into_top = len(rivals[ends[1]]) > 1 and "top" in nodes[ends[1]].ports()
            way = route(start, end, obstacles, into_top and not is_direct(start, end, obstacles))
            item.set_route(way)
            shortcut = self._is_shortcut(edge, rivals[ends[1]])
            is_error = nodes[ends[1]].face.state == "error"
            self._describe(edge, item, error=is_error, shows_text=not (shortcut and way.in_gutter), shortcut=shortcut)

    def _describe(self, edge: Edge, item: EdgeItem, *, error: bool, shows_text: bool, shortcut: bool) -> None:
        info = self._inference.layers.get(edge.source)
        text = shape_text(info.shape) if info else ""
        values = info.num_values if info else 0
        item.set_content(text, values, error=error, shortcut=shortcut, shows_text=shows_text and not error)

    def _is_shortcut(self, edge: Edge, rivals: list[str]) -> bool:
        """Whether the edge carries unchanged what the other branch of an Add works on."""
        is_add = self._shown[edge.target] == edge.target and self._graph.node(edge.target).kind == "add"
        if len(rivals) < 2 or not is_add:
            return False
        return any(edge.source in self._graph.ancestors(rival) for rival in rivals if rival != edge.source)
