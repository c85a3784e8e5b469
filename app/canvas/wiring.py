"""The gestures that join things: drawing a wire from a port, and dropping a layer from the palette."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF

from app.canvas import edits
from app.canvas.choices import Choice
from app.canvas.edge import EdgeItem
from app.canvas.geometry import snap
from app.canvas.node import NodeItem
from engine.graph import Edge
from engine.layers import LAYERS
from engine.layout import node_size

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


class Connect:
    """Draw a wire from a port.

    From an output, or from an input that is wired already (then that wire is picked up), the loose end looks for a
    node to feed. From a free input it looks for a node that feeds it. At a closed group the wire ends at the group's
    first input, or begins at its last output.

    Args:
        view: the canvas.
        item: the node the wire was pulled from.
        port: "in", "top" or "out".
    """

    def __init__(self, view: "CanvasView", item: NodeItem, port: str) -> None:
        self._view = view
        self._picked = self._wire_into(item.name) if port != "out" else None
        self._backwards = port != "out" and self._picked is None
        self._item = view.canvas.shown[self._picked.source] if self._picked else item.name
        self._fixed = self._picked.source if self._picked else self._end(item.name, feeds=not self._backwards)
        anchor = view.canvas.nodes[self._item].ports()
        self._anchor = anchor["out" if not self._backwards else port]
        self._reasons = {name: self._reason(name) for name in view.canvas.nodes}

    def start(self, at: QPoint) -> None:
        """Fill the ports that may take the wire."""
        for name, item in self._view.canvas.nodes.items():
            mark = "invalid" if self._reasons[name] else "valid"
            ports = ("out",) if self._backwards else ("in", "top")
            item.set_port_marks({port: mark for port in ports} if name != self._item else {})
        if self._picked:
            self._view.canvas.edges[self._picked].setOpacity(0.25)

    def move(self, at: QPoint) -> None:
        """The loose end follows the mouse; a node that cannot take it says why."""
        place = self._view.mapToScene(at)
        self._view.show_wire(self._anchor, place)
        name = self._under(place)
        reason = self._reasons.get(name, "") if name != self._item else ""
        self._view.say_at(at, reason)

    def end(self, at: QPoint) -> None:
        """Join, or offer a list of layers that fit."""
        self._restore()
        place = self._view.mapToScene(at)
        name = self._under(place)
        if name == self._item or (self._picked and name == self._view.canvas.shown[self._picked.target]):
            return
        if name and self._backwards:
            self._view.editor.connect_nodes(self._end(name, feeds=True), self._fixed)
        elif name:
            self._view.editor.connect_nodes(self._fixed, self._end(name, feeds=False), self._picked)
        elif self._picked:
            self._view.editor.disconnect_edge(self._picked)
        elif not self._backwards and (place - self._anchor).manhattanLength() > 24:
            self._view.open_quick_add(at, source=self._fixed, place=place)

    def cancel(self) -> None:
        """Nothing was joined."""
        self._restore()

    def _restore(self) -> None:
        self._view.show_wire(None, None)
        self._view.say_at(QPoint(), "")
        for item in self._view.canvas.nodes.values():
            item.set_port_marks({})
        if self._picked and self._picked in self._view.canvas.edges:
            self._view.canvas.edges[self._picked].setOpacity(1.0)

    def _under(self, place: QPointF) -> str:
        port = self._view.canvas.port_at(place)
        item = port[0] if port else self._view.canvas.node_at(place)
        return item.name if item else ""

    def _reason(self, name: str) -> str:
        graph = self._view.canvas.graph
        if self._picked:
            graph = graph.without_edge(self._picked.source, self._picked.target)
        end = self._end(name, feeds=self._backwards)
        pair = (end, self._fixed) if self._backwards else (self._fixed, end)
        return edits.reason_against(graph, *pair)

    def _end(self, item: str, *, feeds: bool) -> str:
        """The layer at which a wire to a card ends: of a closed group its last output, or its first input."""
        canvas = self._view.canvas
        return edits.end_of(canvas.graph, canvas.members_of(item), feeds=feeds)

    def _wire_into(self, item: str) -> Edge | None:
        """The last wire in sight that comes into a card."""
        canvas = self._view.canvas
        into = [edge for edge in canvas.edges if canvas.shown[edge.target] == item]
        order = [edge for edge in canvas.graph.edges if edge in into]
        return order[-1] if order else None


class PlaceChip:
    """Drop a layer from the palette: on a wire it goes in between, elsewhere it is added.

    Args:
        view: the canvas.
        choice: what is dragged.
    """

    def __init__(self, view: "CanvasView", choice: Choice) -> None:
        self._view = view
        self._choice = choice
        self._fits_in_edges = LAYERS[choice.kind].max_inputs > 0 and choice.kind != "output"
        self._edge: EdgeItem | None = None

    def start(self, at: QPoint) -> None:
        """The chip left the palette."""
        self.move(at)

    def move(self, at: QPoint) -> None:
        """Show where the layer would stand, and the wire it would go into."""
        if not self._view.viewport().rect().contains(at):
            self.cancel()
            return
        place = self._view.mapToScene(at)
        width, height = node_size(self._choice.kind)
        box = QRectF(snap(place.x() - width / 2), snap(place.y() - height / 2), width, height)
        self._view.show_band(box)
        self._mark(self._view.canvas.edge_at(place) if self._fits_in_edges else None)

    def end(self, at: QPoint) -> None:
        """Add or insert; outside the canvas nothing happens."""
        inside = self._view.viewport().rect().contains(at)
        if inside:
            self.move(at)
        edge = self._edge
        self.cancel()
        if not inside:
            return
        place = self._view.mapToScene(at)
        if edge is not None:
            self._view.editor.insert(self._choice, Edge(edge.source, edge.target), place)
        else:
            self._view.editor.add(self._choice, place)
        self._view.setFocus()

    def cancel(self) -> None:
        """Take the marks away."""
        self._view.show_band(None)
        self._mark(None)

    def _mark(self, edge: EdgeItem | None) -> None:
        if edge is not self._edge:
            if self._edge is not None:
                self._edge.set_emphasis(highlighted=False)
            if edge is not None:
                edge.set_emphasis(highlighted=True)
            self._edge = edge
