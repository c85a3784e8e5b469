"""First weights: what becomes of signals and of equal units, what is said of it, bad states."""

import numpy as np
import pytest

from app.lab.initialisation_board import BINS
from engine.errors import UserError
from engine.explain.initialisation import DEPTH, SCHEMES, STEPS, UNITS, signals, spread, training


@pytest.fixture
def stage(stage_of):
    return stage_of("initialisation")


def test_only_random_weights_break_the_symmetry():
    for scheme in SCHEMES:
        found = training(scheme, "tanh", 0)
        kinds = [found.kinds(step) for step in range(STEPS + 1)]
        assert set(kinds) == ({1} if scheme in ("zeros", "constant") else {UNITS}), scheme
    assert not training("zeros", "tanh", 0).units.any()
    assert training("xavier", "relu", 0).losses[-1] < 0.1 < training("constant", "relu", 0).losses[-1]


def test_signals_keep_their_size_with_the_scheme_that_suits():
    sizes = {scheme: spread(signals(scheme, "relu").values) for scheme in ("he", "xavier", "small", "large")}
    assert 0.3 < sizes["he"][-1] / sizes["he"][0] < 3
    assert sizes["xavier"][-1] / sizes["xavier"][0] < 0.1 and sizes["small"][-1] < 1e-10
    assert sizes["large"][-1] > 1e8 * sizes["large"][0]
    assert not signals("zeros", "tanh").gradients.any()


@pytest.mark.parametrize(
    ("scheme", "activation", "said", "is_alive"),
    [
        ("zeros", "tanh", "Every gradient is 0", False),
        ("small", "relu", "The signal fades", False),
        ("large", "tanh", "Most outputs are saturated", False),
        ("large", "relu", "The outputs explode", False),
        ("xavier", "tanh", "keep their size", True),
        ("he", "relu", "keep their size", True),
    ],
)
def test_the_stack_is_judged_at_its_end(stage, scheme, activation, said, is_alive):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"scheme": scheme, "activation": activation, "view": "stack"})
    stage.go(2 * DEPTH - 1)
    assert stage.verdict.text() == "" and heard == []
    stage.go(2 * DEPTH)
    assert said in stage.verdict.text() and heard == (["alive"] if is_alive else [])
    assert stage.board._bars[1].shape == (DEPTH, BINS) and not stage.board.grab().isNull()


def test_units_are_counted_while_they_learn(stage):
    heard = []
    stage.done.connect(heard.append)
    stage.set_state({"scheme": "constant", "activation": "relu", "view": "symmetry"})
    stage.go(STEPS)
    assert stage.rows.value("Different ones") == "1" and "are one and the same" in stage.verdict.text()
    stage.set_state({"scheme": "zeros", "activation": "tanh", "view": "symmetry"})
    stage.go(STEPS)
    assert "the hidden gradients are zero" in stage.verdict.text()
    stage.set_state({"scheme": "he", "activation": "tanh", "view": "symmetry"})
    stage.go(STEPS)
    assert stage.rows.value("Different ones") == "4" and heard == ["equal", "equal", "parted"]


def test_a_state_comes_back_and_time_is_the_picture(stage, look):
    state = {"scheme": "he", "activation": "relu", "view": "stack", "seed": 3}
    stage.set_state(state)
    assert stage.state() == state and stage.length == 2 * DEPTH
    stage.draw_at(DEPTH)
    first = stage.board.grab().toImage()
    stage.draw_at(2 * DEPTH)
    assert stage.board.grab().toImage() != first
    look.set_mode("light")
    stage.draw_at(DEPTH)
    assert stage.board.grab().toImage() != first
    look.set_mode("dark")
    stage.draw_at(DEPTH)
    assert stage.board.grab().toImage() == first
    bad = [
        ({"scheme": "lecun"}, "no initialisation 'lecun'"),
        ({"activation": "gelu"}, "no activation 'gelu'"),
        ({"view": "x"}, "no view 'x'"),
        ({"seed": -1}, "seed is -1"),
    ]
    for values, said in bad:
        with pytest.raises(UserError) as error:
            stage.set_state(values)
        assert said in str(error.value)


def test_gradients_of_zero_are_marked_not_drawn(stage):
    stage.set_state({"scheme": "zeros", "view": "stack"})
    stage.draw_at(2 * DEPTH)
    assert not np.any(stage.board._bars[2])
