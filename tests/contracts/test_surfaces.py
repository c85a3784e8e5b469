"""Gradients of the surfaces, and the loss of a model of two weights, against TensorFlow."""

import numpy as np
import pytest

from engine.explain.surfaces import SURFACES
from engine.explain.two_weights import TwoWeights

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


def _formulas(tf):
    return {
        "himmelblau": lambda a, b: (a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2,
        "rosenbrock": lambda a, b: (1 - a) ** 2 + 100 * (b - a**2) ** 2,
        "beale": lambda a, b: sum((c - a + a * b**p) ** 2 for c, p in ((1.5, 1), (2.25, 2), (2.625, 3))),
        "saddle": lambda a, b: a**2 / 2 + (b**2 - 1) ** 2 / 4,
        "ravine": lambda a, b: 5 * (a + b) ** 2 + (a - b) ** 2 / 10,
        "plateau": lambda a, b: 1 - tf.exp(-(a**2 + b**2) / 2),
        "many": lambda a, b: 20 + sum(w**2 - 10 * tf.cos(2 * np.pi * w) for w in (a, b)),
    }


def test_value_and_gradient_are_those_of_the_tape():
    import tensorflow as tf

    formulas = _formulas(tf)
    assert set(formulas) == set(SURFACES)
    for name, surface in SURFACES.items():
        random = np.random.default_rng(1)
        points = np.stack([random.uniform(*surface.x, 64), random.uniform(*surface.y, 64)], axis=-1)
        w = tf.constant(points)
        with tf.GradientTape() as tape:
            tape.watch(w)
            value = formulas[name](w[:, 0], w[:, 1])
        np.testing.assert_allclose(surface.value(points), value, rtol=1e-10, atol=1e-12, err_msg=name)
        slopes = tape.gradient(value, w)
        np.testing.assert_allclose(surface.gradient(points), slopes, rtol=1e-8, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("kind", ["linear", "logistic"])
def test_two_weights_are_a_dense_layer_of_keras(kind):
    import keras
    import tensorflow as tf

    random = np.random.default_rng(2)
    x = random.normal(size=(300, 2))
    target = x @ [1.4, -0.7] + random.normal(0, 0.8, 300)
    y = target if kind == "linear" else (target > 0).astype(float)
    model, points = TwoWeights(kind, x, y), random.normal(0, 3, size=(7, 2))
    layer = keras.layers.Dense(1, use_bias=False, dtype="float64")
    layer.build((None, 2))
    loss = keras.losses.MeanSquaredError() if kind == "linear" else keras.losses.BinaryCrossentropy(from_logits=True)
    chosen = np.random.default_rng((5, 0)).permutation(300)[32:64]
    batches = model.batches(32, seed=5)
    for w, value, slope in zip(points, model.value(points), model.gradient(points), strict=True):
        layer.set_weights([w[:, None]])
        for part, ours in ((np.arange(300), slope), (chosen, batches(1, w[None])[0])):
            with tf.GradientTape() as tape:
                theirs = loss(y[part, None], layer(x[part]))
            np.testing.assert_allclose(ours, tape.gradient(theirs, layer.kernel)[:, 0], rtol=1e-5, atol=1e-6)
        assert value == pytest.approx(float(loss(y[:, None], layer(x))), rel=1e-5, abs=1e-6)
