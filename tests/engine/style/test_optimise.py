"""Adam and L-BFGS on costs whose lowest point is known."""

from itertools import pairwise

import numpy as np
import pytest

from engine.style.optimise import LBFGS, Adam, Measured

RANDOM = np.random.default_rng(0)
LOWEST = RANDOM.uniform(0.2, 0.8, (4, 5, 3)).astype(np.float32)
CURVES = np.exp(RANDOM.uniform(-3, 3, LOWEST.shape)).astype(np.float32)
START = np.full(LOWEST.shape, 0.5, np.float32)


class Bowl:
    """Σ curve · (x − lowest)² / 2; counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, x):
        self.asked += 1
        gap = x - LOWEST
        cost = float((CURVES * gap**2).sum() / 2)
        return Measured(np.array([cost]), cost, (CURVES * gap).astype(np.float32))


def walked(optimizer, steps, bowl):
    x, costs = START, []
    for _ in range(steps):
        x, found = optimizer.move(x, bowl)
        costs.append(found.cost)
    return x, costs


def test_adam_is_adam():
    gradient, x, bowl = CURVES * (START - LOWEST), START.astype(float), Bowl()
    moved, _ = Adam(100, begin=0.03, end=0.03).move(START, bowl)
    np.testing.assert_allclose(moved, x - 0.03 * np.sign(gradient), atol=1e-4)
    _, costs = walked(Adam(150), 150, bowl)
    assert costs[-1] < 0.02 * costs[0]


def test_lbfgs_reaches_the_bottom_in_few_steps():
    x, costs = walked(LBFGS(), 40, bowl := Bowl())
    assert costs[-1] < 1e-4 * costs[0] and np.abs(x - LOWEST).max() < 0.05
    assert all(after <= before + 1e-9 for before, after in pairwise(costs))
    assert bowl.asked < 60, "most steps need one look"


def test_lbfgs_stays_within_the_picture():
    def outside(x):
        cost = float(((x - 2) ** 2).sum())
        return Measured(np.array([cost]), cost, (2 * (x - 2)).astype(np.float32))

    optimizer, x = LBFGS(), START
    for _ in range(8):
        x, _ = optimizer.move(x, outside)
    assert x.max() == x.min() == 1.0


def test_lbfgs_forgets_when_the_cost_becomes_another():
    optimizer, bowl = LBFGS(), Bowl()
    x, _ = walked(optimizer, 5, bowl)
    optimizer.forget()
    before = bowl.asked
    optimizer.move(x, bowl)
    assert bowl.asked - before >= 2, "what it knew of the picture was of the other cost"


@pytest.mark.parametrize("optimizer", [Adam(3), LBFGS()])
def test_a_flat_cost_moves_nothing(optimizer):
    flat = Measured(np.zeros(1), 0.0, np.zeros_like(START))
    for _ in range(3):
        moved, _ = optimizer.move(START, lambda _: flat)
        np.testing.assert_array_equal(moved, START)
