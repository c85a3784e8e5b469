"""The arithmetic of class-activation maps, on numbers small enough to check by hand."""

import numpy as np
import pytest

from engine.explain.averaged_head import averaged_head, takes_any_size
from engine.explain.class_maps import (
    cell_sum,
    gradcam_alphas,
    gradcam_plus_plus_alphas,
    largest_cell,
    rectified,
    weighted_sum,
)
from engine.shapes import infer
from tests.engine.runtime.networks import OUT, chain, small_convnet

A = np.array([[[1.0, 0.0], [2.0, 1.0]], [[0.0, 3.0], [1.0, 0.0]]])  # (2, 2, 2)
G = np.array([[[0.5, -1.0], [0.5, 0.0]], [[1.0, 0.0], [0.0, 0.0]]])


def test_alpha_is_the_mean_gradient():
    np.testing.assert_allclose(gradcam_alphas(G), [0.5, -0.25])


def test_a_map_is_the_weighted_sum_of_the_channels_and_then_positive():
    before = weighted_sum(A, gradcam_alphas(G))
    np.testing.assert_allclose(before, [[0.5, 0.75], [-0.75, 0.5]])
    np.testing.assert_allclose(rectified(before), [[0.5, 0.75], [0.0, 0.5]])
    assert largest_cell(before) == (0, 1)


def test_gradcam_plus_plus_weighs_each_place():
    # channel 0: Σ A = 4; at g = 0.5: 0.25 / (0.5 + 4·0.125) = 0.25; at g = 1: 1 / (2 + 4) = 1/6
    # channel 1: its only gradient is negative, so ReLU leaves nothing
    np.testing.assert_allclose(gradcam_plus_plus_alphas(A, G), [2 * 0.25 * 0.5 + 1 / 6, 0.0])
    np.testing.assert_allclose(gradcam_plus_plus_alphas(A, np.zeros_like(G)), [0.0, 0.0])


def test_the_terms_of_a_cell_and_the_rest_make_its_sum():
    random = np.random.default_rng(0)
    activation, alphas = random.normal(size=(3, 4, 9)), random.normal(size=9)
    cell = cell_sum(activation, alphas, 2, 1)
    products = activation[2, 1] * alphas
    assert set(cell.channels) == set(np.argsort(-np.abs(products))[:5])
    assert list(cell.terms) == sorted(cell.terms, reverse=True)
    np.testing.assert_allclose(cell.terms, np.array(cell.alphas) * cell.activations)
    assert sum(cell.terms) + cell.rest == pytest.approx(products.sum()) == pytest.approx(cell.total)


def averaged(*between):
    return chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 4, "padding": "same"}),
        *between,
        ("global_average_pooling2d", {}),
        ("dropout", {"rate": 0.5}),
        ("output", OUT),
    )


def test_a_head_that_averages_is_found_behind_idle_layers():
    project = averaged(("dropout", {"rate": 0.2}))
    head = averaged_head(project, infer(project.graph))
    assert (head.layer, head.pooling, head.output) == ("conv2d_1", "global_average_pooling2d_1", "output_1")
    behind = averaged(("max_pooling2d", {}))
    assert averaged_head(behind, infer(behind.graph)).layer == "max_pooling2d_1"


def test_other_heads_do_not_average():
    flat, deep = small_convnet(), averaged()
    assert averaged_head(flat, infer(flat.graph)) is None
    graph = deep.graph
    two = chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 4}),
        ("global_average_pooling2d", {}),
        ("dense", {"units": 4}),
        ("output", OUT),
    )
    assert averaged_head(two, infer(two.graph)) is None
    assert averaged_head(deep.replace(heads=()), infer(graph)) is None


def test_only_a_network_without_fixed_places_takes_any_size():
    for project, is_free in (
        (averaged(), True),
        (averaged(("batch_normalization", {})), True),
        (small_convnet(), False),
    ):
        assert takes_any_size(project, infer(project.graph)) is is_free
