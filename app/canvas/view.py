"""CanvasView: the canvas as one works on it; decides which gesture a press begins."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QWidget

from app.canvas import keyboard
from app.canvas.camera import CameraView
from app.canvas.choices import CHOICES, Choice
from app.canvas.editor import Editor
from app.canvas.edits import reason_against
from app.canvas.face import COLUMNS, Face, faces
from app.canvas.gestures import DragNodes, Gesture, Pan, RubberBand
from app.canvas.node import NodeItem
from app.canvas.quick_add import Entry, QuickAdd
from app.canvas.scene import GraphScene
from app.canvas.wiring import Connect, PlaceChip
from app.plots.plot import Table
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.graph import Edge
from engine.groups import is_group, key_of, path_of

DRAG_THRESHOLD = 4
Modifier = Qt.KeyboardModifier


class CanvasView(CameraView):
    """Shows the scene; turns mouse and keys into gestures and edits.

    Attributes:
        rename_requested: name of a node to rename.
        opened: name of a node that was double-clicked.
        menu_requested: a place in the viewport, for the context menu.
    """

    rename_requested = Signal(str)
    opened = Signal(str)
    menu_requested = Signal(object)

    def __init__(self, canvas: GraphScene, editor: Editor, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(canvas, look, parent)
        self.editor = editor
        self._gesture: Gesture | None = None
        self._press: tuple[QPoint, Gesture] | None = None
        self._hovered: NodeItem | None = None
        self._band: QRectF | None = None
        self._wire: tuple[QPointF, QPointF] | None = None
        self.chosen_edge: Edge | None = None
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)  # files belong to the window; a scene takes every drag and then refuses it
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName("Canvas")
        self.describe()
        self.quick_add = QuickAdd(look, self)
        self.quick_add.closed.connect(self.setFocus)
        self.quick_add.chosen.connect(lambda action: action())
        editor.added.connect(self._show_added)
        self._reason = PlainLabel("", "caption", look, "err", self)
        self._reason.setMargin(4)
        self._reason.setAutoFillBackground(True)
        self._reason.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._reason.hide()
        look.changed.connect(self.viewport().update)

    def table(self) -> Table:
        """Return one row per layer, in the order of the data flow."""
        known = faces(self.canvas.graph, self.canvas.inference)
        ordered = [known[node.name] for node in self.canvas.graph.in_order()]
        return list(COLUMNS), [face.row(self.canvas.graph.sources(face.name)) for face in ordered]

    def describe(self) -> None:
        """Say in one sentence what is drawn."""
        num_layers, problems = len(self.canvas.graph.nodes), len(self.canvas.inference.problems)
        size = f"{num_layers} layer{'' if num_layers == 1 else 's'}, {self.canvas.inference.num_params:,} parameters"
        trouble = f", {problems} problem{'' if problems == 1 else 's'}" if problems else ""
        keys = "Tab and arrows go along the layers, slash adds one, Ctrl+Shift+D lists them."
        self.setAccessibleDescription(f"A network of {size}{trouble}. {keys}")

    def set_stage(self, stage: QWidget) -> None:
        """Let what floats over the canvas lie on the widget the view fills; children of a view inherit its style."""
        self.quick_add.set_host(stage)
        self._reason.setParent(stage)
        self._reason.hide()

    # what gestures show

    def show_band(self, band: QRectF | None) -> None:
        """Show a dashed rectangle of the scene, or none."""
        self._band = band
        self.viewport().update()

    def show_wire(self, start: QPointF | None, end: QPointF | None) -> None:
        """Show a loose wire, or none."""
        self._wire = (start, end) if start is not None and end is not None else None
        self.viewport().update()

    def say_at(self, at: QPoint, text: str) -> None:
        """Show a reason beside the mouse, or none."""
        self._reason.setText(text)
        self._reason.adjustSize()
        self._reason.move(at + QPoint(14, 12))
        self._reason.setVisible(bool(text))

    def choose_edge(self, edge: Edge | None) -> None:
        """Select a wire, so that Del takes it away; None selects none."""
        for key in {self.chosen_edge, edge} - {None}:
            if key in self.canvas.edges:
                self.canvas.edges[key].set_emphasis(highlighted=key == edge)
        self.chosen_edge = edge

    def open_quick_add(self, at: QPoint | None = None, source: str = "", place: QPointF | None = None) -> None:
        """Open the list of layers.

        Args:
            at: where in the viewport; its middle where none is given.
            source: only layers that accept this node's output, which then feeds the new one.
            place: where the new node goes.
        """
        choices = self.editor.fitting(source) if source else CHOICES
        heading = f"After {source}" if source else "Add a layer"

        def entry(choice: Choice) -> Entry:
            def add() -> None:
                self.editor.add(choice, place, source)

            return Entry(choice.name, choice.keras.split()[0], choice.kind, choice.family, choice.kind, add)

        at = at if at is not None else self.viewport().rect().center() - QPoint(124, 140)
        self.quick_add.open(at, [entry(choice) for choice in choices], heading)

    def open_targets(self, source: str) -> None:
        """Open the list of nodes that `source` can feed."""
        graph = self.editor.graph

        def entry(face: Face) -> Entry:
            return Entry(
                face.name, face.shape, face.kind, face.family, "", lambda: self.editor.connect_nodes(source, face.name)
            )

        known = faces(graph, self.canvas.inference).values()
        entries = [entry(face) for face in known if not reason_against(graph, source, face.name)]
        at = self.mapFromScene(self.canvas.nodes[self.canvas.shown[source]].scene_box().topRight())
        self.quick_add.open(at, entries, f"Feed {source} into")

    def start_chip(self, choice: Choice) -> Gesture:
        """A layer is being dragged in from the palette; the palette drives the gesture."""
        return PlaceChip(self, choice)

    def _show_added(self, names: list[str]) -> None:
        """Bring what is new into view, the first of it for sure."""
        for name in reversed(names):
            self.ensure_seen(self.canvas.nodes[self.canvas.shown[name]].scene_box())

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Find out what is under the mouse and begin the gesture that belongs to it."""
        if self._gesture is not None:
            return
        self.quick_add.close_list()
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._begin(Pan(self), at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_left(at, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            self._press_right(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or light up what is under the mouse."""
        at = event.position().toPoint()
        if self._press is not None and (at - self._press[0]).manhattanLength() >= DRAG_THRESHOLD:
            start, gesture = self._press
            self._begin(gesture, start)
        if self._gesture is not None:
            self._gesture.move(at)
        elif self._press is None:
            self._hover(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        gesture, press, self._gesture, self._press = self._gesture, self._press, None, None
        if gesture is not None:
            gesture.end(event.position().toPoint())
        elif press is not None and isinstance(press[1], DragNodes):
            self.editor.document.select(press[1].held)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a layer: open it in See. On a group: open or close it. On empty canvas: add a layer there."""
        at = event.position().toPoint()
        place = self.mapToScene(at)
        item, frame = self.canvas.node_at(place), self.canvas.frame_at(place)
        if item is not None and is_group(item.name):
            self.canvas.toggle(path_of(item.name))
        elif item is not None:
            self.opened.emit(item.name)
        elif frame is not None:
            self.canvas.toggle(frame.path)
        elif self.canvas.edge_at(place) is None:
            self.open_quick_add(at, place=place)

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the mouse any more."""
        self._hover(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu key opens the menu at the selected node."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            selected = self.canvas.items_of(self.editor.document.selection)
            place = self.canvas.nodes[selected[0]].scene_box().center() if selected else self.seen().center()
            self.menu_requested.emit(self.mapFromScene(place))

    def _press_left(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        place = self.mapToScene(at)
        port, item, edge = self.canvas.port_at(place), self.canvas.node_at(place), self.canvas.edge_at(place)
        frame = self.canvas.frame_at(place)
        self.choose_edge(None)
        if port is not None:
            self._press = (at, Connect(self, *port))
        elif item is not None:
            self._press_node(item, at, modifiers)
        elif frame is not None and frame.close_box().contains(place):
            self.canvas.toggle(frame.path)
        elif frame is not None:
            self._press_members(self.canvas.members_of(key_of(frame.path)), frame.pos(), at, modifiers)
        elif edge is not None:
            self.editor.document.select([])
            self.choose_edge(Edge(edge.source, edge.target))
        elif modifiers & Modifier.ControlModifier:
            self._begin(Pan(self), at)
        else:
            keep = bool(modifiers & Modifier.ShiftModifier)
            kept = self.editor.document.selection if keep else frozenset()
            self.editor.document.select(kept)
            self._press = (at, RubberBand(self, kept))

    def _press_node(self, item: NodeItem, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        if item.error_box is not None:
            fix = item.error_box.fix_at(self.mapToScene(at) - item.pos())
            if fix is not None:
                self.editor.apply_fix(item.error_box.problem.node, fix)
                return
        self._press_members(self.canvas.members_of(item.name), item.pos(), at, modifiers)

    def _press_members(
        self, names: frozenset[str], origin: QPointF, at: QPoint, modifiers: Qt.KeyboardModifier
    ) -> None:
        """Select what a card or a frame stands for, and be ready to drag it."""
        document = self.editor.document
        if modifiers & (Modifier.ControlModifier | Modifier.ShiftModifier):
            document.select(document.selection - names if names <= document.selection else document.selection | names)
            return
        if not names <= document.selection:
            document.select(names)
        self._press = (at, DragNodes(self, document.selection, names, origin))

    def _press_right(self, at: QPoint) -> None:
        place = self.mapToScene(at)
        item, frame, edge = self.canvas.node_at(place), self.canvas.frame_at(place), self.canvas.edge_at(place)
        key = item.name if item is not None else key_of(frame.path) if frame is not None else ""
        if key and not self.canvas.members_of(key) <= self.editor.document.selection:
            self.editor.document.select(self.canvas.members_of(key))
        elif not key:
            self.choose_edge(Edge(edge.source, edge.target) if edge is not None else None)
        self.menu_requested.emit(at)

    def _begin(self, gesture: Gesture, at: QPoint) -> None:
        self._press, self._gesture = None, gesture
        gesture.start(at)

    def _hover(self, at: QPoint | None) -> None:
        place = self.mapToScene(at) if at is not None else None
        port = self.canvas.port_at(place) if place is not None else None
        item = port[0] if port else self.canvas.node_at(place) if place is not None else None
        if item is not self._hovered:
            if self._hovered is not None and self._hovered.scene() is not None:
                self._hovered.set_state(hovered=False)
                self._hovered.hover_fix(None)
            self._hovered = item
            if item is not None:
                item.set_state(hovered=True)
        self._hover_frame(place)
        on_fix = item.hover_fix(place) if item is not None and place is not None else False
        shape = Qt.CursorShape.CrossCursor if port else Qt.CursorShape.PointingHandCursor if on_fix else None
        self.viewport().setCursor(shape if shape is not None else Qt.CursorShape.ArrowCursor)

    def _hover_frame(self, place: QPointF | None) -> None:
        under = self.canvas.frame_at(place) if place is not None else None
        for frame in self.canvas.frames.values():
            frame.set_state(hovered=frame is under)

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends the gesture; the rest is in `app.canvas.keyboard`."""
        if event.key() == Qt.Key.Key_Escape and (self._gesture is not None or self._press is not None):
            gesture, self._gesture, self._press = self._gesture, None, None
            if gesture is not None:
                gesture.cancel()
        elif not keyboard.handle(self, event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab goes along the nodes in the order of the data flow, and past the last one out of the canvas."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()), 0)
            if step and not event.modifiers() & Modifier.ControlModifier and keyboard.step_along_flow(self, step):
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the canvas has the keyboard."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop showing it; a gesture without keyboard goes on."""
        super().focusOutEvent(event)
        self.viewport().update()

    # painting

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw what a gesture shows: the loose wire, the rectangle, the outline of a layer to come."""
        theme = self._look.theme
        if self._band is not None:
            fill = theme.color("ink")
            fill.setAlphaF(0.05)
            pen = QPen(theme.color("ink"), 1)
            pen.setCosmetic(True)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(fill)
            painter.drawRoundedRect(self._band, 4, 4)
        if self._wire is not None:
            start, end = self._wire
            path = QPainterPath(start)
            reach = max(24.0, abs(end.x() - start.x()) / 2)
            path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("ink"), 2.5))
            painter.drawPath(path)
            painter.setBrush(theme.color("ink"))
            painter.drawEllipse(end, 5, 5)
