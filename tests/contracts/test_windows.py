"""Our convolution and pooling arithmetic against the real Keras layers, over many settings."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.explain.activation_functions import FUNCTIONS
from engine.explain.convolution import convolution_cell, correlate, flipped, window_of
from engine.explain.pooling import pooled, pooling_cell
from engine.layers.spec import ShapeProblem

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
MANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
PAIR = st.tuples(st.integers(1, 4), st.integers(1, 4))
IMAGE = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
PADDING = st.sampled_from(("valid", "same"))
ACTIVATION = st.sampled_from(sorted(set(FUNCTIONS) - {"softmax"}))


def fitting(kind, values, image):
    """The window of these settings, where it fits the image."""
    window = window_of(kind, values, image)
    try:
        return window, window.slide(image)
    except ShapeProblem:
        assume(False)


def numbers(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def in_keras(kind, x, **arguments):
    import keras

    layer = getattr(keras.layers, kind)(**arguments)
    layer.build((None, *x.shape))
    return layer, lambda: np.asarray(layer(x[None]))[0]


@given(image=IMAGE, size=PAIR, steps=PAIR, far=PAIR, padding=PADDING, activation=ACTIVATION, seed=st.integers(0, 99))
@MANY
def test_convolution_is_that_of_keras(image, size, steps, far, padding, activation, seed):
    dilation = far if steps == (1, 1) else (1, 1)
    values = {"kernel_size": size, "strides": steps, "padding": padding, "dilation_rate": dilation}
    window, out = fitting("conv2d", values, image)
    x, kernel, bias = numbers(seed, *image), numbers(seed + 1, *size, image[2], 2), numbers(seed + 2, 2)
    layer, answer = in_keras("Conv2D", x, filters=2, activation=activation, **values)
    layer.set_weights([kernel, bias])
    theirs = answer()
    z = correlate(x.astype(float), kernel, window, bias)
    assert z.shape == (*out, 2) == theirs.shape
    np.testing.assert_allclose(FUNCTIONS[activation](z), theirs, atol=1e-5)
    for place in {(0, 0), (out[0] - 1, out[1] - 1), (out[0] // 2, 0)}:
        cell = convolution_cell(x, kernel[..., 1], bias[1], window, place, activation)
        assert cell.z == pytest.approx(cell.sums.sum() + bias[1], abs=1e-9)
        np.testing.assert_allclose(cell.products.sum(axis=(0, 1)), cell.sums, atol=1e-9)
        np.testing.assert_allclose([cell.z, cell.a], [z[(*place, 1)], theirs[(*place, 1)]], atol=1e-5)


@given(
    image=IMAGE,
    size=PAIR,
    steps=PAIR,
    padding=PADDING,
    mode=st.sampled_from(("max", "average")),
    seed=st.integers(0, 99),
)
@MANY
def test_pooling_is_that_of_keras(image, size, steps, padding, mode, seed):
    kind, theirs_kind = {
        "max": ("max_pooling2d", "MaxPooling2D"),
        "average": ("average_pooling2d", "AveragePooling2D"),
    }[mode]
    values = {"pool_size": size, "strides": steps, "padding": padding}
    window, out = fitting(kind, values, image)
    x = numbers(seed, *image)
    _, answer = in_keras(theirs_kind, x, **values)
    theirs = answer()
    np.testing.assert_allclose(pooled(x, window, mode), theirs, atol=1e-5)
    for place in {(0, 0), (out[0] - 1, out[1] - 1)}:
        cell = pooling_cell(x[..., 0], window, place, mode)
        assert cell.result == pytest.approx(theirs[(*place, 0)], abs=1e-5)
        if mode == "max":
            row, column = cell.winner
            assert x[cell.rows[row], cell.columns[column], 0] == np.float32(cell.result)


@pytest.mark.parametrize("kind, theirs", [("global_average_pooling2d", "GlobalAveragePooling2D")])
def test_global_pooling_is_one_window(kind, theirs):
    x = numbers(3, 5, 4, 3)
    _, answer = in_keras(theirs, x)
    np.testing.assert_allclose(pooled(x, window_of(kind, {}, x.shape), "average")[0, 0], answer(), atol=1e-6)


def test_a_flipped_kernel_gives_the_convolution_of_mathematics():
    from scipy.signal import convolve2d

    x, kernel = numbers(0, 7, 6), numbers(1, 3, 3)
    values = {"kernel_size": (3, 3), "strides": (1, 1), "padding": "same", "dilation_rate": (1, 1)}
    ours = correlate(x[..., None], flipped(kernel)[..., None, None], window_of("conv2d", values, (7, 6, 1)))
    np.testing.assert_allclose(ours[..., 0], convolve2d(x, kernel, mode="same"), atol=1e-5)
