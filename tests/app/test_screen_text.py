"""How numbers are written."""

import math

import pytest

from app.text import (
    bytes_text,
    count,
    fixed,
    format_number,
    minus,
    number,
    percent,
    seconds,
    shape,
    signed,
    tooltip,
)


@pytest.mark.parametrize(
    "value, digits, written",
    [
        (0, 4, "0"),
        (0.0864, 4, "0.0864"),
        (-0.112, 4, "−0.112"),
        (6.83107, 5, "6.8311"),
        (926.2, 4, "926.2"),
        (64026, 4, "64,026"),
        (1234.5678, 4, "1235"),
        (9999.9, 4, "10,000"),
        (0.00005, 4, "5e−5"),
        (4.927e-4, 4, "0.0004927"),
        (1e-9, 3, "1e−9"),
        (2.5e8, 3, "2.5e8"),
        (-0.0, 4, "0"),
        (0.5, 4, "0.5"),
        (99.996, 4, "100"),
    ],
)
def test_numbers_have_significant_digits(value, digits, written):
    assert format_number(value, digits) == written


def test_numbers_that_are_none():
    assert number(math.nan) == "not a number"
    assert number(-math.inf) == "−∞"
    assert number(math.inf) == "∞"


def test_signs():
    assert signed(1.25974, 5) == "+1.2597"
    assert signed(-2) == "−2"
    assert minus("-4") == "−4"


@pytest.mark.parametrize("value, decimals, written", [(0.0721, 3, "0.072"), (-0.0001, 2, "0.00"), (-1.5, 1, "−1.5")])
def test_fixed_decimals(value, decimals, written):
    assert fixed(value, decimals) == written


def test_counts_have_commas():
    assert [count(7), count(64026), count(1_000_000)] == ["7", "64,026", "1,000,000"]


def test_shapes_use_the_multiplication_sign():
    assert shape((28, 28, 1)) == "28×28×1"
    assert shape((None, 4)) == "?×4"


@pytest.mark.parametrize(
    "value, written",
    [
        (0.042, "42 ms"),
        (0.5, "0.50 s"),
        (8.06, "8.1 s"),
        (9.96, "0:10"),
        (47, "0:47"),
        (725, "12:05"),
        (3725, "1:02:05"),
    ],
)
def test_times(value, written):
    assert seconds(value) == written


def test_times_that_are_none():
    assert seconds(math.inf) == "–"
    assert seconds(-1) == "–"


@pytest.mark.parametrize(
    "size, written",
    [(512, "512 B"), (6400, "6.25 KiB"), (256_104, "250 KiB"), (1.1 * 2**30, "1.1 GiB"), (23 * 2**30, "23.0 GiB")],
)
def test_sizes(size, written):
    assert bytes_text(size) == written


def test_rates():
    assert percent(0.6995) == "69.9%" or percent(0.6995) == "70.0%"
    assert percent(0.15) == "15.0%"


def test_tooltips_never_read_markup():
    assert tooltip("<img src=x>") == "<span>&lt;img src=x&gt;</span>"
    assert tooltip("") == ""
