"""Editor: every edit the canvas offers, as one undo step of the document each."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QMimeData, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QGuiApplication

from app.canvas import edits
from app.canvas.choices import CHOICES, Choice, values_for
from app.canvas.geometry import ERROR_WIDTH, free_place, snap
from app.canvas.scene import GraphScene
from app.canvas.tidy import level_boxes, with_room
from app.document import Document
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.groups import item_at, with_group
from engine.layers import LAYERS
from engine.layout import auto_layout, node_size

PASTE_GAP = 40.0  # px between a copy and what it was copied from


class Editor(QObject):
    """What the gestures, keys and menus of the canvas call.

    Args:
        document: the only door to the graph.
        scene: knows how large the nodes are.

    Attributes:
        noted: a sentence for a toast, and its kind.
        added: names of layers that are new, to be brought into view.
    """

    noted = Signal(str, str)
    added = Signal(object)

    def __init__(self, document: Document, scene: GraphScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._scene = scene

    @property
    def graph(self) -> Graph:
        """The document's graph."""
        return self.document.project.graph

    def apply(self, text: str, graph: Graph, select: Iterable[str] | None = None, merge: str = "") -> bool:
        """Make `graph` the document's; says why not where it is unsound. True where it was taken."""
        try:
            self.document.edit_graph(text, graph, merge)
        except UserError as error:
            self.noted.emit(str(error), "warn")
            return False
        if select is not None:
            self.document.select(select)
        return True

    def selected(self) -> list[str]:
        """The selected nodes in the order of the data flow."""
        order = [node.name for node in self.graph.in_order()]
        return [name for name in order if name in self.document.selection]

    def add(self, choice: Choice, at: QPointF | None = None, source: str = "") -> None:
        """Add a layer.

        Args:
            at: middle of the new node; without it, right of what it follows.
            source: what feeds it; without it and without a place, the selected node.
        """
        if not source and at is None:
            source = self._natural_source(choice)
        node = self._new(choice, at, source)
        graph = edits.added_after(self.graph, node, source)
        if source and at is None:
            graph = with_room(self.graph, graph, node.name)
        self._apply_new(f"Add {choice.name}", graph, [node.name])

    def insert(self, choice: Choice, edge: Edge, at: QPointF) -> None:
        """Put a layer into an edge."""
        if LAYERS[choice.kind].max_inputs == 0 or choice.kind == "output":
            self.noted.emit(f"{choice.name} cannot stand between two layers.", "warn")
            return
        node = with_group(self._new(choice, at, edge.source), "")
        graph = self.graph.with_inserted(node, edge.source, edge.target)
        self._apply_new(f"Insert {choice.name}", with_room(self.graph, graph, node.name), [node.name])

    def connect_nodes(self, source: str, target: str, instead_of: Edge | None = None) -> None:
        """Join two nodes, and take away the edge that was picked up, if one was."""
        if instead_of == Edge(source, target):
            return
        base = self.graph.without_edge(instead_of.source, instead_of.target) if instead_of else self.graph
        reason = edits.reason_against(base, source, target)
        if reason:
            self.noted.emit(reason, "warn")
            return
        self.apply(f"Connect {source} to {target}", edits.connected(base, source, target))

    def disconnect_edge(self, edge: Edge) -> None:
        """Take an edge away."""
        self.apply(f"Disconnect {edge.source} from {edge.target}", self.graph.without_edge(edge.source, edge.target))

    def fitting(self, source: str) -> list[Choice]:
        """The layers that accept what `source` gives out."""
        inference = self.document.inference
        return [c for c in CHOICES if edits.fits_after(c.kind, dict(c.values), source, inference)]

    def delete(self) -> None:
        """Delete the selected nodes; a chain closes behind them."""
        names = self.selected()
        if names:
            graph = with_room(self.graph, edits.deleted(self.graph, names))
            self.apply(f"Delete {_listed(names)}", graph, [])

    def copy(self) -> bool:
        """Put the selected nodes on the clipboard; False where nothing is selected."""
        names = self.selected()
        if not names:
            return False
        data = QMimeData()
        data.setData(edits.MIME, edits.snippet(self.graph, names))
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def cut(self) -> None:
        """Copy, then delete without closing the gap."""
        if self.copy():
            names = self.selected()
            self.apply(f"Cut {_listed(names)}", self.graph.without(names), [])

    def paste(self, at: QPointF | None = None) -> None:
        """Add what is on the clipboard.

        Args:
            at: where its top left corner goes; without it, the free place nearest below the originals.
        """
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not mime.hasFormat(edits.MIME):
            if mime is not None and mime.text().strip():
                self.noted.emit("The clipboard holds text, not layers; nothing was pasted.", "warn")
            return
        try:
            piece = edits.read_snippet(bytes(mime.data(edits.MIME).data()))
        except UserError as error:
            self.noted.emit(str(error), "warn")
            return
        self._add_piece("Paste", piece, at)

    def duplicate(self) -> None:
        """Copy the selected nodes beside themselves; the clipboard keeps what it has."""
        names = self.selected()
        if names:
            piece = edits.read_snippet(edits.snippet(self.graph, names))
            self._add_piece("Duplicate", piece, None)

    def select_all(self) -> None:
        """Select every node."""
        self.document.select(node.name for node in self.graph.nodes)

    def align(self, axis: str) -> None:
        """Put the selected nodes in one "row" or one "column"."""
        names = self.selected()
        if len(names) < 2:
            self.noted.emit("Select two or more layers to align them.", "warn")
            return
        boxes = {item: self._scene.nodes[item].scene_box() for item in self._scene.items_of(names)}
        sizes = {item: (box.left(), box.top(), box.height()) for item, box in boxes.items()}
        graph = self.graph
        for item, step in edits.alignment(sizes, axis).items():
            graph = edits.moved(graph, self._scene.members_of(item), *step)
        self.apply(f"Align {len(sizes)} layers in a {axis}", graph)

    def arrange(self, width: float) -> None:
        """Lay the whole graph out anew in rows at most `width` px wide."""
        self.apply("Auto layout", auto_layout(self.graph, width))

    def move(self, names: Iterable[str], step: QPointF, merge: str = "") -> None:
        """Move layers, px."""
        moving = [name for name in names if name in self.graph]
        self.apply(f"Move {_listed(moving)}", edits.moved(self.graph, moving, step.x(), step.y()), merge=merge)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes; strokes that follow one another are one undo step."""
        names = self.selected()
        if names:
            self.move(names, QPointF(dx, dy), merge="nudge:" + ",".join(names))

    def rename(self, old: str, new: str) -> str:
        """Give a node another name; returns why that cannot be, or nothing."""
        if new == old:
            return ""
        try:
            self.document.edit(f"Rename {old} to {new}", self.document.project.with_renamed(old, new))
        except UserError as error:
            return str(error)
        self.document.select([new])
        return ""

    def apply_fix(self, name: str, index: int) -> None:
        """Repair a node by one of its problem's fixes."""
        problem = self.document.inference.problem(name)
        if problem is not None and index < len(problem.fixes):
            fix = problem.fixes[index]
            new = next((node.name for node in fix.graph.nodes if node.name not in self.graph), "")
            graph = with_room(self.graph, fix.graph, new)
            if fix.task:
                self.document.edit(fix.label, self.document.project.with_graph(graph).with_task(fix.task))
            else:
                self.apply(f"{fix.label} of {name}", graph, [name] if name in graph else None)

    def _natural_source(self, choice: Choice) -> str:
        """What a layer added without a place follows: the selected node, else the last one of the flow."""
        if LAYERS[choice.kind].max_inputs == 0:
            return ""
        selected = self.selected()
        if selected:
            return selected[-1]
        order = [node for node in self.graph.in_order() if node.kind != "output"]
        return order[-1].name if order else ""

    def _new(self, choice: Choice, at: QPointF | None, source: str) -> Node:
        width, height = node_size(choice.kind)
        level = self._scene.group_at(at) if at is not None else self._scene.open_level(source)
        if at is not None:
            corner = self._scene.in_file(at - QPointF(width / 2, height / 2), level)
            place = QPointF(snap(corner.x()), snap(corner.y()))
        else:
            boxes = level_boxes(self.graph, level)
            near = boxes.get(item_at(self.graph.node(source), level)) if source else None
            start = QPointF(near.right() + 48, near.top()) if near is not None else _first_place(boxes)
            place = free_place(QRectF(start.x(), start.y(), width, height), list(boxes.values()))
        values = values_for(choice, self.document.description)
        return edits.new_node(self.graph, choice.kind, values, (place.x(), place.y()), level)

    def _add_piece(self, verb: str, piece: Graph, at: QPointF | None) -> None:
        if not piece.nodes:
            return
        corner = QPointF(min(node.x for node in piece.nodes), min(node.y for node in piece.nodes))
        step = (at if at is not None else self._free_place(piece)) - corner
        try:
            graph, names = edits.pasted(self.graph, piece, snap(step.x()), snap(step.y()))
        except UserError as error:
            self.noted.emit(str(error), "warn")
            return
        self._apply_new(f"{verb} {_listed(list(names))}", graph, names)

    def _free_place(self, piece: Graph) -> QPointF:
        """Where a piece covers nothing: below the originals, or right of there."""
        taken = _united(level_boxes(piece, "").values())
        taken.setWidth(max(taken.width(), ERROR_WIDTH))  # without what fed it, a copy says what it lacks
        taken.translate(0, taken.height() + PASTE_GAP)
        return free_place(taken, list(level_boxes(self.graph, "").values()))

    def _apply_new(self, text: str, graph: Graph, names: Sequence[str]) -> None:
        if self.apply(text, graph, names):
            self.added.emit(list(names))


def _first_place(boxes: Mapping[str, QRectF]) -> QPointF:
    bounds = _united(boxes.values())
    return QPointF(32, 64) if bounds.isEmpty() else QPointF(bounds.left(), bounds.bottom() + 40)


def _united(boxes: Iterable[QRectF]) -> QRectF:
    bounds = QRectF()
    for box in boxes:
        bounds = bounds.united(box)
    return bounds


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} layers"
