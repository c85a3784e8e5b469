"""Costs, colours and dials by hand."""

import numpy as np
import pytest

from engine.errors import UserError
from engine.params import check_values
from engine.style import colours, costs
from engine.style.banks import CHROMA, by_blocks, detail_bank, gratings
from engine.style.dials import Dials
from engine.style.frames import kept_steps
from engine.style.settings import SETTINGS
from engine.style.terms import RANDOM_TERMS, VGG19_TERMS, terms_of

VALUES = check_values(SETTINGS, {}, "test")


def picture(height=6, width=9, seed=0):
    return np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)


def test_a_gram_matrix_by_hand():
    features = np.array([[1.0, 2.0], [3.0, 0.0]])
    np.testing.assert_allclose(costs.gram(features, 0), [[5, 1], [1, 2]])
    with_mean = costs.gram(features, 0.5)
    np.testing.assert_allclose(with_mean[2], [0.5 * 2, 0.5 * 1, 0.25])
    assert np.array_equal(with_mean, with_mean.T)


def test_relative_distances_by_hand():
    found, wanted = np.array([[3.0, 0.0], [0.0, 8.0]]), np.array([[0.0, 0.0], [0.0, 4.0]])
    assert costs.relative_distance(found, wanted) == pytest.approx(5 / 4)
    assert costs.relative_square(found, wanted) == pytest.approx(25 / 16)
    assert costs.relative_distance(wanted, wanted) == pytest.approx(0, abs=1e-5)


def test_total_variation_by_hand():
    steps = np.zeros((2, 3, 1))
    steps[:, 1:] = 0.5
    assert costs.total_variation(steps) == pytest.approx((0.5 + 1e-3) / 2, abs=1e-5)
    assert costs.total_variation(np.full((4, 4, 3), 0.3)) == pytest.approx(1e-3)


def test_the_filters_are_what_they_are_said_to_be():
    bank = gratings(0)
    assert bank.shape == (9, 9, 3, 112) and np.array_equal(bank, gratings(0)) and not np.array_equal(bank, gratings(1))
    light = bank.mean(axis=2, keepdims=True)
    np.testing.assert_allclose(((light + (bank - light) / CHROMA) ** 2).sum(axis=(0, 1, 2)), 1, rtol=1e-5)
    assert np.abs(bank.mean(axis=(0, 1))).max() < 0.02
    detail = detail_bank()
    assert detail.shape == (5, 5, 1, 32) and np.abs(detail.mean(axis=(0, 1))).max() < 1e-7


def test_filters_for_blocks_give_the_same_numbers():
    """A stride of 2 over pixels is a stride of 1 over 2×2 blocks."""
    bank, x = gratings(3, side=3, count=2), np.random.default_rng(1).random((8, 6, 3))
    blocks = x.reshape(4, 2, 3, 2, 3).transpose(0, 2, 1, 3, 4).reshape(4, 3, 12)
    moved = by_blocks(bank)
    for row, column in ((0, 0), (1, 1), (2, 0)):
        wanted = np.einsum("ijk,ijkn->n", x[2 * row : 2 * row + 3, 2 * column : 2 * column + 3], bank)
        found = np.einsum("ijk,ijkn->n", blocks[row : row + 2, column : column + 2], moved)
        np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_recolouring_gives_the_wanted_mean_and_covariance():
    content, style = 0.4 + 0.2 * picture(40, 40), 0.45 + 0.1 * picture(30, 50, 1) @ np.diag([1, 0.5, 0.8])
    wanted = colours.palette(style)
    found = colours.palette(colours.recoloured(content, wanted))
    np.testing.assert_allclose(found.mean, wanted.mean, atol=1e-3)
    np.testing.assert_allclose(found.covariance, wanted.covariance, atol=2e-4)


def test_kept_colours_are_those_of_the_content():
    content, result = 0.3 + 0.2 * picture(), 0.3 + 0.2 * picture(seed=2)
    kept = colours.with_colors_of(content, result)
    np.testing.assert_allclose(colours.luminance(kept), colours.luminance(result), atol=1e-6)
    np.testing.assert_allclose(
        kept - kept.mean(axis=2, keepdims=True), content - content.mean(axis=2, keepdims=True), atol=1e-6
    )
    lit = colours.lit_like(result, content)
    assert lit.mean() == pytest.approx(float(colours.luminance(content).mean()), abs=1e-3)


def test_a_dial_weighs_its_term():
    dials = Dials(RANDOM_TERMS, 2, VALUES | {"style_weight": 3.0}, {"style:1:4": 0.5, "image:1": 3.0})
    weights = dict(zip([term.id for term in dials.terms], dials.weights.tolist(), strict=True))
    assert weights["style:1:4"] == 1.5 and weights["style:1:1"] == 3.0
    assert weights["total_variation"] == pytest.approx(0.12)
    assert dials.mix == (0.25, 0.75)
    dials.set("total_variation", 0.5)
    dials.set("content_weight", 0.0)
    assert dials.weights[-1] == 0.5 and not dials.weights[5:8].any()
    dials.set("image:0", 0.0)
    dials.set("image:1", 0.0)
    assert dials.mix == (0.5, 0.5)


@pytest.mark.parametrize("name, value", [("style:1:3", 1.0), ("content_weight", -1.0), ("style_weight", float("nan"))])
def test_wrong_dials_are_refused(name, value):
    dials = Dials(RANDOM_TERMS, 1, VALUES, {})
    with pytest.raises(UserError):
        dials.set(name, value)


def test_every_term_has_a_name_of_its_own():
    for terms in (RANDOM_TERMS, VGG19_TERMS):
        assert len({term.id for term in terms}) == len(terms) and terms[-1].id == "total_variation"
        assert [term.kind for term in terms] == sorted(
            (t.kind for t in terms), key=("style", "content", "variation").index
        )
    assert terms_of("vgg19") is VGG19_TERMS


@pytest.mark.parametrize("total", [1, 2, 7, 200, 2000])
def test_frames_are_closer_at_the_beginning(total):
    kept = sorted(kept_steps(total))
    assert kept[0] == 0 and kept[-1] == total and len(kept) <= 25
    gaps = np.diff(kept)
    assert (gaps[:3].mean() if len(gaps) else 1) <= (gaps[-3:].mean() if len(gaps) else 1)
