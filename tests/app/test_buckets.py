"""Summaries of curves that grow are what a look at every point would have given."""

import numpy as np
import pytest

from app.buckets import SIZE, Buckets
from app.plots.thinning import averaged, thin


@pytest.mark.parametrize("shape", [(1000,), (1000, 3)])
def test_a_summary_follows_what_is_added(shape):
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    buckets = Buckets(*shape[1:])
    for end in (10, SIZE, 3 * SIZE + 1, 700, 1000):
        buckets.follow(values[:end])
        blocks = values[: end // SIZE * SIZE].reshape(-1, SIZE, *shape[1:])
        assert np.array_equal(buckets.low, blocks.min(axis=1))
        assert np.array_equal(buckets.high, blocks.max(axis=1))
        assert buckets.mean == pytest.approx(blocks.mean(axis=1, dtype=float))


def test_what_was_cut_is_worked_out_anew():
    values = np.zeros(20 * SIZE)
    buckets = Buckets().follow(values)
    values[7 * SIZE + 3 :] = 5.0
    buckets.cut(7 * SIZE + 3)
    assert len(buckets.mean) == 7
    buckets.follow(values)
    assert buckets.high[6:9].tolist() == [0.0, 5.0, 5.0]
    assert buckets.low[7] == 0.0


def test_a_long_curve_looks_the_same_with_its_summary():
    x = np.arange(1_000_003.0)
    y = np.random.default_rng(0).normal(size=len(x))
    y[543_210], y[777_777] = 50.0, -50.0
    buckets = Buckets().follow(y)
    at, found = thin(x, y, 1000, buckets)
    assert len(at) == len(found) <= 1000
    assert (found.max(), found.min(), at[-1], found[-1]) == (50.0, -50.0, x[-1], y[-1])
    rising = x / len(x)
    at, found = averaged(x, rising, 500, Buckets().follow(rising))
    assert len(at) <= 500
    assert np.abs(found - at / len(x)).max() < 1e-3


def test_a_short_curve_needs_no_summary():
    x = np.arange(3000.0)
    y = np.sin(x)
    buckets = Buckets().follow(y)
    for fewer in (thin, averaged):
        assert all(np.array_equal(a, b) for a, b in zip(fewer(x, y, 500), fewer(x, y, 500, buckets), strict=True))
