"""The toy datasets: their geometry, without noise."""

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.project import DataChoice


def points(dataset, **values):
    samples = load(DataChoice(dataset, {"count": 400, "noise": 0.0, **values})).samples
    return samples.x.astype(np.float64), samples.y


def test_circles_lie_on_two_radii():
    x, y = points("circles", factor=0.3)
    assert np.allclose(np.hypot(*x[y == 0].T), 1, atol=1e-6) and np.allclose(np.hypot(*x[y == 1].T), 0.3, atol=1e-6)


def test_moons_lie_on_half_circles():
    x, y = points("moons")
    assert np.allclose(np.hypot(*x[y == 0].T), 1, atol=1e-6) and x[y == 0, 1].min() >= 0
    assert np.allclose(np.hypot(*(x[y == 1] - [1, 0.5]).T), 1, atol=1e-6) and x[y == 1, 1].max() <= 0.5


def test_the_second_arm_is_the_first_turned_by_half_a_turn():
    x, y = points("spiral", turns=2.0)
    radius = np.hypot(*x.T)
    along = np.exp(1j * 2 * np.pi * 2.0 * radius)
    angle = (x[:, 1] + 1j * x[:, 0]) / radius / along
    assert np.allclose(angle[y == 0], 1, atol=1e-4) and np.allclose(angle[y == 1], -1, atol=1e-4)


def test_xor_is_the_sign_of_the_product():
    x, y = points("xor")
    assert np.array_equal(x.prod(axis=1) < 0, y == 1) and np.abs(x).min() >= 0.05 - 1e-6
    assert {tuple(sign) for sign in np.sign(x).astype(int)} == {(1, 1), (-1, -1), (1, -1), (-1, 1)}


def test_blobs_lie_on_a_circle():
    x, y = points("blobs", centers=5)
    assert len(np.unique(x.round(4), axis=0)) == 5 and np.allclose(np.hypot(*x.T), 1, atol=1e-6)
    assert np.bincount(y).tolist() == [80] * 5


@pytest.mark.parametrize("dataset", ["moons", "circles", "spiral", "xor", "blobs"])
def test_noise_has_the_deviation_it_says(dataset):
    choice = DataChoice(dataset, {"count": 20_000, "noise": 0.1}, seed=3)
    clean = DataChoice(dataset, {"count": 20_000, "noise": 0.0}, seed=3)
    difference = load(choice).samples.x - load(clean).samples.x
    assert np.allclose(difference.std(axis=0), 0.1, rtol=0.03) and np.allclose(difference.mean(axis=0), 0, atol=0.004)


@pytest.mark.parametrize("count", [20, 21, 999])
def test_classes_are_balanced(count):
    samples = load(DataChoice("moons", {"count": count})).samples
    assert len(samples.y) == count and np.ptp(np.bincount(samples.y)) <= 1
