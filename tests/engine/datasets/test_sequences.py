"""Generated sequences: balanced expressions, sums of what is marked, a next value that follows."""

from random import Random

import numpy as np
import pytest

from engine.datasets.brackets import ALPHABET, WHOLE, expression
from engine.datasets.choice import load
from engine.project import DataChoice


@pytest.mark.parametrize("length", [12, 33, 129])
def test_expressions_are_balanced_and_of_bounded_length(length):
    random = Random(3)
    for _ in range(300):
        text = expression(random, length)
        assert text.endswith(";") and len(text) <= length and set(text) <= set(ALPHABET)
        depth = np.cumsum([{"(": 1, ")": -1}.get(character, 0) for character in text])
        assert depth.min() == 0 == depth[-1] and depth.max() <= 4
        assert eval(text[:-1].replace("/", "+").replace("x", "1"), {"__builtins__": {}}) is not None


def test_a_text_is_one_hot_after_blanks_and_the_first_are_whole():
    samples = load(DataChoice("brackets", {"count": 1000}, normalisation="none")).samples
    filled = samples.x.any(axis=-1)
    assert set(np.unique(samples.x)) == {0, 1} and (samples.x.sum(axis=-1) == filled).all()
    assert (np.diff(filled.astype(int), axis=1) >= 0).all()
    assert (samples.y[:WHOLE] == ALPHABET.index(";")).all() and filled[:WHOLE].sum(axis=1).min() >= 28


def test_the_target_of_the_adding_problem_is_the_sum_of_the_marked():
    samples = load(DataChoice("adding", {"count": 200, "length": 9}, stratified=False)).samples
    assert (samples.x[:, :4, 1].sum(axis=1) == 1).all() and (samples.x[:, 4:, 1].sum(axis=1) == 1).all()
    np.testing.assert_allclose(samples.y, (samples.x[..., 0] * samples.x[..., 1]).sum(axis=1), atol=1e-6)


def test_without_noise_and_trend_a_series_is_one_sine():
    values = {"count": 100, "trend": 0.0, "noise": 0.0}
    samples = load(DataChoice("series", values, stratified=False)).samples
    whole = np.concatenate([samples.x[..., 0], samples.y[:, None]], axis=1).astype(float)
    for row in whole[:20]:  # a sine about a level obeys v(t + 1) + v(t − 1) = a·v(t) + b
        terms = np.stack([row[1:-1], np.ones(len(row) - 2)], axis=1)
        _, residual, *_ = np.linalg.lstsq(terms, row[2:] + row[:-2], rcond=None)
        assert residual < 1e-8
