"""Averages: the numbers shown, β by the handle, bias correction, bad states."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.errors import UserError
from engine.explain.averages import beta_of, corrected, noisy_series, shares, weighted_average, window


@pytest.fixture
def stage(stage_of):
    return stage_of("averages")


def test_weights_make_the_average():
    values = noisy_series("year", 0.2, 3)
    raw = weighted_average(values, 0.9)
    assert raw[49] == pytest.approx(shares(50, 0.9) @ values[:50])
    assert corrected(raw, 0.9)[0] == pytest.approx(values[0])
    assert window(beta_of(25.0)) == pytest.approx(25.0) and beta_of(0.2) == 0.0
    assert shares(400, 0.98)[-50:].sum() == pytest.approx(1 - 0.98**50)
    with pytest.raises(UserError, match="no series 'noise'"):
        noisy_series("noise", 0.1)


def test_a_state_comes_back_and_half_the_time_is_the_same_picture(stage):
    state = {"series": "jump", "noise": 0.3, "beta": 0.7, "corrected": False, "seed": 5}
    stage.set_state(state)
    assert stage.state() == state and stage.length == 180
    stage.draw_at(90)
    first = stage.board.grab().toImage()
    stage.draw_at(180)
    assert stage.board.grab().toImage() != first
    stage.draw_at(90)
    assert stage.board.grab().toImage() == first


def test_the_newest_value_is_worked_out(stage):
    stage.set_state({"beta": 0.9})
    stage.go(0)
    assert stage.formulas.texts == ["v_0 = 0"]
    stage.go(2)
    values = noisy_series("year", 0.12, 1)
    after = 0.9 * 0.1 * values[0] + 0.1 * values[1]
    assert stage.formulas.texts[2] == f"= {after:.3f}"
    assert stage.formulas.texts[3].endswith(f"= {after / 0.19:.3f}") and "0.900²" in stage.formulas.texts[3]
    assert stage.rows.value("All weights, 1 − βᵗ") == "0.1900"
    assert stage.rows.value("Window 1/(1 − β)") == "10.0 values"


def test_the_end_of_the_window_is_a_handle_for_beta(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"beta": 0.9})
    stage.go(100)
    stage.board.grab()
    start = stage.board.handles["window"].place.toPoint()
    to = QPoint(round(stage.board._plane.px(50)), start.y())
    QTest.mousePress(stage.board, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(stage.board, to)
    QTest.mouseRelease(stage.board, Qt.MouseButton.LeftButton, pos=to)
    assert stage.state()["beta"] == pytest.approx(0.98, abs=0.001) and heard == []
    stage.beta.set_value(0.5)
    stage.beta.changed.emit(0.5)
    assert heard == ["both"]


def test_switching_the_correction_on_early_is_noticed(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"beta": 0.98, "corrected": False})
    stage.go(5)
    low = stage.board.accessibleDescription()
    stage.correction.click()
    assert heard == ["corrected"] and stage.board.accessibleDescription() != low


BAD_STATES = [
    ({"beta": 1.0}, "beta is 1, expected 0 to 0.995"),
    ({"noise": -0.1}, "noise is -0.1"),
    ({"series": "week"}, "no series 'week'"),
    ({"seed": -2}, "seed is -2"),
]


def test_bad_states_are_refused(stage):
    for state, said in BAD_STATES:
        with pytest.raises(UserError) as error:
            stage.set_state(state)
        assert said in str(error.value)


def test_no_value_is_no_number(stage):
    stage.set_state({"noise": 0.0, "beta": 0.0})
    stage.draw_at(180)
    assert np.isfinite(float(stage.formulas.texts[2].split("= ")[1]))
