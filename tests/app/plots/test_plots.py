"""The plots draw their data in both themes, say it in words, and can be worked by mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics

from app.plots.bar_chart import BarChart
from app.plots.boundary_plot import BoundaryPlot
from app.plots.confusion_matrix import ConfusionMatrix
from app.plots.heat_map import HeatMap, short_number
from app.plots.heat_strip import HeatStrip
from app.plots.histogram import Histogram
from app.plots.image_grid import ImageGrid
from app.plots.plot import text_on
from app.plots.stacked_bars import StackedBars
from app.theme import grey_image

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT = Qt.MouseButton.LeftButton
RANDOM = np.random.default_rng(0)


def heat_map(look):
    plot = HeatMap(look)
    plot.resize(160, 160)
    plot.set_values(np.linspace(-1, 1, 64).reshape(8, 8), -1, 1, numbers=True)
    return plot


def confusion(look):
    plot = ConfusionMatrix(look)
    plot.resize(340, 340)
    counts = np.diag([26, 26, 27, 24])
    counts[1, 3] = 2
    plot.set_counts(counts, ["zero", "one", "two", "three"])
    return plot


def bars(look):
    plot = BarChart(look)
    plot.resize(240, 66)
    plot.set_values(["a", "b", "c"], [0.1, 0.7, 0.2], 1)
    return plot


def histogram(look):
    plot = Histogram(look)
    plot.resize(160, 60)
    plot.set_values(np.array([0.0, 1, 1, 2, 4]), bins=4)
    return plot


def stacked(look):
    plot = StackedBars(look)
    plot.resize(200, 110)
    plot.set_counts(np.array([[90, 80], [20, 19], [18, 21]]), ["cat", "dog"])
    return plot


def grid(look):
    plot = ImageGrid(look)
    plot.resize(250, 200)
    images = [grey_image(RANDOM.random((8, 8)), 0, 1, look.theme) for _ in range(40)]
    plot.set_images(images, [str(i) for i in range(40)], ["train"] * 20 + ["val"] * 20)
    return plot


def strip(look):
    plot = HeatStrip(look)
    plot.resize(300, 120)
    plot.set_values(RANDOM.random((3, 100)), ["conv", "dense", "output"], (0, 20), 30)
    plot.set_playhead(20)
    return plot


def boundary(look):
    plot = BoundaryPlot(look)
    plot.resize(200, 200)
    plot.set_points(np.array([[0.0, 0.0], [0.5, 0.5], [-0.5, 0.5]]), np.array([0, 1, 0]), np.array([0, 1, 2]))
    plot.set_field(np.tile(np.linspace(0, 1, 30), (30, 1)), (-1, 1, -1, 1))
    return plot


MAKERS = (heat_map, confusion, bars, histogram, stacked, grid, strip, boundary)


@pytest.mark.parametrize("make", MAKERS)
def test_every_plot_is_drawn_in_both_themes(look, pictures, colors_of, make):
    dark, light = pictures(make(look))
    assert len(colors_of(dark)) > 4
    assert len(colors_of(light)) > 4
    assert dark != light


@pytest.mark.parametrize("make", MAKERS)
def test_every_plot_has_words_and_a_table(qtbot, look, make):
    plot = make(look)
    qtbot.addWidget(plot)
    assert len(plot.accessibleDescription()) > 10
    headers, rows = plot.table()
    assert rows
    assert all(len(row) == len(headers) for row in rows)


@pytest.mark.parametrize(
    "make", [HeatMap, ConfusionMatrix, BarChart, Histogram, StackedBars, ImageGrid, HeatStrip, BoundaryPlot]
)
def test_plots_without_data_draw_nothing_and_say_so(qtbot, look, make):
    plot = make(look)
    qtbot.addWidget(plot)
    plot.resize(100, 100)
    assert not plot.grab().isNull()
    assert plot.table()[1] == []


def test_numbers_on_cells_switch_at_the_measured_luminance():
    assert text_on(QColor("#F2EC9A")).name() == "#0b0d11"
    assert text_on(QColor("#281B47")).name() == "#ffffff"


def test_heat_map_cells(qtbot, look):
    plot = heat_map(look)
    qtbot.addWidget(plot)
    plot.show()
    assert plot.cell_at(QPoint(5, 5)) == (0, 0)
    assert plot.cell_at(QPoint(159, 159)) == (7, 7)
    assert plot.color_of(0, 0).rgb() == look.theme.signed[0]
    with qtbot.waitSignal(plot.clicked) as said:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(45, 25))
    assert said.args == [1, 2]
    with qtbot.waitSignal(plot.clicked) as said:
        qtbot.keyClick(plot, Qt.Key.Key_Down)
    assert said.args == [2, 2]
    assert plot.current == (2, 2)
    assert plot.tip_at(QPoint(45, 45)) == "row 2, column 2: −0.428571"
    plot.set_values(np.zeros((2, 2)), 0, 1)
    assert plot.current is None


def test_heat_map_labels_and_ranges(qtbot, look):
    plot = HeatMap(look)
    qtbot.addWidget(plot)
    plot.resize(200, 200)
    plot.set_values(np.array([[2.0, 4.0]]), 2, 4, "magnitude", (["row"], ["first", "second"]))
    assert plot.color_of(0, 1).rgb() == look.theme.magnitude[255]
    assert plot.table() == (["row", "first", "second"], [["row", 2.0, 4.0]])
    plot.set_values(np.array([[2.0, 4.0]]), 2, 4, "grey")
    assert plot.color_of(0, 1) == look.theme.color("ink")


def test_confusion_matrix(qtbot, look):
    plot = confusion(look)
    qtbot.addWidget(plot)
    plot.show()
    heard = []
    plot.picked.connect(lambda row, column: heard.append((row, column)))
    qtbot.mouseClick(plot, LEFT, pos=plot._cell(1, 3).center().toPoint())
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    qtbot.keyClick(plot, Qt.Key.Key_Up)
    assert heard == [(1, 3), (1, 2), (0, 2), (0, 2)]
    assert plot.tip_at(plot._cell(1, 3).center().toPoint()) == "label one, predicted three: 2, 2 / 28 = 0.071"
    assert plot.color_of(0, 1) == look.theme.color("card")
    assert plot.accessibleDescription() == "103 of 105 samples lie on the diagonal, 2 do not"
    counts = plot.grab().toImage()
    plot.set_rates(True)
    assert plot.grab().toImage() != counts
    assert plot.table()[1][1] == ["one", 0, 26, 0, 2]


def test_confusion_cells_are_28_px(qtbot, look):
    plot = confusion(look)
    qtbot.addWidget(plot)
    plot.resize(plot.sizeHint())
    assert plot._cell(0, 0).width() == 28
    assert plot._cell(0, 1).left() - plot._cell(0, 0).left() == 30


def test_bars(qtbot, look):
    plot = bars(look)
    qtbot.addWidget(plot)
    plot.show()
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(60, 30))
    assert said.args == [1]
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.keyClick(plot, Qt.Key.Key_Down)
    assert said.args == [2]
    assert plot.tip_at(QPoint(5, 5)) == "a: 0.1"
    assert plot.accessibleDescription() == "3 values, largest b with 0.700"
    plot.set_values(["a"], [np.nan])
    assert plot.accessibleDescription() == "No values"
    plot.grab()


def test_negative_bars_have_their_own_colour(qtbot, look, colors_of):
    plot = BarChart(look)
    qtbot.addWidget(plot)
    plot.resize(240, 44)
    plot.set_values(["a", "b"], [-3.0, 2.0], high=None)
    names = colors_of(plot.grab().toImage())
    assert {look.theme.color("neg").name(), look.theme.color("pos").name()} <= names


def test_histogram_counts(qtbot, look):
    plot = histogram(look)
    qtbot.addWidget(plot)
    assert plot.table()[1] == [[0, 1, 1], [1, 2, 2], [2, 3, 1], [3, 4, 1]]
    assert plot.tip_at(QPoint(50, 10)) == "1 to 2: 2"
    plot.set_values(np.array([np.nan, np.inf]))
    assert plot.accessibleDescription() == "No values"


def test_class_balance(qtbot, look, colors_of):
    plot = stacked(look)
    qtbot.addWidget(plot)
    plot.show()
    assert plot.table() == (["class", "train", "validation", "test"], [["cat", 90, 20, 18], ["dog", 80, 19, 21]])
    assert plot.tip_at(QPoint(150, 50)) == "dog: train 80, validation 19, test 21"
    assert plot.accessibleDescription() == "2 classes, most samples 128 in cat, fewest 120 in dog"
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(150, 50))
    assert said.args == [1]


def test_image_grids_draw_only_what_is_seen(qtbot, look):
    plot = ImageGrid(look)
    qtbot.addWidget(plot)
    plot.resize(250, 200)
    painted = set()
    plot.set_items(100_000, lambda painter, index, rect: painted.add(index))
    plot.show()
    qtbot.waitUntil(lambda: bool(painted))
    assert max(painted) < 60
    plot.verticalScrollBar().setValue(plot.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: 99_999 in painted)
    assert len(painted) < 120


def test_image_grids_move_with_the_keyboard(qtbot, look):
    plot = grid(look)
    qtbot.addWidget(plot)
    plot.show()
    heard = []
    plot.picked.connect(heard.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home):
        qtbot.keyClick(plot, key)
    across = plot.columns
    assert heard == [0, 1, 1 + across, 39, 38, 0]
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.viewport().rect().contains(plot.rect_of(39))


def test_image_grids_are_picked_by_mouse(qtbot, look):
    plot = grid(look)
    qtbot.addWidget(plot)
    plot.show()
    place = plot.rect_of(2).center()
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.mouseClick(plot.viewport(), LEFT, pos=place)
    assert said.args == [2]
    assert plot.current == 2
    plot.current = 1000
    assert plot.current == -1
    assert plot.index_at(QPoint(-5, 5)) == -1


def test_underlines_have_the_colour_of_the_split(qtbot, look):
    plot = grid(look)
    qtbot.addWidget(plot)
    plot.show()
    square = plot.rect_of(0)
    picture = plot.viewport().grab().toImage()
    assert picture.pixelColor(square.left() + 5, square.bottom() + 1) == look.theme.color("train")


def test_heat_strips(qtbot, look):
    plot = strip(look)
    qtbot.addWidget(plot)
    plot.show()
    area = plot._area().toRect()
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(area.left() + area.width() // 2, area.top() + 4))
    assert said.args[0] == pytest.approx(15, abs=0.3)
    assert plot.tip_at(QPoint(area.left() + 3, area.top() + 3)).startswith("conv, ")
    assert plot.tip_at(QPoint(area.right() - 2, area.top() + 3)) == ""
    assert plot.accessibleDescription().startswith("3 rows over 100 moments")


def test_long_strips_are_averaged(qtbot, look):
    plot = HeatStrip(look)
    qtbot.addWidget(plot)
    plot.set_values(np.tile([0.0, 2.0], (2, 50_000)), ["a", "b"], limits=(0, 2))
    headers, rows = plot.table()
    assert len(headers) == 513
    assert rows[0][1:] == pytest.approx([1.0] * 512, abs=0.02)


def test_boundary_plots(qtbot, look):
    plot = boundary(look)
    qtbot.addWidget(plot)
    plot.show()
    assert plot.point_at(QPointF(100, 100)) == 0
    assert plot.point_at(QPointF(3, 190)) == -1
    with qtbot.waitSignal(plot.picked) as said:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(150, 50))
    assert said.args == [1]
    assert plot.tip_at(QPoint(50, 50)) == "#2 (−0.500, 0.500), class 0, test"
    assert plot.accessibleDescription().startswith("3 points (1 train, 1 validation, 1 test)")


def test_the_field_is_the_right_way_up(qtbot, look):
    plot = BoundaryPlot(look)
    qtbot.addWidget(plot)
    plot.resize(100, 100)
    plot.set_points(np.zeros((1, 2)), np.array([0]))
    field = np.zeros((20, 20))
    field[:10, :10] = 1.0  # low rows are low y: the lower left quarter is class 1
    plot.set_field(field, (-1, 1, -1, 1))
    picture = plot.grab().toImage()
    lower, upper = picture.pixelColor(10, 90), picture.pixelColor(10, 10)
    assert lower.blue() > lower.red()
    assert upper.red() > upper.blue()


def test_fields_of_many_classes_and_of_values(qtbot, look, colors_of):
    plot = BoundaryPlot(look)
    qtbot.addWidget(plot)
    plot.resize(100, 100)
    plot.set_points(RANDOM.random((5, 2)), np.array([0, 1, 2, 3, 4]), names=["a", "b", "c", "d", "e"])
    plot.set_field(RANDOM.dirichlet(np.ones(5), (10, 10)), (0, 1, 0, 1))
    assert len(colors_of(plot.grab().toImage())) > 10
    assert plot.table()[1][4][2] == "e"
    plot.set_points(RANDOM.random((5, 2)), np.linspace(-1, 1, 5))
    plot.set_field(np.full((4, 4), 0.5), (0, 1, 0, 1))
    assert len(colors_of(plot.grab(QRect(0, 0, 100, 100)).toImage())) > 3


def test_a_number_in_a_cell_is_cut_down_to_what_fits(look):
    metrics = QFontMetrics(look.theme.font("heat"))
    wide, narrow = metrics.horizontalAdvance("0.00079") + 2, metrics.horizontalAdvance("0.00") + 2
    assert short_number(0.00079, wide, metrics) == "0.00079"
    assert short_number(0.00079, narrow, metrics) == "0.00"
    assert short_number(-0.25, narrow, metrics) == "-.25"
    assert short_number(0.5, 3, metrics) == ""
