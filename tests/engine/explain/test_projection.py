"""Principal components are NumPy's; neighbours are the nearest; one picture is turned to lie on another."""

import numpy as np
import pytest

from engine.explain.projection import aligned, nearest, principal_components


@pytest.mark.parametrize("shape", [(200, 6), (12, 300)])
def test_components_are_those_of_numpys_decomposition(shape):
    random = np.random.default_rng(0)
    values = random.normal(size=shape) * np.linspace(3, 0.1, shape[1]) + 5
    found = principal_components(values, 3)
    centred = values - values.mean(axis=0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    for n in range(3):
        sign = np.sign(found.axes[n] @ rows[n])
        np.testing.assert_allclose(found.axes[n], sign * rows[n], atol=1e-9)
        np.testing.assert_allclose(found.places(values)[:, n], sign * centred @ rows[n], atol=1e-8)
    np.testing.assert_allclose(found.shares, sizes[:3] ** 2 / (sizes**2).sum(), rtol=1e-9)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(3), atol=1e-9)


def test_flat_samples_have_empty_components():
    found = principal_components(np.outer(np.arange(5.0), [1.0, 2.0]), 3)
    assert found.shares[0] == pytest.approx(1) and not found.shares[1:].any()
    assert not found.axes[1:].any()


def test_the_largest_entry_of_an_axis_is_positive():
    values = np.array([[0.0, 0.0], [-1.0, -2.0], [-3.0, -6.5]])
    assert principal_components(values, 1).axes[0].max() == np.abs(principal_components(values, 1).axes[0]).max()


def test_neighbours_are_the_nearest_others():
    values = np.random.default_rng(1).normal(size=(40, 7))
    order, distances = nearest(values, 5)
    for n in (0, 13, 39):
        away = np.linalg.norm(values - values[n], axis=1)
        away[n] = np.inf
        assert list(order[n]) == list(np.argsort(away)[:5])
        np.testing.assert_allclose(distances[n], np.sort(away)[:5], rtol=1e-5)
    assert nearest(values[:3], 8)[0].shape == (3, 2)


def test_a_turned_and_mirrored_picture_is_turned_back():
    points = np.random.default_rng(2).normal(size=(30, 2))
    turn = np.array([[np.cos(2.0), -np.sin(2.0)], [np.sin(2.0), np.cos(2.0)]])
    moved = points @ turn @ np.diag([1, -1]) + [4, -7]
    np.testing.assert_allclose(aligned(moved, points), points, atol=1e-9)
