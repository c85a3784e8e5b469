"""Volumes: costs counted and dragged, filters and 1×1 filters taken apart, bad states."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.lab.volumes_cost_board import WAY
from engine.errors import UserError


@pytest.fixture
def stage(stage_of):
    return stage_of("volumes")


def drag(board, id, way):
    board.grab()
    start = board.handles[id].place
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(board, (start + way).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=(start + way).toPoint())


def click(board, name, row, column):
    board.grab()
    area, grid = board.place_of(name), board._grid(name)
    wide, high = area.width() / grid.shape[1], area.height() / grid.shape[0]
    place = area.topLeft() + QPointF((column + 0.5) * wide, (row + 0.5) * high)
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=place.toPoint())


def test_layers_are_counted_one_after_the_other(stage):
    heard = []
    stage.done.connect(heard.append)
    assert stage.length == 3 and len(stage.formulas.texts) == 1
    stage.go(1)
    assert stage.formulas.texts[-1] == "28·28·5·5·192·32 = 120,422,400" and not heard
    stage.go(3)
    assert stage.formulas.texts[-1] == "together = 12,443,648" and heard == ["counted"]
    assert stage.numbers.value("Ratio") == "9.68"
    assert "divides the multiplications by 9.68" in stage.verdict.text()


def test_sizes_are_dragged_and_a_wide_bottleneck_is_wasted(stage):
    heard = []
    stage.done.connect(heard.append)
    way = QPointF(*WAY)
    drag(stage.costs, "bottleneck", way * stage.costs._depth * 200)
    assert 200 < stage.state()["bottleneck"] < 230 and stage.time == 3
    assert heard[-1] == "wasted" and stage.verdict.text().startswith("Here the bottleneck costs more")
    drag(stage.costs, "channels", way * -30)
    assert stage.state()["channels"] < 192
    drag(stage.costs, "filters", way * 20)
    assert stage.state()["filters"] > 32
    drag(stage.costs, "side", QPointF(10 * stage.costs._face, 0))
    assert stage.state()["side"] == 38


def test_the_keyboard_changes_a_depth(stage):
    stage.costs.grab()
    stage.costs.setFocus()
    stage.costs.current = "filters"
    QTest.keyClick(stage.costs, Qt.Key.Key_Right)
    assert stage.state()["filters"] > 32


def test_a_window_goes_through_all_channels(stage):
    stage.set_state({"view": "filters"})
    assert stage.board is stage.grids and stage.length == 32
    stage.go(1)
    view = stage._view
    texts = stage.formulas.texts
    assert texts[0] == "z = s_0 + s_1 + s_2 + b_0" and texts[2] == f"= {view.z[0, 0, 0]:.3f}".replace("-", "−")
    assert texts[3].startswith("s_0 = ")
    click(stage.grids, "w2", 0, 0)
    assert stage.formulas.texts[3].startswith("s_2 = ")
    click(stage.grids, "z1", 2, 3)
    assert stage.time == 16 + 2 * 4 + 3 + 1
    assert stage.numbers.value("Parameters, with a bias each") == "54 + 2 = 56"
    known = [grid.known for grid in stage._view.picture(28, {}).grids if grid.name[0] == "z"]
    assert known == [16, 12]


def test_the_same_dense_layer_goes_from_place_to_place(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"view": "point", "depth": 2, "maps": 3})
    assert stage.length == 16
    stage.go(6)
    view = stage._view
    np.testing.assert_allclose(view.x[1, 1] @ view.weights + view.biases, view.z[1, 1])
    assert stage.formulas.texts[0].startswith("z_0 = ")
    click(stage.grids, "weights", 0, 2)
    assert stage.formulas.texts[0].startswith("z_2 = ")
    assert (
        stage.numbers.value("Conv2D(3, 1)").endswith("= 9") and stage.numbers.value("Dense(3) at a place")[-3:] == "= 9"
    )
    stage.go(16)
    assert heard == ["dense"] and "mixes channels, never neighbours" in stage.verdict.text()


def test_only_what_belongs_to_a_view_is_offered(stage):
    assert stage.controls["bottleneck"].isVisibleTo(stage._settings)
    stage.set_value("view", "filters")
    assert not stage.controls["bottleneck"].isVisibleTo(stage._settings)
    assert stage.controls["depth"].isVisibleTo(stage._settings) and stage.time == 0


@pytest.mark.parametrize("view", ["cost", "filters", "point"])
def test_a_state_comes_back_and_time_is_the_picture(stage, look, view):
    state = {**stage.state(), "view": view, "depth": 4, "maps": 3}
    stage.set_state(state)
    assert stage.state() == state
    stage.draw_at(1)
    first = stage.board.grab().toImage()
    stage.draw_at(stage.length)
    assert stage.board.grab().toImage() != first
    look.set_mode("light")
    stage.draw_at(1)
    assert stage.board.grab().toImage() != first
    look.set_mode("dark")
    assert stage.board.grab().toImage() == first


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"side": 100}, "side is 100, expected 4 to 56"),
        ({"kernel": 2}, "kernel is 2, expected one of 1, 3, 5, 7"),
        ({"view": "x"}, "no view 'x'"),
        ({"maps": 0}, "maps is 0"),
    ],
)
def test_bad_states(stage, values, said):
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(values)
    assert said in error.value.message and stage.state() == before
