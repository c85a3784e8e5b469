"""Recurrent cells by hand: one step worked out, errors against differences, what units follow, numbers opened."""

import math

import numpy as np
import pytest

from engine.explain.recurrent import Cell, replay
from engine.explain.recurrent_gradient import clipped, through_time
from engine.explain.recurrent_memory import Sequences, correlations, findings, likeness, lit, quantities
from engine.explain.recurrent_numbers import open_term
from tests.recurrent_cells import SYMBOLS, answer, one_hot, random_cell

CELLS = [
    ("lstm", {}),
    ("gru", {}),
    ("gru", {"reset_after": False}),
    ("simple_rnn", {}),
    ("simple_rnn", {"activation": "sigmoid"}),
]


def test_two_steps_of_an_lstm_by_hand():
    """One unit, one feature, W = 1 and U = 0.5 for every gate, no bias, x = 1 then 0."""
    cell = Cell("lstm", np.ones((1, 4)), np.full((1, 4), 0.5), np.zeros(4))
    seen = replay(cell, np.array([[1.0], [0.0]]))

    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    c1 = sigmoid(1) * math.tanh(1)
    h1 = sigmoid(1) * math.tanh(c1)
    gate = sigmoid(h1 / 2)
    c2 = gate * c1 + gate * math.tanh(h1 / 2)
    assert seen.gates["cell"][:, 0] == pytest.approx([c1, c2])
    assert seen.gates["hidden"][1, 0] == pytest.approx(gate * math.tanh(c2))
    assert seen.before["cell"][:, 0] == pytest.approx([0, c1])


@pytest.mark.parametrize("kind, settings", CELLS, ids=str)
def test_errors_are_the_slopes_of_the_loss(kind, settings):
    """Against central differences in double precision."""
    cell, x = random_cell(kind, 3, 4, **settings), np.random.default_rng(5).normal(0, 1, (6, 3))
    weights = np.random.default_rng(6).normal(0, 1, (6, 4))

    def loss(inputs):
        return float((replay(cell, inputs).gates["hidden"] * weights).sum())

    found = through_time(cell, replay(cell, x), weights).inputs
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        assert found[place] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-8)


def test_many_sequences_at_once_are_each_alone():
    cell, x = random_cell("gru", 3, 4), np.random.default_rng(7).normal(0, 1, (5, 6, 3))
    together = replay(cell, x)
    np.testing.assert_allclose(together.gates["hidden"][2], replay(cell, x[2]).gates["hidden"], atol=1e-14)
    assert together.terms["update"].shape == (5, 6, 3, 4)


def test_clipping_by_norm():
    assert clipped(0.5, 1.0) == 1.0 and clipped(4.0, 1.0) == 0.25


def test_depth_and_sums_are_counted():
    known = quantities(one_hot("x(x(x))"), SYMBOLS, SYMBOLS)
    assert known["nesting depth"].tolist() == [0, 1, 1, 2, 2, 1, 0]
    adding = quantities(np.array([[0.5, 0], [0.25, 1], [1, 0], [0.5, 1]]), ("value", "marked"), ())
    assert adding["sum of the marked so far"].tolist() == [0, 0.25, 0.25, 0.75]


def test_correlation_is_pearsons_and_zero_where_nothing_changes():
    random = np.random.default_rng(8)
    quantity, states = random.normal(0, 1, 30), random.normal(0, 1, (30, 3))
    states[:, 2] = 4
    found = correlations(quantity, states)
    assert found[0] == pytest.approx(np.corrcoef(quantity, states[:, 0])[0, 1]) and found[2] == 0


def test_a_finding_is_said_only_where_it_is_strong_here_and_everywhere():
    random, depth = np.random.default_rng(9), np.array([0, 1, 2, 3, 2, 1, 2, 1, 0, 0.0])
    states = random.normal(0, 1, (10, 4))
    states[:, 2] = 1 - 0.7 * depth + random.normal(0, 0.05, 10)
    filled = np.ones(10, bool)
    here = Sequences({"nesting depth": depth}, states, filled)
    (found,) = findings(here, here)
    assert (found.unit, found.title, found.steps) == (2, "Unit 2 counts open brackets", 10)
    assert found.correlation < -0.99 and found.ends[0] > found.ends[1]
    elsewhere = Sequences({"nesting depth": depth}, random.normal(0, 1, (10, 4)), filled)
    assert not findings(here, elsewhere)
    assert not findings(Sequences({"nesting depth": depth[:5]}, states[:5], filled[:5]), here)


def test_like_steps_light_the_same_units():
    states = np.array([[0.9, -0.8, 0.1], [0.9, 0.8, 0.1], [0.7, -0.6, 0.9], [0.1, 0.2, 0.3]])
    shown = lit(states)
    assert shown.tolist() == [[1, -1, 0], [1, 1, 0], [1, -1, 1], [0, 0, 0]]
    assert likeness(shown[0], shown).tolist() == [1, 0.5, pytest.approx(2 / 3), 0]


@pytest.mark.parametrize("kind", ["lstm", "gru", "simple_rnn"])
def test_opened_terms_add_up_to_the_gates_sum(kind):
    arrays = answer(kind).arrays
    for gate in ("candidate", "update", "forget"):
        if f"{gate}_terms" not in arrays:
            continue
        for which in range(3):
            found = open_term(arrays, kind, gate, which, (6, 3), lambda n: f"x[{n}]")
            whole = found.sum + (found.bias.value if found.bias else 0)
            factor = arrays["reset"][6, 3] if found.then else 1
            assert factor * whole == pytest.approx(arrays[f"{gate}_terms"][6, which, 3])
            assert found.result == pytest.approx(arrays[f"{gate}_terms"][6, which, 3])
