"""The Build workspace as a whole: palette, inspector, code and probe in step with the canvas and the engine."""

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton

from app.actions import Actions
from app.engine_client import EngineClient
from app.studio import Studio
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.open_number import OpenNumber
from app.widgets.popover import Popover
from app.workspaces.build import BuildWorkspace
from engine.datasets.spec import Description
from engine.graph import Edge, Graph
from engine.messages import Watched
from engine.project import Project
from tests.app.canvas.conftest import chain, mouse
from tests.app.canvas.test_scene import data, watched

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints"
)  # the offscreen platform's word on any window with a least size


class Window:
    """The workspace in a window, with an engine that is never started."""

    def __init__(self, qtbot, document, settings, project, size):
        document.open_project(project)
        self.document = document
        self.look = Look("dark")
        self.studio = Studio(document, EngineClient(), settings)
        self.window = QMainWindow()
        self.actions = Actions(self.window)
        self.actions.set_scope("build")
        self.build = BuildWorkspace(self.studio, self.look, self.actions)
        self.window.setCentralWidget(self.build)
        self.window.resize(*size)
        self.window.show()
        qtbot.waitExposed(self.window)
        qtbot.waitUntil(lambda: self.build.inspector.geometry().right() == self.build.width() - 1)

    def load(self, loaded):
        self.studio._loader.data = loaded
        self.studio._on_loaded(loaded)

    def watch(self, seen):
        self.studio._watcher.now = seen
        self.studio.watched.emit(seen)

    @property
    def graph(self):
        return self.document.project.graph


@pytest.fixture
def make(qtbot, document, settings):
    """Make a window; it is destroyed with the test, not by a garbage collection in the middle of a later painting."""
    made = []

    def make(graph=None, size=(1440, 792)):
        graph = chain() if graph is None else graph
        made.append(Window(qtbot, document, settings, Project(title="test").with_graph(graph), size))
        return made[-1]

    yield make
    QGuiApplication.clipboard().clear()
    for one in made:
        shiboken6.delete(one.window)


def chip(build, name):
    return next(chip for chip in build.palette_panel.chips if chip.choice.name == name)


def drag_chip(window, name, target):
    """Drag a chip to a place in the canvas's viewport."""
    source, viewport = chip(window.build, name), window.build.view.viewport()
    end = source.mapFromGlobal(viewport.mapToGlobal(target))
    start = QPoint(20, 14)
    mouse(source, PRESS, start)
    for step in range(1, 5):
        mouse(source, MOVE, start + (end - start) * step / 4)
    yield
    mouse(source, RELEASE, end)
    yield


def test_a_chip_dropped_on_empty_canvas_is_added_there(make):
    window = make()
    at = QPoint(500, 480)
    for _ in drag_chip(window, "Dropout", at):
        pass
    item = window.build.canvas.nodes["dropout_1"]
    assert item.scene_box().contains(window.build.view.mapToScene(at))
    assert window.graph.sources("dropout_1") == ()
    assert window.document.undo_stack.count() == 1
    window.document.undo_stack.undo()
    assert window.graph == chain()


def test_a_chip_dropped_on_a_wire_goes_in_between(make):
    window = make()
    wire = window.build.canvas.edges[Edge("conv2d_1", "max_pool_1")]
    at = window.build.view.mapFromScene(wire.path.pointAtPercent(0.5))
    drag = drag_chip(window, "Dropout", at)
    next(drag)
    assert wire.is_highlighted
    next(drag)
    assert window.graph.sources("dropout_1") == ("conv2d_1",)
    assert window.graph.sources("max_pool_1") == ("dropout_1",)
    assert window.document.undo_stack.count() == 1


def test_esc_ends_the_drag_of_a_chip(make, qtbot):
    window = make()
    drag = drag_chip(window, "Dropout", QPoint(500, 480))
    next(drag)
    qtbot.keyClick(chip(window.build, "Dropout"), Qt.Key.Key_Escape)
    next(drag)
    assert window.graph == chain()


def test_a_chip_dropped_outside_the_canvas_adds_nothing(make):
    window = make()
    for _ in drag_chip(window, "Dropout", QPoint(-60, 300)):
        pass
    assert window.graph == chain()


def test_enter_on_a_chip_adds_after_the_selected_node(make, qtbot):
    window = make()
    window.document.select(["conv2d_1"])
    qtbot.keyClick(chip(window.build, "BatchNorm"), Qt.Key.Key_Return)
    assert window.graph.sources("batch_normalization_1") == ("conv2d_1",)
    assert window.document.selection == {"batch_normalization_1"}


def test_the_search_narrows_the_chips_and_enter_adds_the_first(make, qtbot):
    window = make()
    search = window.build.palette_panel.search
    qtbot.keyClicks(search, "globala")
    shown = [chip.choice.name for chip in window.build.palette_panel.chips if chip.isVisible()]
    assert shown == ["GlobalAvg"]
    window.document.select(["max_pool_1"])
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.graph.sources("global_average_pooling2d_1") == ("max_pool_1",)
    qtbot.keyClicks(search, "zzz")
    assert not any(chip.isVisible() for chip in window.build.palette_panel.chips)


def test_output_and_input_take_their_size_from_the_data(make, qtbot):
    window = make(Graph())
    window.load(data(Description("table", (4,), "class", ("a", "b", "c"))))
    qtbot.keyClick(chip(window.build, "Input"), Qt.Key.Key_Return)
    qtbot.keyClick(chip(window.build, "Softmax"), Qt.Key.Key_Return)
    assert window.graph.node("input_1").values["shape"] == [4]
    assert window.graph.node("output_1").values["units"] == 3
    assert window.graph.sources("output_1") == ("input_1",)
    assert window.document.inference.problems == ()


def test_an_empty_network_offers_an_input(make, qtbot):
    window = make(Graph())
    assert window.build.empty.isVisible()
    qtbot.mouseClick(window.build.empty.button, Qt.MouseButton.LeftButton)
    assert [node.kind for node in window.graph.nodes] == ["input"]
    assert not window.build.empty.isVisible()


@pytest.mark.parametrize(
    "id, check",
    [
        ("select_all", lambda w: len(w.document.selection) == 5),
        ("duplicate", lambda w: "conv2d_2" in w.graph),
        ("delete", lambda w: "conv2d_1" not in w.graph),
        ("add_layer", lambda w: w.build.view.quick_add.isVisible()),
        ("zoom_in", lambda w: w.build.view.zoom == 1.25),
        ("zoom_out", lambda w: w.build.view.zoom == 0.8),
        ("rename", lambda w: w.window.focusWidget() is w.build.inspector.header.name),
        ("right_panel", lambda w: w.build.inspector.isHidden()),
        ("code_drawer", lambda w: w.build.drawer.isHidden()),
    ],
)
def test_commands(make, id, check):
    window = make()
    window.window.activateWindow()
    window.document.select(["conv2d_1"])
    window.actions.trigger(id)
    assert check(window)


def test_copy_paste_and_align_by_command(make):
    window = make()
    window.document.select(["conv2d_1", "flatten_1"])
    window.actions.trigger("copy")
    window.actions.trigger("paste")
    assert "conv2d_2" in window.graph and "flatten_2" in window.graph
    window.actions.trigger("align_columns")
    assert window.graph.node("conv2d_2").x == window.graph.node("flatten_2").x


def test_auto_layout_is_one_step(make):
    window = make(chain().with_positions({"conv2d_1": (900, 900)}))
    window.actions.trigger("auto_layout")
    assert window.graph.node("conv2d_1").y == window.graph.node("input_1").y
    assert window.document.undo_stack.count() == 1


def test_the_form_edits_the_layer_and_a_drag_is_one_step(make):
    window = make()
    window.document.select(["conv2d_1"])
    for value in (7, 8, 9):
        window.build.inspector.parameters.form.changed.emit("filters", value)
    assert window.graph.node("conv2d_1").values["filters"] == 9
    assert window.document.undo_stack.count() == 1
    window.document.undo_stack.undo()
    assert window.graph == chain()
    assert window.build.inspector.parameters.form.values()["filters"] == 6


def test_formulas_follow_the_settings_and_light_the_fields(make, qtbot):
    window = make()
    window.document.select(["conv2d_1"])
    page = window.build.inspector.parameters
    assert [card._formula.title for card in page.cards] == ["Output size", "Parameters"]
    assert page.cards[1]._formula.result == "156"
    window.build.inspector.parameters.form.changed.emit("filters", 10)
    assert page.cards[1]._formula.result == "260"
    with qtbot.waitSignal(page.cards[1].hovered, check_params_cb=lambda name: name == "filters"):
        page.cards[1].entries[-1].hovered.emit("C_{out}")
    page.form.hovered.emit("filters")
    assert page.cards[1].entries[-1]._is_lit


def test_costs_open_to_their_arithmetic(make, qtbot):
    window = make()
    window.document.select(["conv2d_1"])
    costs = window.build.inspector.parameters.costs
    assert [number.text for number in costs.numbers] == ["117,600", "5×5", "18.4"]
    costs.numbers[0].opened.emit()
    popovers = [p for p in window.window.findChildren(Popover) if p.isVisible()]
    assert len(popovers) == 1
    qtbot.keyClick(popovers[0], Qt.Key.Key_Escape)
    assert not popovers[0].isVisible()


def test_the_total_opens(make):
    window = make()
    total = window.build.totals.count
    assert isinstance(total, OpenNumber) and total.text == f"{156 + 11770:,}"
    total.opened.emit()
    assert any(p.isVisible() for p in window.window.findChildren(Popover))


def test_a_problem_in_the_inspector_has_its_fix(make, qtbot):
    window = make(chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"}))
    window.document.select(["conv2d_1"])
    texts = [
        b for b in window.build.inspector.parameters.findChildren(QPushButton) if b.text() == "Set padding to same"
    ]
    qtbot.mouseClick(texts[0], Qt.MouseButton.LeftButton)
    assert window.document.inference.problems == ()


def test_renaming_in_the_header(make, qtbot):
    window = make()
    window.document.select(["conv2d_1"])
    name = window.build.inspector.header.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "first")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert "first" in window.graph and window.document.selection == {"first"}
    name.selectAll()
    qtbot.keyClicks(name, "output")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert "first" in window.graph
    assert "already called" in window.build.inspector.header._reason.text()
    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "first"
    assert window.build.view.hasFocus()


def test_weights_and_activations_are_shown(make, monkeypatch):
    window = make()
    asked = []
    monkeypatch.setattr(window.studio, "watch_weights", asked.append)
    window.load(data())
    window.document.select(["conv2d_1"])
    assert asked[-1] == ["conv2d_1"]
    seen = watched(window.graph)
    kernel = np.random.default_rng(0).normal(size=(5, 5, 1, 6)).astype(np.float32)
    weights = {"conv2d_1/kernel": kernel, "conv2d_1/bias": np.zeros(6, np.float32)}
    window.watch(Watched(step=3, activations=seen.activations, weights=weights, boundary=seen.boundary))
    inspector = window.build.inspector
    assert inspector.parameters.kernels.isVisible()
    inspector.pages.set_value("weights")
    inspector._show_page()
    assert set(inspector.weights._blocks) == {"kernel", "bias"}
    inspector.pages.set_value("activations")
    inspector._show_page()
    assert inspector.activations._block.isVisible()


def test_several_and_none_selected(make):
    window = make()
    window.document.select(["conv2d_1", "output"])
    assert window.build.inspector.several.isVisible()
    assert "2 layers" in window.build.inspector.several._title.text()
    window.document.select([])
    assert window.build.inspector.summary.isVisible()
    window.build.inspector.summary.table.picked.emit("flatten_1")
    assert window.document.selection == {"flatten_1"}


def test_the_summary_lists_problems(make):
    window = make(chain().with_values("conv2d_1", {"kernel_size": [31, 31], "padding": "valid"}))
    labels = [card for card in window.build.inspector.summary.findChildren(QPushButton) if card.text() == "Show it"]
    labels[0].click()
    assert window.document.selection == {"conv2d_1"}


def test_the_code_follows_and_a_line_selects(make, qtbot):
    window = make()
    view = window.build.drawer.view
    qtbot.waitUntil(lambda: bool(view._lines))
    index = next(i for i, line in enumerate(view._lines) if line.node == "max_pool_1")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 4 + index * 17 + 8))
    assert window.document.selection == {"max_pool_1"}
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert window.document.selection == {"flatten_1"}
    window.build.editor.rename("flatten_1", "flat")
    qtbot.waitUntil(lambda: any(line.node == "flat" for line in view._lines))
    window.build.drawer.copy_code()
    assert 'name="flat"' in QGuiApplication.clipboard().text()


def test_the_probe_bar_says_what_the_network_says(make):
    window = make()
    window.load(data())
    window.studio.set_probe(4)
    output = np.zeros(10, np.float32)
    output[3] = 0.974
    seen = watched(window.graph)
    window.watch(
        Watched(step=1, activations={**seen.activations, "output": output}, weights={}, boundary=seen.boundary)
    )
    bar = window.build.probe_bar
    assert bar._split.text() == "validation #4"
    assert bar._label.text() == "4"
    assert bar._said.text() == "3,"
    assert bar.probability.text == "0.974"
    bar.next.click()
    assert window.studio.probe == 5
    for _ in range(6):
        bar.previous.click()
    assert window.studio.probe == 19


def test_the_boundary_is_shown_for_points_only(make):
    window = make()
    window.load(data())
    assert not window.build.boundary.isVisible()
    points = Description("points", (2,), "class", ("a", "b"))
    window.load(data(points, y=np.arange(20) % 2))
    window.watch(Watched(step=9, activations={}, weights={}, boundary=np.ones((8, 8, 2), np.float32) / 2))
    assert window.build.boundary.isVisible()


def test_data_that_load_again_leave_no_stale_probe(make):
    window = make()
    window.load(data())
    window.studio._loader.data = None
    window.studio.data_changed.emit(None)
    assert window.build.probe_bar._split.text() == "no data yet"
    assert not window.build.probe_bar.next.isEnabled()


def test_small_windows_have_a_rail_and_no_drawer(make, qtbot):
    window = make(size=(1280, 612))
    build = window.build
    assert build.rail.isVisible() and not build.palette_panel.isVisible()
    assert build.drawer.isHidden()
    assert build.inspector.width() == 280
    assert build.minimap.width() == 120
    build.rail.open_family("dense")
    assert build.rail.flyout.isVisible()
    names = [chip.choice.name for chip in build.rail.flyout._chips["dense"] if chip.isVisible()]
    assert "Dense" in names
    window.document.select(["flatten_1"])
    dense = next(chip for chip in build.rail.flyout._chips["dense"] if chip.choice.name == "Dense")
    qtbot.keyClick(dense, Qt.Key.Key_Return)
    assert window.graph.sources("dense_1") == ("flatten_1",)


@pytest.mark.parametrize("size", [(1120, 532), (1280, 612), (1440, 792), (2200, 1200)])
def test_overlays_do_not_cover_one_another(make, size):
    window = make(size=size)
    window.load(data())
    window.watch(watched(window.graph))
    build = window.build
    overlays = [build.probe_bar, build.tools, build.totals, build.minimap]
    for index, one in enumerate(overlays):
        assert build.stage.rect().contains(one.geometry())
        assert not any(one.geometry().intersects(other.geometry()) for other in overlays[index + 1 :])


def test_one_step_in_stages_is_opened_from_the_tools(make, qtbot):
    window = make()
    led, shown = [], []
    window.actions.view_wanted.connect(led.append)
    window.actions.bind("see_step", lambda: shown.append("step"))
    button = next(b for b in window.build.tools.findChildren(IconButton) if "One step in stages" in b.toolTip())
    button.click()
    assert led == ["see"] and shown == ["step"]


def test_the_minimap_moves_the_camera(make):
    window = make()
    window.build.view.zoom_by(2.0)
    before = window.build.view.seen().center()
    mouse(window.build.minimap, PRESS, QPoint(10, 46))
    assert window.build.view.seen().center() != before


def test_theme_change_repaints_everything(make):
    window = make()
    window.load(data())
    window.watch(watched(window.graph))
    window.document.select(["conv2d_1"])
    dark = window.window.grab().toImage()
    window.look.set_mode("light")
    light = window.window.grab().toImage()
    for place in (QPoint(10, 700), QPoint(600, 560), QPoint(1430, 780)):
        assert dark.pixelColor(place).lightnessF() < 0.3 < 0.7 < light.pixelColor(place).lightnessF()


def test_another_project_is_framed_anew(make):
    window = make()
    window.build.view.fly_to(QPointF(9000, 9000), 2.0, animated=False)
    window.document.open_project(Project(title="other").with_graph(chain()))
    assert window.build.view.seen().contains(window.build.canvas.bounds())


def test_nothing_is_asked_while_out_of_sight(make, monkeypatch):
    window = make()
    asked = []
    monkeypatch.setattr(window.studio, "watch_weights", asked.append)
    window.document.select(["conv2d_1"])
    window.build.hide()
    assert asked == [["conv2d_1"], []]


def test_a_group_by_command_and_what_the_inspector_says_of_it(make):
    window = make()
    page = window.build.inspector.group
    window.document.select(["conv2d_1", "max_pool_1"])
    window.actions.trigger("group")
    assert page.isVisible() and page.name.text() == "block_1"
    assert [label.text() for label in page._facts] == ["2", "28×28×1", "14×14×6", "156", "117,600"]
    window.actions.trigger("toggle_group")
    assert "block_1" in window.build.canvas.frames
    assert page._buttons["toggle_group"].text() == "Close"
    page.name.setText("stem")
    page.name.editingFinished.emit()
    assert window.graph.node("conv2d_1").path == "stem"
    window.actions.trigger("ungroup")
    assert window.graph.node("conv2d_1").path == ""
    assert window.document.undo_stack.count() == 3


def test_what_is_picked_in_a_list_is_brought_out_of_its_closed_group(make):
    window = make()
    window.document.select(["conv2d_1", "max_pool_1"])
    window.actions.trigger("group")
    window.document.select([])
    window.build.inspector.summary.picked.emit("max_pool_1")
    assert window.document.selection == {"max_pool_1"}
    assert "max_pool_1" in window.build.canvas.nodes


def test_another_project_opens_with_its_groups_closed(make):
    window = make()
    window.document.select(["conv2d_1", "max_pool_1"])
    window.actions.trigger("group")
    window.actions.trigger("open_groups")
    window.document.open_project(window.document.project)
    assert "block_1/" in window.build.canvas.nodes


def test_groups_are_written_as_functions_or_layer_by_layer(make):
    window = make()
    drawer = window.build.drawer
    window.build._show_code()
    assert not drawer.styles.isVisible()
    window.document.select(["conv2d_1", "max_pool_1"])
    window.actions.trigger("group")
    window.build._show_code()
    assert drawer.styles.isVisible()
    texts = [line.text for line in drawer._lines]
    assert "def block_1(inputs):" in texts and "x = block_1(inp)" in texts
    assert drawer.view.mark(frozenset({"max_pool_1"})) is not None
    drawer.styles.set_value("flat")
    drawer.style_changed.emit()
    assert not any("def " in line.text for line in drawer._lines)
