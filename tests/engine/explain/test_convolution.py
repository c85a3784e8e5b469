"""Windows by hand: what a small convolution, a pooling and a traced unit must give."""

import numpy as np
import pytest

from engine.examples import load_example
from engine.explain.convolution import convolution_cell, correlate, flipped, is_inside, taps, window_of
from engine.explain.field_box import Box, boxes
from engine.explain.kernel_words import kernel_sentence
from engine.explain.own_kernels import NAMES, OWN_KERNELS, over_channels
from engine.explain.pooling import pooling_cell
from engine.explain.volumes import volumes
from engine.receptive_field import receptive_field
from engine.shapes import infer

CONV = {"kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "dilation_rate": [1, 1]}


def test_one_cell_is_written_out():
    x = np.arange(16.0).reshape(4, 4, 1)
    kernel = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])[..., None]
    cell = convolution_cell(x, kernel, 0.5, window_of("conv2d", CONV, x.shape), (0, 3), "relu")
    assert list(cell.rows) == [-1, 0, 1] and list(cell.columns) == [2, 3, 4]
    np.testing.assert_array_equal(cell.values[..., 0], [[0, 0, 0], [2, 3, 0], [6, 7, 0]])
    assert (cell.total, cell.z, cell.a) == (2 * 2 + 6, 10.5, 10.5)
    below = convolution_cell(x, -kernel, 0.5, window_of("conv2d", CONV, x.shape), (0, 3), "relu")
    assert (below.z, below.a) == (-9.5, 0.0)


def test_channels_are_summed_apart():
    x = np.stack([np.ones((3, 3)), 2 * np.ones((3, 3))], axis=2)
    kernel = np.stack([np.ones((3, 3)), -np.ones((3, 3))], axis=2)
    cell = convolution_cell(x, kernel, 1.0, window_of("conv2d", CONV, x.shape), (1, 1))
    assert list(cell.sums) == [9.0, -18.0] and cell.z == -8.0


def test_the_odd_row_of_same_padding_is_below():
    window = window_of("conv2d", {**CONV, "strides": [2, 2]}, (4, 4, 1))
    assert list(taps(window, 4, 0, 0)) == [0, 1, 2] and list(taps(window, 4, 1, 0)) == [2, 3, 4]


def test_dilation_spreads_the_window():
    window = window_of("conv2d", {**CONV, "padding": "valid", "dilation_rate": [2, 2]}, (7, 7, 1))
    assert window.slide((7, 7, 1)) == (3, 3) and list(taps(window, 7, 1, 1)) == [1, 3, 5]


def test_the_textbook_kernels_do_what_their_names_say():
    step = np.zeros((6, 6, 1))
    step[:, 3:] = 1.0
    window = window_of("conv2d", {**CONV, "padding": "valid"}, step.shape)

    def over(name):
        return correlate(step, OWN_KERNELS[name][..., None, None], window)[..., 0]

    assert np.abs(over("vertical")).max() == 3 and not over("horizontal").any()
    assert np.abs(over("sobel")).max() == 4 and not over("sobel_horizontal").any()
    np.testing.assert_allclose(over("identity"), step[1:-1, 1:-1, 0])
    assert OWN_KERNELS["blur"].sum() == 1 and OWN_KERNELS["sharpen"].sum() == 1 and not OWN_KERNELS["laplacian"].sum()
    assert set(NAMES) == set(OWN_KERNELS)
    np.testing.assert_allclose(over_channels(OWN_KERNELS["blur"], 3).sum(), 1)
    np.testing.assert_array_equal(flipped(OWN_KERNELS["sobel"]), -OWN_KERNELS["sobel"])


def test_pooling_names_the_winner_and_leaves_padding_out():
    x = np.array([[-3.0, -1.0], [-2.0, -4.0]])
    window = window_of("max_pooling2d", {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}, (2, 2, 1))
    best = pooling_cell(x, window, (0, 0), "max")
    assert best.result == -1 and best.winner == (1, 2) and best.count == 4
    assert pooling_cell(x, window, (0, 0), "average").result == pytest.approx(-2.5)


def test_a_unit_is_traced_back_to_the_input():
    project = load_example("lenet-5")
    inference = infer(project.graph)
    names = [node.name for node in project.graph.in_order()]
    conv = [name for name in names if inference.layers[name].spec.id == "conv2d"]
    found = boxes(project.graph, inference, conv[1], (2, 3))
    source = names[0]
    assert found[source].size == receptive_field(project.graph, inference, conv[1]).field
    corner = boxes(project.graph, inference, conv[0], (0, 0))[source]
    assert is_inside((28, 28), np.array([corner.top]), np.array([0])).item() == (corner.top >= 0)


def test_the_box_holds_exactly_what_changes_the_unit():
    project = load_example("residual")
    inference = infer(project.graph)
    graph = project.graph
    source = graph.in_order()[0].name
    conv = [node.name for node in graph.in_order() if inference.layers[node.name].spec.id == "conv2d"]
    box = boxes(graph, inference, conv[-1], (3, 3))[source]
    assert box.joined(Box(-5, 0, 0, 0)).top == -5
    assert box.inside(*inference.layers[source].shape[:2]).size <= inference.layers[source].shape[:2]


def test_volumes_compare_with_a_dense_layer():
    project = load_example("digits")
    first = volumes(project.graph, infer(project.graph))[0]
    assert (first.parameters, first.multiplications) == (160, 8 * 8 * 16 * 9)
    assert first.dense_parameters == 64 * 1024 + 1024 and first.saved == pytest.approx(66560 / 160)
    rest = volumes(project.graph, infer(project.graph))[-1]
    assert rest.dense_parameters == 0 and rest.saved == 0


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        ("sobel_horizontal", "a bright edge above a dark one"),
        ("vertical", "a bright edge left of a dark one"),
        ("laplacian", "a dark spot on bright ground"),
        ("blur", "brightness of any shape"),
        ("identity", "a bright spot"),
        ("emboss", "an edge that is bright at the lower right"),
    ],
)
def test_a_kernel_is_put_into_words_from_its_weights(kernel, words):
    assert words in kernel_sentence("It", OWN_KERNELS[kernel][..., None], 0)


def test_words_turn_round_with_the_sign_and_name_the_channel():
    sobel = OWN_KERNELS["sobel"]
    assert "a dark edge left of a bright one" in kernel_sentence("K", -sobel[..., None], 0)
    both = np.stack([sobel, np.zeros((3, 3))], axis=2)
    assert "channel 0, which holds 100%" in kernel_sentence("K", both, 0)
    mixed = np.array([[1.0, -1, 1], [0, 1, -1], [-1, 1, 0]])
    assert "no simple pattern" in kernel_sentence("K", mixed[..., None], 0)
    assert "nothing" in kernel_sentence("K", np.zeros((3, 3, 1)), 0)
    assert "takes away 0.5 times channel 1" in kernel_sentence("K", np.array([[[1.0, -0.5]]]), 1)
