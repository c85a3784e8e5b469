"""Every picture of numbers has a name, a sentence and a table; Ctrl+Shift+D opens the table of the one in focus."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QCursor, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QTableView, QWidget

from app.panels.data_table import DataTable, is_tabular, subject_in
from app.panels.inspector.tiles import TileGrid
from app.plots.bar_chart import BarChart
from app.plots.confusion_matrix import ConfusionMatrix
from app.plots.heat_map import HeatMap
from app.plots.line_chart import LineChart
from app.theme import Look
from engine.examples import load_example
from tests.app.program_double import running_program

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def heat(qtbot, look):
    plot = HeatMap(look)
    plot.setAccessibleName("Kernel")
    plot.set_values(np.array([[0.5, -1.25], [1e-9, 12345.0]]), -2, 2)
    qtbot.addWidget(plot)
    return plot


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path) as program:
        yield program


def texts(table):
    model = table.model
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def test_the_table_says_name_sentence_and_every_number(qtbot, look, heat):
    table = DataTable(heat, look)
    qtbot.addWidget(table)
    assert table.windowTitle() == "Kernel: data table"
    assert table.sentence.text() == heat.accessibleDescription() != ""
    assert [row[1:] for row in texts(table)] == [["0.5", "−1.25"], ["1e−9", "12,345"]]
    assert table.size_label.text() == "2 rows, 3 columns"


def test_the_table_is_a_table_for_screen_readers(qtbot, look, heat):
    table = DataTable(heat, look)
    qtbot.addWidget(table)
    read = QAccessible.queryAccessibleInterface(table.view)
    assert read.role() == QAccessible.Role.Table
    assert read.text(QAccessible.Text.Name) == "Kernel"
    assert read.childCount() >= 2 * 3


def test_refresh_reads_again_and_copy_takes_full_precision(qtbot, look, heat):
    table = DataTable(heat, look)
    qtbot.addWidget(table)
    heat.set_values(np.array([[1 / 3]]), -2, 2)
    assert table.model.rowCount() == 2
    qtbot.keyClick(table, Qt.Key.Key_F5)
    assert table.model.rowCount() == 1
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert str(1 / 3) in QGuiApplication.clipboard().text()


def test_nothing_drawn_is_said(qtbot, look):
    chart = LineChart(look)
    qtbot.addWidget(chart)
    table = DataTable(chart, look)
    qtbot.addWidget(table)
    assert table.model.rowCount() == 0
    assert "Nothing is drawn there yet" in table.size_label.text()


def test_the_one_in_focus_is_meant_else_the_one_under_the_mouse_else_the_first_in_sight(qtbot, look, monkeypatch):
    mouse = QPoint(-1, -1)  # over no window, wherever an earlier test has left it
    monkeypatch.setattr(QCursor, "pos", lambda: mouse)
    view = QWidget()
    qtbot.addWidget(view)
    row = QHBoxLayout(view)
    first, second = ConfusionMatrix(look), BarChart(look)
    for plot in (first, second):
        row.addWidget(plot)
    view.resize(600, 300)
    view.show()
    qtbot.waitExposed(view)
    second.setFocus()
    qtbot.waitUntil(second.hasFocus)
    assert subject_in(view) is second
    second.clearFocus()
    assert subject_in(view) is first
    assert subject_in(QWidget()) is None
    mouse = second.mapToGlobal(second.rect().center())
    assert subject_in(view) is second


@pytest.mark.parametrize("kind", [HeatMap, LineChart, BarChart, ConfusionMatrix])
def test_plots_are_in_reach_of_the_keyboard(qtbot, look, kind):
    plot = kind(look)
    qtbot.addWidget(plot)
    assert plot.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert is_tabular(plot)


def test_tiles_are_a_table_of_their_ranges(qtbot, look):
    tiles = TileGrid(look, "filter")
    qtbot.addWidget(tiles)
    tiles.set_tiles(np.array([[[0.0, 1.0]], [[-1.0, -3.0]]]), 3.0, 8)
    assert tiles.table() == (
        ["filter", "smallest", "mean", "greatest"],
        [["filter 0", 0.0, 0.5, 1.0], ["filter 1", -3.0, -2.0, -1.0]],
    )


def test_the_canvas_is_a_table_of_its_layers(program, qtbot):
    program.studio.document.open_project(load_example("digits"))
    window = program.window
    window.show()
    build = window.show_view("build")
    build.view.setFocus()
    assert "7 layers, 5,050 parameters" in build.view.accessibleDescription()
    window.commands.trigger("data_table")
    table = window.findChild(DataTable)
    rows = texts(table)
    assert [row[0] for row in rows] == [node.name for node in program.studio.document.project.graph.in_order()]
    assert rows[1] == ["conv2d_1", "conv2d", "16 filters, 3×3, same", "input_1", "8×8×16", "160", ""]
    assert window.findChild(QTableView) is table.view
    table.close()


def test_without_a_chart_that_is_said(program):
    window = program.window
    window.show()
    window.show_view("home")
    window.commands.trigger("data_table")
    assert "no table" in window.overlays.toast.text


@pytest.mark.parametrize("view", ["build", "data", "train_view", "use"])
def test_every_picture_of_a_workspace_has_a_name(program, view):
    program.studio.document.open_project(load_example("digits"))
    program.window.show()
    workspace = program.window.show_view(view)
    pictures = [widget for widget in workspace.findChildren(QWidget) if is_tabular(widget)]
    assert pictures
    assert [type(picture).__name__ for picture in pictures if not picture.accessibleName()] == []
