"""Ticks, ranges, thinning and labels that keep apart."""

import numpy as np
import pytest

from app.plots.scale import labels, log_ticks, ticks, unit_heights, value_range
from app.plots.thinning import averaged, spread, thin, within


@pytest.mark.parametrize(
    "low, high, most, expected",
    [
        (0, 30, 6, [0, 5, 10, 15, 20, 25, 30]),
        (0, 1.4, 7, [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4]),
        (0.7, 1.0, 3, [0.7, 0.8, 0.9, 1.0]),
        (-1, 1, 2, [-1, 0, 1]),
    ],
)
def test_ticks_are_round(low, high, most, expected):
    assert ticks(low, high, most) == pytest.approx(expected)


def test_ticks_of_nothing():
    assert ticks(3, 3) == [3]
    assert ticks(float("nan"), 1) == []
    assert log_ticks(0, 10) == []


def test_log_ticks_are_decades_or_finer():
    assert log_ticks(0.05, 20) == pytest.approx([0.1, 1, 10])
    assert log_ticks(1.5, 9) == pytest.approx([2, 5])


def test_tick_labels_have_the_decimals_of_their_step():
    assert labels([0.0, 0.2, 0.4]) == ["0.0", "0.2", "0.4"]
    assert labels([0, 10_000, 20_000]) == ["0", "10,000", "20,000"]
    assert labels([-1, 0]) == ["−1", "0"]
    assert labels([0.001, 0.1], log=True) == ["0.001", "0.1"]


def test_ranges():
    assert value_range([np.array([0.1, 1.0])], False)[0] == 0.0
    low, high = value_range([np.array([0.9, 1.0])], False)
    assert 0.8 < low < 0.9 < 1.0 < high < 1.1
    low, high = value_range([np.array([0.01, 10.0, -1.0, np.nan])], True)
    assert low == pytest.approx(0.008)
    assert high > 9
    assert value_range([], False) == (0.0, 1.0)
    low, high = value_range([np.array([0.003, np.float32(0.003)])], False)
    assert low == pytest.approx(0.0027) and high == pytest.approx(0.0033)
    low, high = value_range([np.full(5, 3.0)], False)
    assert low < 3 < high


def test_thinning_keeps_every_peak_and_the_last_point():
    x = np.arange(100_003.0)
    y = np.random.default_rng(0).normal(size=len(x))
    y[54_321], y[77_777] = 50.0, -50.0
    thin_x, thin_y = thin(x, y, 1000)
    assert len(thin_x) == len(thin_y) <= 1000
    assert thin_y.max() == 50
    assert thin_y.min() == -50
    assert (thin_x[-1], thin_y[-1]) == (x[-1], y[-1])
    assert (np.diff(thin_x) > 0).all()


def test_thinning_leaves_out_what_is_not_a_number():
    y = np.ones(10_000)
    y[::7] = np.nan
    assert np.isfinite(thin(np.arange(10_000.0), y, 100)[1]).all()


def test_short_curves_stay_as_they_are():
    x, y = np.arange(10.0), np.arange(9.0)
    for fewer in (thin, averaged):
        assert [len(part) for part in fewer(x, y, 100)] == [9, 9]


def test_averaging_keeps_ends_and_level():
    x = np.arange(50_000.0)
    y = 3 + np.random.default_rng(0).normal(size=len(x))
    at, mean = averaged(x, y, 500)
    assert len(at) <= 501
    assert (at[0], at[-1], mean[-1]) == (0, 49_999, y[-1])
    assert np.abs(mean[1:-1] - 3).max() < 0.6
    assert (np.diff(at) >= 0).all()


def test_only_what_is_seen_is_kept_with_its_neighbours():
    x = np.arange(100.0)
    seen, _ = within(x, x, 10.5, 20.5)
    assert (seen[0], seen[-1]) == (10, 21)
    assert len(within(x, x, -5, 200)[0]) == 100
    assert len(within(np.zeros(0), np.zeros(0), 0, 1)[0]) == 0


def test_labels_keep_apart():
    moved = spread([50, 52, 51, 90], 20, 0, 100)
    assert min(abs(a - b) for i, a in enumerate(moved) for b in moved[:i]) >= 20 - 1e-9
    assert moved[0] < moved[2] < moved[1] < moved[3]
    assert min(moved) >= 0
    assert max(moved) <= 100


def test_heights_are_logarithmic_unless_that_is_flat():
    (curve,) = unit_heights([np.array([1.0, 10.0, 100.0])])
    assert curve == pytest.approx([0, 0.5, 1])
    (curve,) = unit_heights([np.array([1.0, 1.05, 1.1])])
    assert curve == pytest.approx([0, 0.5, 1])
    (curve,) = unit_heights([np.array([-1.0, 0.0, 1.0])])
    assert curve == pytest.approx([0, 0.5, 1])
