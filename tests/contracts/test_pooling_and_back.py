"""Pooling's gradient, up-sampling and transposed convolution against Keras and the tape."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.explain.pooling import pooled
from engine.explain.pooling_gradient import all_shares, pooling_gradient
from engine.explain.sample_digits import digits
from engine.explain.transposed_convolution import Scatter, tent
from engine.explain.up_sampling import METHODS, up_sampled, weights
from engine.layers.windows import Window

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
KERAS = {"max": "MaxPooling2D", "average": "AveragePooling2D"}


@given(
    seed=st.integers(0, 999),
    side=st.integers(2, 9),
    size=st.integers(1, 4),
    stride=st.integers(1, 4),
    padding=st.sampled_from(("valid", "same")),
    mode=st.sampled_from(("max", "average")),
)
@FEW
def test_pooling_and_its_gradient(seed, side, size, stride, padding, mode):
    import keras
    import tensorflow as tf

    size = min(size, side)
    random = np.random.default_rng(seed)
    x = random.integers(0, 4, (side, side)).astype(float)  # few values, so that winners tie
    window = Window("pool", "pool_size", (size, size), (stride, stride), padding)
    layer = getattr(keras.layers, KERAS[mode])(size, stride, padding)
    given = tf.Variable(x[None, ..., None], dtype=tf.float32)
    with tf.GradientTape() as tape:
        y = layer(given)
        upstream = random.normal(size=y.shape[1:3]).astype(np.float32)
        total = tf.reduce_sum(y[0, ..., 0] * upstream)
    np.testing.assert_allclose(pooled(x[..., None], window, mode)[..., 0], y[0, ..., 0], atol=1e-6)
    theirs = tape.gradient(total, given)[0, ..., 0].numpy()
    np.testing.assert_allclose(pooling_gradient(all_shares(x, window, mode), upstream), theirs, atol=1e-5)


@pytest.mark.parametrize("mode", ["max", "average"])
def test_global_pooling_and_its_gradient(mode):
    import keras
    import tensorflow as tf

    x = digits()[3]
    assert mode == "average" or (x == x.max()).sum() > 1  # several winners
    window = Window("pool", "pool_size", (8, 8), (8, 8), "valid")
    layer = {"max": keras.layers.GlobalMaxPooling2D, "average": keras.layers.GlobalAveragePooling2D}[mode]()
    given = tf.Variable(x[None, ..., None], dtype=tf.float32)
    with tf.GradientTape() as tape:
        y = layer(given)
    assert pooled(x[..., None], window, mode).item() == pytest.approx(np.asarray(y).item(), rel=1e-6)
    theirs = tape.gradient(y, given)[0, ..., 0].numpy()
    ours = pooling_gradient(all_shares(x, window, mode, ties_share=True), np.ones((1, 1)))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("shape", "factor"), [((4, 4), 2), ((4, 4), 3), ((3, 5), 4), ((1, 2), 2)])
def test_up_sampling_is_that_of_keras(method, shape, factor):
    import keras

    x = np.random.default_rng(0).normal(size=shape)
    layer = keras.layers.UpSampling2D(factor, interpolation=method)
    theirs = np.asarray(layer(x[None, ..., None]))[0, ..., 0]
    ours = up_sampled(x, factor, method)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    for place in ((0, 0), (ours.shape[0] - 1, 1), (ours.shape[0] // 2, ours.shape[1] // 2)):
        found = weights(shape, factor, place, method)
        assert found.sum() == pytest.approx(1) and (found * x).sum() == pytest.approx(ours[place])


@given(
    seed=st.integers(0, 999),
    side=st.integers(1, 5),
    size=st.integers(1, 6),
    stride=st.integers(1, 4),
    padding=st.sampled_from(("valid", "same")),
)
@FEW
def test_transposed_convolution_is_that_of_keras(seed, side, size, stride, padding):
    import keras

    random = np.random.default_rng(seed)
    x, kernel = random.normal(size=(side, side)), random.normal(size=(size, size))
    found = Scatter(x, kernel, stride, padding)
    layer = keras.layers.Conv2DTranspose(1, size, stride, padding, use_bias=False, dtype="float64")
    layer.build((None, side, side, 1))
    layer.set_weights([kernel[:, :, None, None]])
    theirs = np.asarray(layer(x[None, ..., None]))[0, ..., 0]
    ours = found.after(found.count)
    assert ours.shape == theirs.shape == found.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    place = (found.shape[0] // 2, found.shape[1] - 1)
    parts = found.parts(place)
    assert sum(value * weight for value, weight in parts) == pytest.approx(ours[place], abs=1e-9)
    assert len(parts) == found.overlaps[place]


def test_where_stamps_overlap_unevenly():
    uneven = Scatter(np.ones((4, 4)), np.ones((3, 3)), 2, "valid")
    assert uneven.overlaps[4].tolist() == [2, 2, 4, 2, 4, 2, 4, 2, 2] and not uneven.is_even
    even = Scatter(np.ones((4, 4)), np.ones((4, 4)), 2, "same")
    assert even.is_even and set(even.overlaps[2:-2, 2:-2].ravel()) == {4}
    smooth = Scatter(np.ones((4, 4)), tent(3, 2), 2, "valid").after(16)
    np.testing.assert_allclose(smooth[1:-1, 1:-1], 1)


def test_the_digits_are_those_of_the_dataset():
    from engine.datasets.digits import DIGITS

    samples = DIGITS.load({"size": "8"}, 0)
    for digit, picture in enumerate(digits()):
        first = int(np.flatnonzero(samples.y == digit)[0])
        np.testing.assert_array_equal(samples.x[first, ..., 0], picture)
