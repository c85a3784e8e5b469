"""1-D and 3-D convolution: weights dragged, what a kernel finds, motion one way only, bad states."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.errors import UserError
from engine.explain.nile import FLOW


@pytest.fixture
def stage(stage_of):
    return stage_of("convolution-1d-3d")


def test_the_kernel_finds_where_the_flow_falls_and_stays_low(stage):
    heard = []
    stage.done.connect(heard.append)
    assert stage.length == 81
    stage.go(1)
    rows = stage.numbers
    assert rows.value("z") == "123.5" and "the other 15" in rows._values
    assert stage.formulas.texts[-1] == "z = 123.5"
    stage.go(81)
    assert heard == ["slid"]
    assert stage.verdict.text() == "Largest where 1889 to 1898 had 313.4 more, on average, than 1899 to 1908."


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        ("mean", "The mean of 20 years: the spread falls from 168 to"),
        ("difference", "Largest from 1915 to 1916: the flow rose by 418 in one year."),
        ("peak", "1887 stands out most above its neighbours, 1877 most below."),
    ],
)
def test_what_other_kernels_find(stage, kernel, said):
    stage.set_value("kernel", kernel)
    assert stage.time == 0
    stage.go(stage.length)
    assert stage.verdict.text().startswith(said)
    assert stage.controls["taps"].isVisibleTo(stage._settings) == (kernel == "mean")


def test_a_weight_is_dragged_and_the_kernel_is_ones_own(stage):
    stage.set_state({"kernel": "difference"})
    board = stage.series
    board.grab()
    start = board.handles["w0"].place
    QTest.mousePress(board, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(board, QPointF(start.x(), board._weights.py(1.0)).toPoint())
    QTest.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPointF(start.x(), board._weights.py(1.0)).toPoint())
    assert stage.state()["kernel"] == "own" and stage.time == stage.length
    weights = stage.state()["weights"]
    assert weights[0] == pytest.approx(1.0, abs=0.06) and weights[1] == 1.0
    np.testing.assert_allclose(stage._convolution.z, weights[0] * FLOW[:-1] + FLOW[1:])
    state = stage.state()
    stage.set_state({})
    stage.set_state(state)
    assert stage.state() == state and stage.weights.tolist() == weights


def test_the_keyboard_moves_a_weight_and_a_click_goes_to_a_year(stage):
    board = stage.series
    board.grab()
    board.setFocus()
    board.current = "w3"
    before = stage.weights[3]
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert stage.weights[3] > before
    place = board._output_plane(board._shown).at(1899 - 0.5, 0).toPoint()
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=place)
    assert stage.time == 19  # its window is 1889 to 1908


def test_no_output_of_a_causal_kernel_sees_what_comes_later(stage):
    stage.set_state({"kernel": "mean", "taps": 5, "padding": "causal"})
    assert stage.length == 100
    assert stage._convolution.z[0] == pytest.approx(FLOW[0] / 5) and stage._convolution.first(0) == -4
    stage.set_state({"kernel": "mean", "taps": 4, "padding": "same"})
    assert stage.length == 100 and stage._convolution.padded == (1, 2)


def test_a_kernel_answers_to_one_direction_only(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"view": "clip"})
    assert stage.board is stage.grids and stage.length == 3 * 6 * 10
    stage.go(stage.length)
    answers = int(stage.numbers.value("Answers, moving right"))
    assert answers > 10 and heard == [] and "so does the digit" in stage.verdict.text()
    stage.set_value("way", "left")
    stage.go(stage.length)
    assert stage.numbers.value("Answers, moving left") == "0" and heard == ["one-way"]
    stage.set_value("way", "still")
    stage.go(stage.length)
    assert "what stands still gives 0" in stage.verdict.text()
    stage.set_value("motion", "left")
    stage.set_value("way", "left")
    stage.go(stage.length)
    assert int(stage.numbers.value("Answers, moving left")) > 10
    assert "Answers, moving right" not in stage.numbers._values


def test_one_output_of_a_clip_is_written_out(stage):
    stage.set_state({"view": "clip"})
    board = stage.grids
    board.grab()
    area = board.place_of("z1")
    cell = area.width() / 10
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=(area.topLeft() + QPointF(4.5 * cell, 2.5 * cell)).toPoint())
    assert stage.time == 60 + 2 * 10 + 4 + 1
    view, texts = stage._clip, stage.formulas.texts
    total = float(view.sums[1, 2, 4]) + view.bias
    assert texts[1].endswith(f"= {total:.3f}".replace("-", "−")) and texts[3].startswith("frame 1: ")
    board.grab()
    place = board.place_of("w2").center().toPoint()
    QTest.mouseClick(board, Qt.MouseButton.LeftButton, pos=place)
    assert stage.formulas.texts[3].startswith("frame 3: ")


@pytest.mark.parametrize("view", ["series", "clip"])
def test_a_state_comes_back_and_time_is_the_picture(stage, look, view):
    state = {**stage.state(), "view": view, "kernel": "mean", "taps": 7, "way": "left"}
    stage.set_state(state)
    assert stage.state() == state
    stage.draw_at(30)
    first = stage.board.grab().toImage()
    stage.draw_at(stage.length)
    assert stage.board.grab().toImage() != first
    look.set_mode("light")
    stage.draw_at(30)
    assert stage.board.grab().toImage() != first
    look.set_mode("dark")
    assert stage.board.grab().toImage() == first


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"taps": 1}, "taps is 1, expected 2 to 20"),
        ({"kernel": "magic"}, "kernel is 'magic'"),
        ({"kernel": "own"}, "weights has 0 numbers"),
        ({"kernel": "own", "weights": ["x"]}, "weights holds something that is no number"),
        ({"way": "up"}, "expected right, left or still"),
        ({"bias": 1.0}, "bias is 1.0, expected -6 to 0"),
    ],
)
def test_bad_states(stage, values, said):
    before = stage.state()
    with pytest.raises(UserError) as error:
        stage.set_state(values)
    assert said in error.value.message and stage.state() == before
