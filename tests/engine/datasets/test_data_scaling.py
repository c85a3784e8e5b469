"""Scaling: learned ranges, constant features, and the known range of pictures."""

import msgspec
import numpy as np
import pytest

from engine.datasets.scaling import Scaling, learn
from engine.datasets.spec import Description

TABLE = Description("table", (3,), "number")
GREY = Description("image", (2, 2, 1), "class", ("a", "b"), value_range=(0.0, 16.0))
COLOUR = Description("image", (4, 4, 3), "class", ("a", "b"))


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    return (random.normal(0, 1, (50, 3)) * [1, 1000, 1e-4] + [5, -2000, 0.1]).astype(np.float32)


def test_none_leaves_everything(table):
    assert np.array_equal(learn("none", table, TABLE).apply(table), table)


def test_minmax_is_per_feature(table):
    scaled = learn("minmax", table, TABLE).apply(table)
    assert scaled.dtype == np.float32
    assert np.allclose(scaled.min(axis=0), 0, atol=1e-5) and np.allclose(scaled.max(axis=0), 1, atol=1e-4)


def test_standard_is_per_feature(table):
    scaled = learn("standard", table, TABLE).apply(table)
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-3) and np.allclose(scaled.std(axis=0), 1, atol=1e-3)


@pytest.mark.parametrize("kind", ["minmax", "standard"])
@pytest.mark.parametrize("constant", [0.0, 0.1, -3e6, 1e-20])
def test_constant_features_stay_finite(kind, constant, table):
    table[:, 1] = constant
    scaled = learn(kind, table, TABLE).apply(table)
    assert np.isfinite(scaled).all() and np.abs(scaled[:, 1]).max() <= max(abs(constant) * 1e-6, 1e-7)


def test_pictures_use_their_known_range():
    scaling = learn("minmax", np.full((3, 2, 2, 1), 4, np.float32), GREY)
    assert scaling == Scaling((0.0,), (1 / 16,))


def test_pictures_without_a_known_range_share_one():
    x = np.zeros((2, 4, 4, 3), np.float32)
    x[0, 0, 0] = [10, 20, 50]
    scaled = learn("minmax", x, COLOUR).apply(x)
    assert scaled.max() == 1 and np.allclose(scaled[0, 0, 0], [0.2, 0.4, 1])


def test_pictures_are_standardised_per_channel():
    x = np.random.default_rng(1).normal(0, 1, (20, 4, 4, 3)).astype(np.float32) * [1, 2, 3] + [10, 20, 30]
    scaling = learn("standard", x, COLOUR)
    assert np.allclose(scaling.offset, [10, 20, 30], atol=1) and len(scaling.scale) == 3
    assert np.allclose(scaling.apply(x).std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_it_survives_a_file(table):
    scaling = learn("standard", table, TABLE)
    assert msgspec.json.decode(msgspec.json.encode(scaling), type=Scaling) == scaling
