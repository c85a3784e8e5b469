"""What the design asks of a window of 2560×1440, and that a window that shrinks again is as it was."""

import pytest
from PySide6.QtCore import QPoint

from engine.examples import load_example
from tests.app.program_double import running_program

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def program(tmp_path, qtbot):
    with running_program(tmp_path, size=(2560, 1440)) as program:
        program.studio.document.open_project(load_example("digits"))
        program.window.show()
        yield program


def resized(program, qtbot, view, width, height):
    workspace = program.window.show_view(view)
    program.window.resize(width, height)
    qtbot.waitUntil(lambda: workspace.width() == width)
    return workspace


def left(widget, view):
    return widget.mapTo(view, QPoint()).x()


def test_build_has_larger_thumbnails_and_the_code_beside_the_inspector(program, qtbot):
    build = resized(program, qtbot, "build", 2560, 1440)
    qtbot.waitUntil(lambda: build.view.zoom == pytest.approx(1.5))
    assert build.drawer.isVisible() and build.drawer.height() == build.height()
    assert left(build.stage, build) < left(build.drawer, build) < left(build.inspector, build)
    assert 264 <= build.palette_panel.width() <= 288 and 360 <= build.inspector.width() <= 400
    resized(program, qtbot, "build", 1440, 900)
    qtbot.waitUntil(lambda: build.drawer.height() == 168)
    qtbot.waitUntil(lambda: left(build.drawer, build) == left(build.stage, build))
    assert build.view.largest_fit == 1.0
    assert build.palette_panel.width() == 224


def test_data_has_24_columns_of_at_least_56_px(program, qtbot):
    data = resized(program, qtbot, "data", 2560, 1440)
    program.studio.engine.start()
    qtbot.waitUntil(lambda: data.body.currentWidget() is data.browser, timeout=10_000)
    assert data.browser.grid.columns == 24
    assert data.browser.grid._tile >= 56
    assert data.browser.grid.verticalScrollBar().value() == 0
    resized(program, qtbot, "data", 1440, 900)
    qtbot.waitUntil(lambda: data.browser.grid.columns == 14)


def test_train_has_a_tall_loss_and_the_matrix_in_the_row_of_the_charts(program, qtbot):
    train = resized(program, qtbot, "train_view", 2560, 1440)
    assert train._charts_row.indexOf(train.top) >= 0
    assert train.curves.maximumHeight() == 480
    assert train.runs.isVisible() and not train.tabs.isVisible()
    resized(program, qtbot, "train_view", 1440, 900)
    qtbot.waitUntil(lambda: train._right_column.indexOf(train.top) == 0)
    assert train.curves.maximumHeight() > 10_000


def test_the_pad_is_a_whole_number_of_px_for_each_pixel(program, qtbot):
    use = resized(program, qtbot, "use", 2560, 1440)
    for width, height in ((2560, 1440), (1440, 900), (1280, 720)):
        resized(program, qtbot, "use", width, height)
        panel = use.draw
        panel.resize(width - 800, height - 200)
        assert panel.pad.width() == panel.pad.height()
        assert panel.pad.width() % 8 == 0
        assert 280 <= panel.pad.width() <= 768
