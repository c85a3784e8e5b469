"""Build: what the network computes, and whether it is valid. Palette, canvas, code and inspector put together."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.actions import Actions
from app.canvas.boundary_card import BoundaryCard
from app.canvas.choices import CHOICES, Choice
from app.canvas.editor import Editor
from app.canvas.face import probe_of
from app.canvas.gestures import Gesture
from app.canvas.grouping import Grouping
from app.canvas.menu import canvas_menu
from app.canvas.minimap import Minimap
from app.canvas.overlays import CanvasTools, Totals
from app.canvas.palette import LayerPalette
from app.canvas.rail import PaletteRail
from app.canvas.scene import GraphScene
from app.canvas.view import CanvasView
from app.formula.opened import open_formula
from app.panels.code_drawer import CodeDrawer
from app.panels.inspector import Inspector
from app.panels.moment_chip import MomentChip
from app.panels.probe_bar import ProbeBar
from app.studio import Studio
from app.theme import Look
from app.widgets.empty_state import EmptyState
from engine.block_code import block_lines
from engine.keras_code import code_lines
from engine.layers.spec import Formula

ROOMY = 2000  # px of the window from which the drawer stands beside the inspector and thumbnails are larger
LARGE = 1.5  # zoom at which a network is first shown in a roomy window
NARROW = 1300  # px of the window up to which the palette is a rail and the drawer starts closed
HEAD = 48  # px at the top that probe bar and tools cover
EDGE = 12  # px between overlays and the canvas's border


class BuildWorkspace(QWidget):
    """The layer editor.

    Attributes:
        see_wanted: name of a layer that See should take apart.
    """

    see_wanted = Signal(str)

    def __init__(self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._document, self._look, self._actions = studio, studio.document, look, actions
        self.canvas = GraphScene(look, self)
        self.editor = Editor(self._document, self.canvas, self)
        self.grouping = Grouping(self.editor, self.canvas)
        self.view = CanvasView(self.canvas, self.editor, look)
        self.stage = Stage(self.view)
        self.palette_panel, self.rail = LayerPalette(look), PaletteRail(look, self)
        self.inspector = Inspector(studio, self.editor, self.grouping, look)
        self.drawer = CodeDrawer(look)
        self.probe_bar, self.tools = ProbeBar(look, self.stage), CanvasTools(look, self.stage)
        self.totals, self.minimap = Totals(look, self.stage), Minimap(self.view, look, self.stage)
        self.boundary = BoundaryCard(look, self.stage)
        self.chip = MomentChip(studio, look, actions, parent=self.stage)
        sentence = "Data enter a network through an input layer; everything else follows it."
        self.empty = EmptyState("Add an input", sentence, "Add an input", look, self.stage)
        self._chip_gesture: Gesture | None = None
        self._wants_drawer: bool | None = None
        self._wants_inspector = True
        self._is_framed = False
        self._code_timer = QTimer(self, singleShot=True, interval=40)
        self._code_timer.timeout.connect(self._show_code)
        self._lay_out()
        self.setMinimumSize(1, 1)  # the panels become narrower only once the window has
        self._connect()
        self._bind()
        self.synchronize()
        self._show_data()

    def synchronize(self) -> None:
        """Bring everything in step with the document."""
        project, inference = self._document.project, self._document.inference
        self.canvas.synchronize(project.graph, inference)
        self.view.describe()
        self.totals.show_params(inference.num_params)
        self.empty.setVisible(not project.graph.nodes)
        for overlay in (self.totals, self.minimap):
            overlay.setVisible(bool(project.graph.nodes))
        if self.view.chosen_edge is not None and self.view.chosen_edge not in self.canvas.edges:
            self.view.choose_edge(None)
        self._code_timer.start()
        self._place_overlays()

    def frame_network(self) -> None:
        """Show the network from its top left corner where it fits at 150 % (large windows) or 100 %, else whole."""
        drawn = self.canvas.drawn_bounds()
        for zoom in (self.view.largest_fit, 1.0):
            left, top = min(0.0, drawn.left() - 8), min(0.0, drawn.top() - HEAD / zoom)
            width, height = self.view.viewport().width() / zoom, self.view.viewport().height() / zoom
            if drawn.right() + 8 - left <= width and drawn.bottom() + 8 - top <= height:
                self.view.fly_to(QPointF(left + width / 2, top + height / 2), zoom, animated=False)
                return
        self.view.fit(animated=False)

    def focus_main(self) -> None:
        """Put the keyboard on the canvas."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Frame the network the first time, and catch up with the engine."""
        super().showEvent(event)
        self._arrange()
        if not self._is_framed:
            self._is_framed = True
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self, self.frame_network)
        self._show_watched()
        self._watch_weights()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for no weights while nobody looks."""
        super().hideEvent(event)
        self._studio.watch_weights([])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what does not fit."""
        super().resizeEvent(event)
        self._arrange()

    # putting together

    def _lay_out(self) -> None:
        self._centre = QVBoxLayout()
        self._centre.setSpacing(0)
        self._centre.addWidget(self.stage, 1)
        self._centre.addWidget(self.drawer)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.palette_panel)
        row.addWidget(self.rail)
        row.addLayout(self._centre, 1)
        row.addWidget(self.inspector)
        self.rail.flyout.raise_()

    def _connect(self) -> None:
        document, studio, view = self._document, self._studio, self.view
        document.checked.connect(self.synchronize)
        document.selection_changed.connect(self._show_selection)
        document.opened.connect(self._on_opened)
        document.undo_stack.indexChanged.connect(self._show_undo)
        studio.data_changed.connect(self._show_data)
        studio.probe_changed.connect(self._show_data)
        studio.watched.connect(self._show_watched)
        studio.moment_changed.connect(lambda _: self._place_chip())
        self.editor.noted.connect(studio.noted)
        self.canvas.folded.connect(self._show_folding)
        view.camera_moved.connect(lambda: self.tools.show_zoom(view.zoom))
        self.stage.resized.connect(self._place_overlays)
        view.menu_requested.connect(self._open_menu)
        view.opened.connect(self._open_in_see)
        for source in (self.palette_panel, self.rail):
            source.picked.connect(self._pick)
            source.dragged.connect(self._drag_chip)
            source.dropped.connect(self._drop_chip)
            source.drag_cancelled.connect(self._cancel_chip)
        self.rail.search_requested.connect(view.open_quick_add)
        self.tools.asked.connect(self._actions.trigger)
        self.inspector.asked.connect(self._actions.trigger)
        self.inspector.menu_requested.connect(self._open_node_menu)
        self.inspector.node_picked.connect(self._go_to)
        self.inspector.left.connect(self.focus_main)
        self.drawer.picked.connect(self._go_to)
        self.drawer.fold_requested.connect(self.toggle_drawer)
        self.drawer.style_changed.connect(self._show_code)
        self.drawer.copied.connect(lambda: studio.noted.emit("The Keras code is on the clipboard", "ok"))
        self.probe_bar.stepped.connect(self._step_probe)
        self.totals.opened.connect(self._open_total)
        self.empty.pressed.connect(self._add_input)

    def _bind(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "add_layer": self.view.open_quick_add,
            "rename": self._rename,
            "delete": self._delete,
            "duplicate": self.editor.duplicate,
            "copy": self.editor.copy,
            "paste": self._paste,
            "select_all": self.editor.select_all,
            "align_rows": lambda: self.editor.align("row"),
            "align_columns": lambda: self.editor.align("column"),
            "auto_layout": self._auto_layout,
            "group": self.grouping.group,
            "ungroup": self.grouping.dissolve,
            "toggle_group": self.grouping.toggle,
            "open_groups": self.grouping.open_all,
            "close_groups": self.grouping.close_all,
            "stages": lambda: self._actions.trigger("see_step"),
            "fit": self.view.fit,
            "zoom_in": lambda: self.view.zoom_by(1.25),
            "zoom_out": lambda: self.view.zoom_by(0.8),
            "zoom_100": self.view.zoom_100,
            "code_drawer": self.toggle_drawer,
            "right_panel": self.toggle_right_panel,
        }
        for id, slot in slots.items():
            self._actions.bind(id, slot)
        self._show_undo()

    def _arrange(self) -> None:
        """What is in sight at this width."""
        narrow, roomy = self.width() <= NARROW, self.width() >= ROOMY
        theme = self._look.theme
        self._place_drawer(roomy)
        self.palette_panel.set_wide(roomy)
        self.palette_panel.setVisible(not narrow)
        self.rail.setVisible(narrow)
        self.minimap.set_small(narrow)
        self.inspector.setFixedWidth(280 if narrow else 360 if roomy else theme.size("inspectorW"))
        self.inspector.setVisible(self._wants_inspector)
        wants_drawer = not narrow if self._wants_drawer is None else self._wants_drawer
        if self.drawer.isHidden() == wants_drawer:
            self.drawer.setVisible(wants_drawer)
            self._show_code()
        self._place_overlays()

    def _place_drawer(self, beside: bool) -> None:
        """Below the canvas, or between canvas and inspector."""
        if beside == (self._row.indexOf(self.drawer) >= 0):
            return
        (self._centre if beside else self._row).removeWidget(self.drawer)
        if beside:
            self._row.insertWidget(self._row.indexOf(self.inspector), self.drawer)
        else:
            self._centre.addWidget(self.drawer)
        self.drawer.set_beside(beside)
        self.view.largest_fit = LARGE if beside else 1.0

    def _place_overlays(self) -> None:
        area = self.stage.rect()
        self.probe_bar.adjustSize()
        self.tools.adjustSize()
        self.totals.adjustSize()
        self.probe_bar.move(EDGE, 8)
        self._place_chip()
        self.tools.move(area.width() - self.tools.width() - EDGE, 8)
        self.totals.move(8, area.height() - self.totals.height() - 12)
        self.minimap.move(area.width() - self.minimap.width() - EDGE, area.height() - self.minimap.height() - EDGE)
        above = self.minimap.y() if self.minimap.isVisibleTo(self.stage) else area.height() - EDGE
        self.boundary.move(area.width() - self.boundary.width() - EDGE, above - self.boundary.height() - 8)
        self.empty.resize(320, self.empty.heightForWidth(320) if self.empty.hasHeightForWidth() else 128)
        self.empty.move((area.width() - self.empty.width()) // 2, (area.height() - self.empty.height()) // 2)
        self.view.insets = (0, HEAD - 8, 0, 0)

    def _place_chip(self) -> None:
        """Right of the sample."""
        self.chip.adjustSize()
        self.chip.move(EDGE + self.probe_bar.width() + 8, 8 + (self.probe_bar.height() - self.chip.height()) // 2)

    # folding

    def toggle_drawer(self) -> None:
        """Show or hide the Keras code."""
        self._wants_drawer = self.drawer.isHidden()
        self._arrange()

    def toggle_right_panel(self) -> None:
        """Show or hide the inspector."""
        self._wants_inspector = self.inspector.isHidden()
        self._arrange()

    # what the document and the engine say

    def _on_opened(self) -> None:
        self.view.quick_add.close_list()
        self.canvas.set_open(())
        self.canvas.show_activations(None)
        if self.isVisible():
            self.frame_network()
        else:
            self._is_framed = False

    def _show_selection(self) -> None:
        selection = self._document.selection
        self.canvas.set_selection(selection)
        self.drawer.mark(selection)
        self._watch_weights()

    def _show_folding(self) -> None:
        """Bring a group that was opened into view, and say in the inspector what can be done with it now."""
        self.inspector.synchronize()
        chosen = self.grouping.chosen
        if chosen in self.canvas.frames:
            self.view.ensure_seen(self.canvas.frames[chosen].scene_box())

    def _watch_weights(self) -> None:
        selection = self._document.selection
        single = list(selection) if len(selection) == 1 and self.isVisible() else []
        self._studio.watch_weights(single)

    def _show_undo(self) -> None:
        stack = self._document.undo_stack
        self.tools.set_can_undo(stack.canUndo(), stack.undoText())

    def _show_code(self) -> None:
        if self.drawer.isHidden():
            return
        project, inference = self._document.project, self._document.inference
        write = block_lines if self.drawer.code_style == "functions" else code_lines
        has_groups = any(node.path for node in project.graph.nodes)
        self.drawer.show_lines(write(project, inference), len(inference.problems), has_groups=has_groups)
        self.drawer.mark(self._document.selection)

    def _show_data(self) -> None:
        data = self._studio.data
        probe = probe_of(data, self._studio.probe)
        self.canvas.set_probe(probe)
        self.boundary.show_data(data, self._studio.probe)
        self._show_watched()

    def _show_watched(self) -> None:
        watched = self._studio.watched_now
        heads = self._document.project.heads
        output = watched.activations.get(heads[0].node) if watched is not None and heads else None
        self.probe_bar.show_probe(probe_of(self._studio.data, self._studio.probe), output)
        self.probe_bar.adjustSize()
        self._place_chip()
        if self.isVisible():
            self.canvas.show_activations(watched)
            self.boundary.show_watched(watched)

    def _step_probe(self, step: int) -> None:
        data = self._studio.data
        if data is not None and len(data.x):
            self._studio.set_probe((self._studio.probe + step) % len(data.x))

    # commands

    def _pick(self, choice: Choice) -> None:
        self.editor.add(choice)

    def _add_input(self) -> None:
        self._pick(next(choice for choice in CHOICES if choice.kind == "input"))
        self.view.setFocus()

    def _rename(self) -> None:
        if len(self._document.selection) == 1 or self.grouping.chosen:
            self._wants_inspector = True
            self._arrange()
            self.inspector.focus_name()

    def _delete(self) -> None:
        if self.view.chosen_edge is not None:
            self.editor.disconnect_edge(self.view.chosen_edge)
        else:
            self.editor.delete()

    def _paste(self) -> None:
        self.editor.paste()

    def _auto_layout(self) -> None:
        self.editor.arrange(self.view.viewport().width())
        self.frame_network()

    def _go_to(self, name: str) -> None:
        if name in self.canvas.graph:
            self.canvas.reveal(name)
            self._document.select([name])
            self.view.ensure_seen(self.canvas.nodes[name].scene_box())

    def _open_in_see(self, name: str) -> None:
        self._document.select([name])
        self.see_wanted.emit(name)

    def _open_menu(self, at: QPoint) -> None:
        self._run_menu(canvas_menu(self.view, self._actions, at), self.view.viewport().mapToGlobal(at))

    def _open_node_menu(self, button: QWidget) -> None:
        menu = QMenu(self)
        menu.addActions([self._actions.qaction(id) for id in ("rename", "duplicate", "copy", "delete")])
        self._run_menu(menu, button.mapToGlobal(QPoint(0, button.height())))

    def _run_menu(self, menu: QMenu, place: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _open_total(self) -> None:
        layers = self._document.inference.layers
        counts = {name: info.num_params for name, info in layers.items() if info.num_params}
        total = sum(counts.values())
        numeric = " + ".join(f"{value:,}" for value in counts.values()) or "0"
        note = ", ".join(f"{name} {value:,}" for name, value in list(counts.items())[:40])
        formula = Formula("Parameters", f"{total:,}", "sum over all layers", f"{numeric} = {total:,}", (), note)
        open_formula(formula, (self._document.project.title, "Parameters"), self.totals.count, self._look)

    # chips

    def _drag_chip(self, choice: Choice, place: QPoint) -> None:
        at = self.view.viewport().mapFromGlobal(place)
        if self._chip_gesture is None:
            self._chip_gesture = self.view.start_chip(choice)
            self._chip_gesture.start(at)
        else:
            self._chip_gesture.move(at)

    def _drop_chip(self, choice: Choice, place: QPoint) -> None:
        gesture, self._chip_gesture = self._chip_gesture, None
        if gesture is not None:
            gesture.end(self.view.viewport().mapFromGlobal(place))

    def _cancel_chip(self) -> None:
        gesture, self._chip_gesture = self._chip_gesture, None
        if gesture is not None:
            gesture.cancel()


class Stage(QWidget):
    """Holds the view and everything that floats over it.

    Args:
        view: fills it.
    """

    resized = Signal()

    def __init__(self, view: CanvasView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        view.setParent(self)
        view.set_stage(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The view takes it all."""
        self._view.setGeometry(self.rect())
        self.resized.emit()
