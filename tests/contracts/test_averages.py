"""Exponentially weighted averages against TensorFlow's scan and Adam's first moment in Keras."""

import numpy as np
import pytest

from engine.explain.averages import corrected, noisy_series, weighted_average

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.98])
def test_the_average_is_that_of_tensorflow(beta):
    import tensorflow as tf

    values = noisy_series("year", 0.1, seed=2)
    theirs = tf.scan(lambda last, value: beta * last + (1 - beta) * value, tf.constant(values), np.float64(0))
    np.testing.assert_allclose(weighted_average(values, beta), theirs, rtol=1e-12)


def test_adams_first_moment_is_this_average():
    import keras

    values = noisy_series("loss", 0.2)[:60]
    w = keras.Variable(0.0, dtype="float64", name="w")
    adam = keras.optimizers.Adam(learning_rate=0.1, beta_1=0.9, beta_2=0.999)
    adam.build([w])
    moment = next(variable for variable in adam.variables if variable.path.endswith("w_momentum"))
    ours, unbiased = weighted_average(values, 0.9), corrected(weighted_average(values, 0.9), 0.9)
    for step, value in enumerate(values):
        adam.apply([value], [w])
        assert float(moment.numpy()) == pytest.approx(ours[step], rel=1e-6)
    assert unbiased[0] == pytest.approx(values[0]) and abs(unbiased[30] - values[:31].mean()) < abs(ours[0] - values[0])
