"""Signals through the stack and the symmetric network against TensorFlow's tape and Keras's initialisers."""

import numpy as np
import pytest

from engine.explain.initialisation import (
    BATCH,
    CORNERS,
    DEPTH,
    RATE,
    TARGETS,
    UNITS,
    WIDTH,
    first_weights,
    signals,
    training,
)

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize(
    ("scheme", "activation"), [("xavier", "tanh"), ("he", "relu"), ("large", "sigmoid"), ("zeros", "tanh")]
)
def test_values_and_gradients_are_those_of_the_tape(scheme, activation):
    import keras
    import tensorflow as tf

    random = np.random.default_rng(3)
    x, target = random.normal(size=(BATCH, WIDTH)), random.normal(size=(BATCH, WIDTH))
    kernels = [tf.Variable(first_weights(scheme, WIDTH, WIDTH, random)) for _ in range(DEPTH)]
    values, g = [], keras.activations.get(activation)
    with tf.GradientTape() as tape:
        a = tf.constant(x)
        for kernel in kernels:
            a = g(a @ kernel)
            values.append(a)
        loss = tf.reduce_mean(tf.square(a - target))
    found = signals(scheme, activation, 3)
    np.testing.assert_allclose(found.values, np.stack(values), rtol=1e-6, atol=1e-9)
    theirs = np.stack([np.asarray(part) for part in tape.gradient(loss, kernels)])
    scale = np.abs(theirs).max() or 1.0
    np.testing.assert_allclose(found.gradients / scale, theirs / scale, atol=1e-8)


def test_the_small_network_is_trained_as_keras_would():
    import keras

    random = np.random.default_rng(1)
    model = keras.Sequential(
        [
            keras.layers.Input((2,)),
            keras.layers.Dense(UNITS, "tanh", dtype="float64"),
            keras.layers.Dense(1, dtype="float64"),
        ]
    )
    w, v = first_weights("xavier", 2, UNITS, random), first_weights("xavier", UNITS, 1, random)
    model.set_weights([w, np.zeros(UNITS), v, np.zeros(1)])
    model.compile(keras.optimizers.SGD(RATE), keras.losses.BinaryCrossentropy(from_logits=True))
    found = training("xavier", "tanh", 1)
    for step in range(10):
        np.testing.assert_allclose(found.units[step], model.get_weights()[0].T, rtol=1e-4, atol=1e-6)
        loss = model.train_on_batch(CORNERS, TARGETS)
        assert float(loss) == pytest.approx(found.losses[step], rel=1e-4)


@pytest.mark.parametrize(("scheme", "keras_name"), [("xavier", "GlorotNormal"), ("he", "HeNormal")])
def test_variances_are_those_of_keras(scheme, keras_name):
    import keras

    ours = first_weights(scheme, 300, 200, np.random.default_rng(0))
    theirs = np.asarray(getattr(keras.initializers, keras_name)(seed=1)((300, 200)))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.02)
