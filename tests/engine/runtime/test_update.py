"""Adam in one operation is Keras's Adam, on Keras's slots; every other optimiser is Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.runtime.training.update import updater

pytestmark = pytest.mark.tensorflow


def model():
    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(4), keras.layers.Dense(2)])


def after(optimizer, *, ours, steps=30):
    """Weights and slots after the same gradients, the learning rate changed on the way."""
    network = model()
    optimizer.build(network.trainable_variables)
    update = updater(optimizer, network.trainable_variables, xla=not ours)
    apply = tf.function(update, autograph=False)
    random = np.random.default_rng(0)
    for step in range(steps):
        if step == 20:
            optimizer.learning_rate.assign(0.05)
        scale = 10.0 ** random.uniform(-6, 3)
        apply([tf.constant(scale * random.normal(size=v.shape), tf.float32) for v in network.trainable_variables])
    return [np.asarray(v) for v in (*network.trainable_variables, *optimizer.variables)]


@pytest.mark.parametrize("settings", [{}, {"beta_1": 0.5, "beta_2": 0.9}, {"learning_rate": 0.3, "epsilon": 1e-3}])
def test_adam_is_that_of_keras(settings):
    found = [after(keras.optimizers.Adam(**settings), ours=ours) for ours in (True, False)]
    assert found[0][len(model().trainable_variables)] == 30  # the step count
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=3e-5, atol=2e-6)


@pytest.mark.parametrize(
    "make",
    [
        keras.optimizers.AdamW,
        lambda: keras.optimizers.Adam(amsgrad=True),
        lambda: keras.optimizers.Adam(clipnorm=0.1),
        lambda: keras.optimizers.Adam(use_ema=True),
        lambda: keras.optimizers.Adam(gradient_accumulation_steps=3),
        keras.optimizers.RMSprop,
    ],
)
def test_other_optimizers_are_keras(make):
    found = [after(make(), ours=ours, steps=4) for ours in (True, False)]
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)
