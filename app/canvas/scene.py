"""GraphScene: items kept in step with the graph. The items are never the truth; the document is."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtWidgets import QGraphicsScene

from app.canvas import geometry
from app.canvas.edge import EdgeItem
from app.canvas.face import Probe, faces
from app.canvas.geometry import BoxIndex
from app.canvas.node import NodeItem
from app.canvas.routing import is_direct, route
from app.canvas.tidy import aside
from app.theme import Look
from engine.graph import Edge, Graph, Node
from engine.layers.spec import shape_text
from engine.layout import node_size
from engine.messages import Watched
from engine.shapes import Inference

FAR = 60_000.0
FRAME_MS = 33
PORTION, BREATH = 2, 6  # nodes drawn in one turn of the event loop, and ms until the next of them


class GraphScene(QGraphicsScene):
    """The nodes and edges of one graph, and what the probe sample does in them."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.graph = Graph()
        self.inference = Inference()
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[Edge, EdgeItem] = {}
        self.selection: frozenset[str] = frozenset()
        self._aside: dict[str, float] = {}
        self._probe: Probe | None = None
        self._watched: Watched | None = None
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.timeout.connect(self._frame_over)
        self._has_news = False
        self._to_show: list[str] = []
        self.setSceneRect(QRectF(-FAR, -FAR, 2 * FAR, 2 * FAR))
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        look.changed.connect(self._restyle)

    def synchronize(self, graph: Graph, inference: Inference) -> None:
        """Bring the items in step with a graph; what did not change is left alone."""
        self.graph, self.inference = graph, inference
        self._synchronize_nodes(graph, inference)
        self._synchronize_edges(graph)
        self._make_room()
        self.place({})
        self.set_selection(self.selection & set(self.nodes))

    def place(self, moved: Mapping[str, QPointF]) -> None:
        """Put nodes where the graph has them, but those in `moved` elsewhere for now, and lead the edges round them.

        What the card of an error would cover is shown further right as long as the error lasts.
        """
        for node in self.graph.nodes:
            self.nodes[node.name].setPos(moved.get(node.name, _place(node) + QPointF(self._aside.get(node.name, 0), 0)))
        self._route_edges()

    def set_selection(self, names: Iterable[str]) -> None:
        """Show which nodes are selected."""
        self.selection = frozenset(names)
        for name, item in self.nodes.items():
            item.set_state(selected=name in self.selection)
        for edge, wire in self.edges.items():
            near = edge.source in self.selection or edge.target in self.selection
            wire.set_emphasis(near_selection=near)

    def set_probe(self, probe: Probe | None) -> None:
        """Show another sample."""
        self._probe = probe
        for item in self.nodes.values():
            item.set_probe(probe)

    def show_activations(self, watched: Watched | None) -> None:
        """Show what the network does with the probe: the first news at once, then at most 30 times a second.

        The nodes are drawn a few at a time, so that other work has to wait for none but those.
        """
        self._watched, self._has_news = watched, True
        if not self._next_frame.isActive():
            self._frame_over()

    def boxes(self) -> dict[str, QRectF]:
        """Every node's card."""
        return {name: item.scene_box() for name, item in self.nodes.items()}

    def bounds(self) -> QRectF:
        """What all nodes cover; empty without nodes."""
        bounds = QRectF()
        for item in self.nodes.values():
            bounds = bounds.united(item.scene_box())
        return bounds

    def drawn_bounds(self) -> QRectF:
        """What all nodes and edges cover."""
        bounds = self.bounds()
        for item in self.edges.values():
            bounds = bounds.united(item.path.boundingRect().adjusted(-4, -20 if item.is_shortcut else -4, 4, 4))
        return bounds

    def node_at(self, place: QPointF) -> NodeItem | None:
        """The topmost node whose card is under a point."""
        under = self.items(geometry.around(place, 2))
        return next((i for i in under if isinstance(i, NodeItem) and i.scene_box().contains(place)), None)

    def port_at(self, place: QPointF) -> tuple[NodeItem, str] | None:
        """The port under a point, if any; ports have a target of 24 px, less far inside a card."""
        for item in self.items(geometry.around(place, geometry.PORT_TARGET)):
            if isinstance(item, NodeItem):
                for port, centre in item.ports().items():
                    inside = item.scene_box().adjusted(6, 6, -6, -6).contains(place)
                    if not inside and geometry.around(centre, geometry.PORT_TARGET).contains(place):
                        return item, port
        return None

    def edge_at(self, place: QPointF) -> EdgeItem | None:
        """The wire under a point."""
        under = self.items(geometry.around(place, 2))
        return next((i for i in under if isinstance(i, EdgeItem) and i.shape().contains(place)), None)

    def _synchronize_nodes(self, graph: Graph, inference: Inference) -> None:
        wanted = faces(graph, inference)
        for name in [name for name in self.nodes if name not in wanted]:
            self.removeItem(self.nodes.pop(name))
        for name, face in wanted.items():
            item = self.nodes.get(name)
            if item is not None and item.face.kind != face.kind:
                self.removeItem(self.nodes.pop(name))
                item = None
            if item is None:
                item = self.nodes[name] = NodeItem(face, self._look)
                item.setZValue(1)
                item.set_probe(self._probe)
                self.addItem(item)
                self._show_in(item)
            item.set_face(face)

    def _synchronize_edges(self, graph: Graph) -> None:
        wanted = set(graph.edges)
        for edge in [edge for edge in self.edges if edge not in wanted]:
            self.removeItem(self.edges.pop(edge))
        for edge in graph.edges:
            if edge not in self.edges:
                self.edges[edge] = EdgeItem(edge.source, edge.target, self._look)
                self.addItem(self.edges[edge])

    def _route_edges(self) -> None:
        boxes = self.boxes()
        index = BoxIndex(boxes)
        sources: dict[str, list[str]] = {}
        for edge in self.edges:
            sources.setdefault(edge.target, []).append(edge.source)
        for edge, item in self.edges.items():
            start, end = boxes[edge.source], boxes[edge.target]
            region = QRectF(geometry.out_port(start), geometry.in_port(end)).normalized().adjusted(-2, -2, 2, 2)
            obstacles = index.near(region, (edge.source, edge.target))
            rivals = sources[edge.target]
            into_top = len(rivals) > 1 and "top" in self.nodes[edge.target].ports()
            way = route(start, end, obstacles, into_top and not is_direct(start, end, obstacles))
            item.set_route(way)
            shortcut = self._is_shortcut(edge, rivals)
            self._describe_edge(edge, item, shows_text=not (shortcut and way.in_gutter), shortcut=shortcut)

    def _make_room(self) -> None:
        grown = {name: node_size(item.face.kind)[0] for name, item in self.nodes.items() if item.error_box is not None}
        places = {node.name: _place(node) for node in self.graph.nodes} if grown else {}
        boxes = {name: self.nodes[name].box().translated(place) for name, place in places.items()}
        self._aside = aside(boxes, grown)

    def _describe_edge(self, edge: Edge, item: EdgeItem, *, shows_text: bool, shortcut: bool) -> None:
        info = self.inference.layers.get(edge.source)
        error = self.nodes[edge.target].face.state == "error"
        text = shape_text(info.shape) if info else ""
        values = info.num_values if info else 0
        item.set_content(text, values, error=error, shortcut=shortcut, shows_text=shows_text and not error)

    def _is_shortcut(self, edge: Edge, rivals: list[str]) -> bool:
        """Whether the edge carries unchanged what the other branch of an Add works on."""
        if len(rivals) < 2 or self.nodes[edge.target].face.kind != "add":
            return False
        return any(edge.source in self.graph.ancestors(rival) for rival in rivals if rival != edge.source)

    def _frame_over(self) -> None:
        if not self._to_show and self._has_news:
            self._has_news = False
            self._to_show = list(self.nodes)
        if not self._to_show:
            return
        now, self._to_show = self._to_show[:PORTION], self._to_show[PORTION:]
        for name in now:
            if name in self.nodes:
                self._show_in(self.nodes[name])
        self._next_frame.start(BREATH if self._to_show else FRAME_MS)

    def _show_in(self, item: NodeItem) -> None:
        activations = self._watched.activations if self._watched else {}
        item.set_activation(activations.get(item.name))

    def _restyle(self) -> None:
        for item in self.nodes.values():
            item.restyle()
        self.place({})
        self.update()


def _place(node: Node) -> QPointF:
    return QPointF(_bounded(node.x), _bounded(node.y))


def _bounded(value: float) -> float:
    """A place a view can scroll to, whatever a file says."""
    return min(FAR - 1000, max(1000 - FAR, value)) if value == value else 0.0
