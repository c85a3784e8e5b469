"""GraphScene: items kept in step with the graph. The items are never the truth; the document is."""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtWidgets import QGraphicsScene

from app.canvas import geometry
from app.canvas.edge import EdgeItem
from app.canvas.edge_layer import EdgeLayer
from app.canvas.face import Face, Probe, faces
from app.canvas.frame import FrameItem
from app.canvas.group_face import group_face
from app.canvas.node import NodeItem
from app.canvas.unfolding import Unfolded, unfolded
from app.theme import Look
from engine.graph import Edge, Graph
from engine.groups import contracted, enclosing, is_group, key_of, members, path_of, paths, shown_items, whole_group
from engine.messages import Watched
from engine.shapes import Inference

FAR = 60_000.0
FRAME_MS = 33
SETTLING = 3  # trials until what moves stands where it was put
PORTION, BREATH = 2, 6  # nodes drawn in one turn of the event loop, and ms until the next of them


class GraphScene(QGraphicsScene):
    """The nodes and edges of one graph, and what the probe sample does in them.

    Attributes:
        nodes: every card in sight, by its item: a layer's name, or a closed group.
        frames: every open group in sight, by path.
        open_groups: paths of the groups that are open; a matter of the view, so undo knows nothing of it.
        folded: groups were opened or closed.
    """

    folded = Signal()

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.graph = Graph()
        self.inference = Inference()
        self.nodes: dict[str, NodeItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self._edges = EdgeLayer(self, look)
        self.selection: frozenset[str] = frozenset()
        self.open_groups: frozenset[str] = frozenset()
        self.shown: dict[str, str] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._unfolded = Unfolded()
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

    @property
    def edges(self) -> dict[Edge, EdgeItem]:
        """The wires in sight."""
        return self._edges.items

    def synchronize(self, graph: Graph, inference: Inference) -> None:
        """Bring the items in step with a graph; what did not change is left alone."""
        self.graph, self.inference = graph, inference
        self.shown = shown_items(graph, self.open_groups)
        wanted, framed = self._wanted_faces()
        self._synchronize_nodes(wanted)
        self._unfold()
        self._synchronize_frames(framed)
        self._edges.synchronize(graph, inference, self.shown)
        self.place({})
        self.set_selection(self.selection & {node.name for node in graph.nodes})

    def place(self, moved: Mapping[str, QPointF]) -> None:
        """Put cards where they belong, but those in `moved` elsewhere for now, and lead the edges round them.

        What an open group or the card of an error needs of the room of others is for the eye only.
        """
        for name, item in self.nodes.items():
            item.setPos(moved.get(name, _within(self._unfolded.places[name])))
        for path, frame in self.frames.items():
            box = self._unfolded.frames[path]
            inside = [name for name in moved if self.members_of(name) <= self.members_of(key_of(path))]
            whole = bool(inside) and self.members_of(key_of(path)) <= frozenset().union(*map(self.members_of, inside))
            step = moved[inside[0]] - self._unfolded.places[inside[0]] if whole else QPointF()
            frame.setPos(box.topLeft() + step)
        self._edges.route(self.nodes)

    def set_open(self, wanted: Iterable[str]) -> None:
        """Say which groups are open; paths that there are not are left out."""
        known = frozenset(wanted) & frozenset(paths(self.graph))
        if known != self.open_groups:
            self.open_groups = known
            self.synchronize(self.graph, self.inference)
            self.folded.emit()

    def toggle(self, path: str) -> None:
        """Open a closed group, or close an open one."""
        self.set_open(self.open_groups ^ {path})

    def reveal(self, name: str) -> None:
        """Open every group round a layer."""
        if name in self.graph:
            self.set_open(self.open_groups | set(enclosing(self.graph.node(name).path)))

    def members_of(self, item: str) -> frozenset[str]:
        """The layers that a card, or the key of an open group, stands for."""
        if item not in self._members:
            self._members[item] = frozenset(members(self.graph, path_of(item)) if is_group(item) else (item,))
        return self._members[item]

    def chosen_group(self, names: frozenset[str]) -> str:
        """Path of the group in sight whose layers are just these; empty where there is none."""
        return whole_group(self.graph, self.open_groups, names)

    def items_of(self, names: Iterable[str]) -> list[str]:
        """The cards that stand for nothing but some of these layers."""
        wanted = frozenset(names)
        return [item for item in self.nodes if self.members_of(item) <= wanted]

    def set_selection(self, names: Iterable[str]) -> None:
        """Show which nodes are selected."""
        self.selection = frozenset(names)
        for name, item in self.nodes.items():
            item.set_state(selected=self.members_of(name) <= self.selection)
        for path, frame in self.frames.items():
            frame.set_state(selected=self.members_of(key_of(path)) <= self.selection)
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
        """What all nodes and open groups cover; empty without nodes."""
        bounds = QRectF()
        for item in self.nodes.values():
            bounds = bounds.united(item.scene_box())
        for frame in self.frames.values():
            bounds = bounds.united(frame.scene_box())
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

    def frame_at(self, place: QPointF) -> FrameItem | None:
        """The open group whose title is under a point, where no card covers it."""
        hit = [frame for frame in self.frames.values() if frame.title_box().contains(place)]
        return hit[-1] if hit and self.node_at(place) is None else None

    def group_at(self, place: QPointF) -> str:
        """Path of the innermost open group round a point; empty where there is none."""
        return next((p for p, frame in reversed(self.frames.items()) if frame.scene_box().contains(place)), "")

    def open_level(self, name: str) -> str:
        """Path of the innermost group round a layer that is open, with all those around it."""
        around = enclosing(self.graph.node(name).path) if name in self.graph else ()
        return ["", *takewhile(lambda path: path in self.open_groups, around)][-1]

    def in_file(self, place: QPointF, level: str) -> QPointF:
        """Where the file has what is seen at a place among the items of a level."""
        near = [node for node in contracted(self.graph, level).nodes if node.name in self._unfolded.places]
        seen = {node.name: self._unfolded.places[node.name] - place for node in near}
        nearest = min(near, key=lambda node: seen[node.name].manhattanLength(), default=None)
        return place if nearest is None else QPointF(nearest.x, nearest.y) - seen[nearest.name]

    def natural_step(self, names: frozenset[str], step: QPointF) -> QPointF:
        """How far layers must move in the file to be seen `step` px from where they are now.

        The two differ where a layer comes to stand beside, or no longer stands beside, an open group.
        """
        held = next((item for item in self.nodes if self.members_of(item) <= names), None)
        if held is None or not (self.frames or self._grown()):
            return step
        wanted, natural = self._unfolded.places[held] + step, QPointF(step)
        for _ in range(SETTLING):
            moved = {n.name: (n.x + natural.x(), n.y + natural.y()) for n in self.graph.nodes if n.name in names}
            found = unfolded(self.graph.with_positions(moved), self.open_groups, self._grown())
            natural += wanted - found.places[held]
        return natural

    def _wanted_faces(self) -> tuple[dict[str, Face], dict[str, Face]]:
        """The faces of the cards in sight, by item, and of the open groups, by path."""
        known = faces(self.graph, self.inference)
        self._members = {}
        items = dict.fromkeys(self.shown.values())
        framed = [path for path in paths(self.graph) if set(enclosing(path)) <= self.open_groups]
        in_sight = {*framed, *(path_of(item) for item in items if is_group(item))}
        groups = {path: group_face(self.graph, self.inference, path, known) for path in in_sight}
        wanted = {item: groups[path_of(item)] if is_group(item) else known[item] for item in items}
        return wanted, {path: groups[path] for path in framed}

    def _synchronize_nodes(self, wanted: Mapping[str, Face]) -> None:
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

    def _synchronize_frames(self, wanted: Mapping[str, Face]) -> None:
        for path in [path for path in self.frames if path not in wanted]:
            self.removeItem(self.frames.pop(path))
        for depth, (path, face) in enumerate(wanted.items()):
            frame = self.frames.get(path)
            if frame is None:
                frame = FrameItem(path, face, self._look)
                self.addItem(frame)
            frame.setZValue(-2 + depth / 1000)
            frame.show_frame(self._unfolded.frames[path], face)
            self.frames[path] = frame
        self.frames = {path: self.frames[path] for path in wanted}

    def _grown(self) -> dict[str, tuple[float, float]]:
        """The cards that an error makes larger."""
        boxes = {name: item.box() for name, item in self.nodes.items() if item.error_box is not None}
        return {name: (box.width(), box.height()) for name, box in boxes.items()}

    def _unfold(self) -> None:
        self._unfolded = unfolded(self.graph, self.open_groups, self._grown())

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
        self._unfold()
        self.place({})
        self.update()


def _within(place: QPointF) -> QPointF:
    return QPointF(_bounded(place.x()), _bounded(place.y()))


def _bounded(value: float) -> float:
    """A place a view can scroll to, whatever a file says."""
    return min(FAR - 1000, max(1000 - FAR, value)) if value == value else 0.0
