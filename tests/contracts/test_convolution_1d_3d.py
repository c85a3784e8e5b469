"""Convolution along a series and over a clip against TensorFlow; the series itself against published figures."""

import numpy as np
import pytest

from engine.explain.convolution_1d_3d import (
    KERNELS,
    PADDINGS,
    WAYS,
    SeriesConvolution,
    clip,
    correlate,
    motion_kernel,
    series_kernel,
)
from engine.explain.nile import FIRST, FLOW
from engine.explain.sample_digits import MOST, digits

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", KERNELS)
def test_along_a_series(name, padding):
    import keras
    import tensorflow as tf

    for taps in (2, 6, 20):
        weights = series_kernel(name, taps)
        found = SeriesConvolution(FLOW, weights, padding)
        layer = keras.layers.Conv1D(1, len(weights), padding=padding, use_bias=False, dtype="float64")
        layer.build((None, len(FLOW), 1))
        layer.set_weights([weights[:, None, None]])
        theirs = np.asarray(layer(FLOW[None, :, None]))[0, :, 0]
        np.testing.assert_allclose(found.z, theirs, rtol=1e-9, atol=1e-9)
        for place in (0, len(found.z) // 2, len(found.z) - 1):
            assert found.window(place) @ weights == pytest.approx(theirs[place])
        if padding != "causal":
            plain = tf.nn.conv1d(FLOW[None, :, None], weights[:, None, None], 1, padding.upper())
            np.testing.assert_allclose(found.z, plain[0, :, 0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("way", WAYS)
def test_over_a_clip(way):
    import tensorflow as tf

    x, kernel = clip(digits()[4] / MOST, way), motion_kernel("right")
    theirs = tf.nn.conv3d(x[None, ..., None], kernel[..., None, None], [1] * 5, "VALID")[0, ..., 0]
    np.testing.assert_allclose(correlate(x, kernel), theirs, atol=1e-9)


def test_an_uneven_kernel_over_a_volume():
    import tensorflow as tf

    random = np.random.default_rng(0)
    x, kernel = random.normal(size=(6, 5, 7)), random.normal(size=(2, 3, 4))
    theirs = tf.nn.conv3d(x[None, ..., None], kernel[..., None, None], [1] * 5, "VALID")[0, ..., 0]
    np.testing.assert_allclose(correlate(x, kernel), theirs, atol=1e-9)


def test_every_digit_that_moves_with_the_kernel_is_told_from_one_that_does_not():
    for digit in digits() / MOST:
        answers = {way: correlate(clip(digit, way), motion_kernel("right")) for way in WAYS}
        assert answers["right"].max() > 4 and answers["left"].max() < 3
        np.testing.assert_allclose(answers["still"], 0, atol=1e-12)
        mirrored = correlate(clip(digit, "left"), motion_kernel("left"))
        assert mirrored.max() > 4


def test_the_series_has_its_published_mean_and_deviation():
    assert len(FLOW) == 100 and FLOW.mean() == pytest.approx(919.35)
    assert FLOW.std(ddof=1) == pytest.approx(169.2275, abs=1e-4)  # R: sd(Nile)
    found = SeriesConvolution(FLOW, series_kernel("step", 20), "valid")
    assert FIRST + found.first(int(found.z.argmax())) + 9 == 1898  # Cobb 1978
