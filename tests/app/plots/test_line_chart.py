"""The line chart: curves, labels, markers, crosshair; pyqtgraph only when one is made."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.plots.line_chart import MOST, LineChart

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def chart(qtbot, look):
    made = LineChart(look)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def fill(chart, count=400):
    x = np.arange(count) / 40
    noise = np.random.default_rng(0).random(count)
    chart.set_series("raw", x, np.exp(-x / 3) + 0.3 * noise, "train", "raw")
    chart.set_series("train", x, np.exp(-x / 3) + 0.1, "train", "line", label="train\n0.135")
    chart.set_series("validation", np.arange(1.0, 10), np.full(9, 0.6), "val", "points", label="validation\n0.600")
    chart.flush()


def test_importing_the_module_does_not_import_pyqtgraph():
    code = "import sys, app.plots.line_chart; assert 'pyqtgraph' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_charts_are_drawn_in_both_themes(look, pictures, colors_of):
    chart = LineChart(look)
    chart.resize(500, 240)
    fill(chart)
    for picture, mode in zip(pictures(chart), ("dark", "light"), strict=True):
        look.set_mode(mode)
        names = colors_of(picture)
        assert look.theme.color("train").name() in names
        assert look.theme.color("val").name() in names
        assert look.theme.color("line").name() in names
    look.set_mode("dark")


def test_the_summary_follows_the_data(chart):
    assert chart.accessibleDescription() == "No values yet"
    fill(chart)
    assert chart.accessibleDescription() == "train ends at 0.136; validation ends at 0.6"
    headers, rows = chart.table()
    assert headers == ["series", "x", "value"]
    assert len(rows) == 409
    chart.remove("validation")
    chart.flush()
    assert "validation" not in chart.accessibleDescription()
    chart.remove("never there")


def test_redrawing_is_throttled_but_the_last_state_is_drawn(qtbot, chart):
    drawn = []
    chart._throttle._redraw = lambda: drawn.append(1)
    for count in range(100, 400):
        chart.set_series("train", np.arange(count), np.arange(count), "train", "line")
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=1000)


def test_a_million_points_are_thinned_for_drawing(chart):
    x = np.arange(1_000_000.0)
    chart.set_series("raw", x, np.sin(x / 1000), "train", "raw")
    chart.set_series("train", x, np.sin(x / 1000), "train", "line")
    chart.flush()
    for key in ("raw", "train"):
        assert 200 < len(chart._view._items[key].xData) <= MOST
    assert chart._view._items["raw"].yData.max() == pytest.approx(1.0, abs=1e-5)


def test_raw_curves_are_thin_and_faint_and_lines_wide(chart):
    fill(chart)
    raw, line = (chart._view._items[key].opts["pen"] for key in ("raw", "train"))
    assert (raw.widthF(), round(raw.color().alphaF(), 2)) == (1.0, 0.13)
    assert (line.widthF(), line.color().alphaF()) == (2.0, 1.0)


def test_the_log_scale_leaves_out_what_it_cannot_show(chart):
    chart.set_series("loss", np.arange(4.0), np.array([1.0, 0.1, 0.0, 0.01]), "train", "line")
    chart.set_log(True)
    chart.flush()
    shown = chart._view._items["loss"].yData
    assert shown[[0, 1, 3]] == pytest.approx([0, -1, -2])
    assert np.isnan(shown[2])
    assert chart.frame.y_of(0.1) > chart.frame.y_of(1.0)


def test_limits_and_pixels_agree(chart):
    fill(chart)
    chart.set_limits(0, 30)
    chart.flush()
    frame = chart.frame
    assert frame.x == (0, 30)
    assert frame.value_at(frame.x_of(12.5)) == pytest.approx(12.5)
    chart.set_limits(None)
    chart.flush()
    assert chart.frame.x[1] < 11


def test_clicking_picks_a_moment(qtbot, chart):
    fill(chart)
    place = QPoint(round(chart.frame.x_of(5)), 100)
    with qtbot.waitSignal(chart.picked) as said:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert said.args[0] == pytest.approx(5, abs=0.05)


def test_hovering_shows_exact_values_of_the_nearest_step(qtbot, chart):
    fill(chart)
    qtbot.mouseMove(chart, QPoint(round(chart.frame.x_of(5)), 100))
    qtbot.waitUntil(lambda: chart.cross is not None)
    assert chart.cross == pytest.approx(5, abs=0.05)
    assert chart.cross_values()["validation"] == "0.6"
    before = chart.grab().toImage()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.cross is None
    assert chart.grab().toImage() != before


def test_the_crosshair_moves_with_the_keyboard(qtbot, chart):
    fill(chart)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.cross == pytest.approx(399 / 40)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.cross == pytest.approx(388 / 40)
    assert "train 0.1" in chart.accessibleDescription()
    with qtbot.waitSignal(chart.picked) as said:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert said.args == [chart.cross]
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.cross == 0


@pytest.mark.parametrize("kind", ["line", "dashed", "star", "level"])
def test_markers_are_drawn(look, chart, kind):
    fill(chart)
    before = chart.grab().toImage()
    chart.set_marker("m", 0.4 if kind == "level" else 4, "limit 0.4", "warn", kind)
    chart.flush()
    assert chart.grab().toImage() != before
    chart.remove("m")
    chart.flush()
    assert chart.grab().toImage() == before


def test_end_labels_lie_inside_the_chart(chart):
    fill(chart)
    right = chart.frame.x_of(399 / 40)
    assert chart.width() - 60 < right < chart.width() - 36


def test_empty_and_hopeless_series_do_no_harm(chart):
    chart.set_series("none", np.zeros(0), np.zeros(0), "train", "line", label="none")
    chart.set_series("nan", np.arange(3.0), np.full(3, np.nan), "val", "line", label="nan")
    chart.flush()
    chart.set_log(True)
    chart.flush()
    assert not chart.grab().isNull()
