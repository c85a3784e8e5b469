"""Pooling: windows and gradients, larger pictures, stamps; painting by mouse and keyboard, what is told, bad states."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.errors import UserError


@pytest.fixture
def stage(stage_of):
    return stage_of("pooling")


def centre(board, name, row, column):
    board.grab()
    area, grid = board.place_of(name), board._grid(name)
    wide, high = area.width() / grid.shape[1], area.height() / grid.shape[0]
    return (area.topLeft() + QPointF((column + 0.5) * wide, (row + 0.5) * high)).toPoint()


def click(board, name, row, column):
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=centre(board, name, row, column))


def test_windows_come_one_by_one_and_gradients_go_back_to_winners(stage):
    assert stage.length == 32
    stage.go(1)
    picture = stage.view.picture(1, {})
    output = picture.grids[1]
    assert output.known == 1 and output.values[0, 0] == stage._x[:2, :2].max()
    assert stage.formulas.texts == ["y = max(0, 0, 0, 8) = 8"]
    stage.go(17)
    gradient = stage.view.picture(17, {}).grids[2].values
    assert np.argwhere(gradient).tolist() == [[1, 1]] and gradient[1, 1] == 1
    assert stage.formulas.texts[-1] == "the largest gets 1"
    stage.go(32)
    assert stage.numbers.value("Pixels with a gradient") == "16 of 64"
    assert stage.verdict.text().startswith("Each window sends its whole gradient")


def test_both_kinds_complete_the_lesson(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.go(stage.length)
    assert heard == []
    stage.controls["kind"].set_value("average")
    stage.controls["kind"].changed.emit("average")
    assert stage.time == 0
    stage.go(stage.length)
    assert heard == ["returned"] and stage.numbers.value("Pixels with a gradient") == "64 of 64"
    assert stage.formulas.texts[-1] == "each of 4 gets {1|4} · 1 = 0.25"


def test_global_pooling_leaves_one_number(stage):
    stage.set_state({"kind": "global_average"})
    assert stage.length == 2 and not stage.controls["stride"].isVisibleTo(stage._settings)
    stage.go(1)
    assert stage.formulas.texts == [f"y = {{{int(stage._x.sum())}|64}} = {stage._x.mean():.4g}"]


def test_the_input_is_painted_by_mouse_and_keyboard(stage):
    board = stage.board
    assert stage._x[0, 0] == 0
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=centre(board, "input", 0, 0))
    QTest.mouseMove(board, centre(board, "input", 0, 1))
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=centre(board, "input", 0, 1))
    assert stage._x[0, :2].tolist() == [16, 16]
    board.setFocus()
    board.current = "input"
    QTest.keyClick(board, Qt.Key.Key_Down)
    assert stage._cells["input"] == (1, 1)
    before = stage._x[1, 1]
    QTest.keyClick(board, Qt.Key.Key_Space)
    assert stage._x[1, 1] != before
    state = stage.state()
    painted = stage._x.copy()
    stage.set_state({})
    assert not np.array_equal(stage._x, painted)
    stage.set_state(state)
    np.testing.assert_array_equal(stage._x, painted)
    assert stage.state() == state


def test_a_frozen_picture_is_not_painted(stage):
    stage.set_frozen(True)
    click(stage.board, "input", 0, 0)
    assert stage._x[0, 0] == 0


def test_outputs_and_gradients_open(stage):
    click(stage.board, "output", 1, 2)
    assert stage.time == 7
    stage.go(stage.length)
    winner = tuple(int(at) for at in np.argwhere(stage.view.parts[1, 2])[0])
    click(stage.board, "gradient", *winner)
    assert stage.terms.texts == [f"pixel {winner}", "window (1, 2) sends 1", "∂L/∂x = 1"]


def test_up_sampling_writes_each_value_both_ways(stage):
    stage.set_state({"view": "up"})
    assert stage.length == 64
    click(stage.board, "bilinear", 1, 1)
    assert stage.time == 10
    lines = stage.formulas.texts
    assert lines[0] == "nearest: 8" and lines[1] == "place in the input: (0.25, 0.25)"
    assert lines[2] == "0.562·8 + 0.188·15" and lines[-1] == "bilinear: 8.625"
    stage.go(64)
    assert stage.verdict.text().startswith("Neither has weights.")


def test_stamps_overlap_unevenly_until_the_stride_divides_the_kernel(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"view": "transposed"})
    stage.go(16)
    assert heard == ["uneven"] and stage.verdict.text().startswith("A checkerboard")
    assert stage.numbers.value("Stamps on a cell inside") == "1 to 4"
    click(stage.board, "sums", 2, 2)
    assert stage.terms.texts == ["cell (2, 2), 4 stamps", "1·1 + 1·1 + 1·1", "1·1", "= 4"]
    stage.set_value("weights", "tent")
    stage.go(16)
    assert "the sums come out even" in stage.verdict.text()
    stage.set_value("kernel", 4)
    stage.go(16)
    assert heard[-1] == "even" and stage.numbers.value("Stamps on a cell inside") == "4"
    stage.set_value("kernel", 1)
    stage.go(16)
    assert "some cells get no stamp" in stage.verdict.text()


@pytest.mark.parametrize("view", ["pool", "up", "transposed"])
def test_time_is_the_picture_in_both_themes(stage, look, view):
    stage.set_state({"view": view, "source": "digit"})
    half = stage.length // 2
    stage.draw_at(half)
    first = stage.board.grab().toImage()
    stage.draw_at(stage.length)
    assert stage.board.grab().toImage() != first
    look.set_mode("light")
    stage.draw_at(half)
    assert stage.board.grab().toImage() != first
    look.set_mode("dark")
    assert stage.board.grab().toImage() == first


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"digit": 10}, "digit is 10, expected 0 to 9"),
        ({"view": "down"}, "expected pool or up or transposed"),
        ({"kind": "min"}, "kind is 'min'"),
        ({"pixels": "01"}, "pixels has 2 characters"),
        ({"kernel": 6}, "kernel is 6"),
    ],
)
def test_bad_states(stage, values, said):
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(values)
    assert said in error.value.message and stage.state() == before
