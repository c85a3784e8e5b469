"""Descents: paths, divergence, noise, swarms, the data's own surface, and the numbers of an update."""

import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.descent import Swarm, check_converged, descend, noisy, reached, starts_on
from engine.explain.descent_numbers import moved, update_numbers
from engine.explain.surfaces import SURFACES, surface_of
from engine.explain.two_weights import TwoWeights
from engine.explain.update_rules import RULES


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.id)
def test_minima_are_where_the_gradient_is_zero_and_all_around_is_higher(surface):
    minima = np.array(surface.minima)
    np.testing.assert_allclose(surface.gradient(minima), 0, atol=1e-9)
    around = 1e-3 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [0.7, 0.7], [0.7, -0.7]])
    assert (surface.value(minima[:, None] + around) > surface.value(minima)[:, None]).all()
    assert surface.holds(*surface.start) and all(surface.holds(*minimum) for minimum in surface.minima)
    z, x, y = surface.grid(21)
    assert z.shape == (21, 21) and z.min() >= 0
    assert z[3, 17] == pytest.approx(float(surface.value(np.array([x[17], y[3]]))))


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.id)
def test_gradient_descent_gets_on_at_the_rate_of_the_surface(surface):
    found = descend(surface, "sgd", np.array([surface.start]), 200, {"learning_rate": surface.rate})
    assert found.diverged[0] == -1 and found.losses[-1, 0] < found.losses[0, 0]


def test_many_starts_are_each_as_if_alone():
    surface = surface_of("himmelblau")
    starts = starts_on(surface, 4)
    assert starts.shape == (16, 2) and starts[1, 0] > starts[0, 0] and starts[1, 1] == starts[0, 1]
    for name in RULES:
        together = descend(surface, name, starts, 20, {"learning_rate": 0.01})
        alone = descend(surface, name, starts[5:6], 20, {"learning_rate": 0.01})
        np.testing.assert_allclose(together.positions[:, 5], alone.positions[:, 0], rtol=1e-12)


def test_noise_is_the_same_for_every_optimiser_and_every_time():
    surface = surface_of("ravine")
    source = noisy(surface, 2.0, seed=3)
    w = np.array([[1.0, 1.0]])
    first = source(4, w) - surface.gradient(w)
    np.testing.assert_array_equal(first, source(4, w) - surface.gradient(w))
    assert np.abs(first - (source(5, w) - surface.gradient(w))).max() > 1e-3
    drawn = np.array([source(step, w)[0] for step in range(400)]) - surface.gradient(w)
    assert drawn.std() == pytest.approx(2.0, rel=0.1) and abs(drawn.mean()) < 0.25


def test_a_path_that_leaves_is_said_with_its_step_and_the_others_go_on():
    surface = surface_of("ravine")
    starts = np.array([surface.start, (0.0, 0.0)])
    found = descend(surface, "sgd", starts, 50, {"learning_rate": 0.12})
    step = int(found.diverged[0])
    assert 0 < step < 50 and found.diverged[1] == -1
    assert np.isfinite(found.positions[:step, 0]).all() and np.isnan(found.positions[step:, 0]).all()
    np.testing.assert_array_equal(found.positions[-1, 1], 0)
    with pytest.raises(UserError, match=f"after step {step} it is far outside Ravine"):
        check_converged(surface, found)
    check_converged(surface, found, 1)


def test_names_and_starts_are_checked():
    with pytest.raises(UserError, match="no surface 'hill'"):
        surface_of("hill")
    with pytest.raises(UserError, match="no optimiser 'lbfgs'"):
        descend(surface_of("beale"), "lbfgs", np.zeros((1, 2)), 1, {})
    with pytest.raises(UserError, match="lies outside Beale"):
        surface_of("beale").check_start(float("nan"), 0)


def test_a_swarm_is_shared_among_the_minima():
    surface = surface_of("himmelblau")
    swarm = Swarm(surface, "adam", {"learning_rate": 0.12}, side=20, steps=200)
    assert list(swarm.compute()) == list(range(1, 200))
    positions, found = swarm.positions, swarm.reached
    assert positions.shape == (201, 400, 2) and positions.dtype == np.float32 and np.isfinite(positions).all()
    assert set(found) == {0, 1, 2, 3}
    near = np.linalg.norm(positions[-1] - np.array(surface.minima)[found], axis=1)
    assert near.max() < 1.0
    assert list(reached(surface, np.array([[0.0, 0.0], [3.1, 2.0], [np.nan, 0.0]]))) == [-1, 0, -1]


def _data(kind):
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 2)) * [1.0, 3.0]
    y = x @ [2.0, -0.5] + random.normal(size=200)
    return TwoWeights(kind, x, y if kind == "linear" else (y > 0).astype(float))


@pytest.mark.parametrize("kind", ["linear", "logistic"])
def test_the_minimum_of_the_data_and_the_largest_rate(kind):
    model = _data(kind)
    surface = model.surface("Data", "made here")
    np.testing.assert_allclose(model.gradient(model.minimum[None]), 0, atol=1e-8)
    assert surface.holds(0.0, 0.0) and surface.holds(*surface.start)
    near = (model.minimum + 1e-3)[None]
    for factor, grows in ((0.95, False), (1.05, True)):
        found = descend(surface, "sgd", near, 150, {"learning_rate": factor * model.largest_rate})
        away = np.linalg.norm(found.positions[-1, 0] - model.minimum)
        assert bool(away < 1.5e-3) is not grows


def test_batches_are_parts_of_every_epoch():
    model = _data("linear")
    source, w = model.batches(64, seed=1), np.array([[0.5, 0.5]])
    parts = [source(step, w)[0] for step in range(4)]
    weighted = np.average(parts, axis=0, weights=[64, 64, 64, 8])
    np.testing.assert_allclose(weighted, model.gradient(w)[0], rtol=1e-10)
    np.testing.assert_array_equal(model.batches(200)(7, w), model.gradient(w))


@pytest.mark.parametrize("name", RULES)
def test_the_written_arithmetic_gives_the_update(name):
    surface = surface_of("himmelblau")
    found = descend(surface, name, np.array([surface.start]), 9, {"learning_rate": 0.01}, noisy(surface, 3.0))
    for step in (1, 9):
        before, after = moved(found, step)
        lines = update_numbers(found, step)
        assert lines[-1].name == "Update"
        np.testing.assert_allclose(before + lines[-1].values, after, rtol=1e-9)
        for line in lines:
            for weight in (0, 1):
                written = line.template.format(*(f"({value!r})" for value in line.of(weight)))
                assert _worked_out(written) == pytest.approx(line.values[weight], rel=1e-9)


def _worked_out(written):
    """The value of a line of arithmetic, read as Python."""
    for sign, python in (("·", "*"), ("−", "-"), ("^", "**"), ("²", "**2"), ("√", "sqrt")):
        written = written.replace(sign, python)
    return eval(written, {"sqrt": np.sqrt})
