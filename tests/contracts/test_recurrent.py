"""Replayed recurrent cells, and their errors through time, against Keras's own layers and TensorFlow's gradients."""

import numpy as np
import pytest

from engine.explain.recurrent import cell_of, replay
from engine.explain.recurrent_gradient import through_time
from engine.layers import LAYERS
from engine.params import check_values

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

CASES = [
    ("lstm", {}),
    ("gru", {"reset_after": True}),
    ("gru", {"reset_after": False}),
    ("simple_rnn", {"activation": "tanh"}),
    ("simple_rnn", {"activation": "relu"}),
]
STEPS, FEATURES, UNITS = 7, 3, 4


def layer_of(kind, **values):
    """A layer with weights that are nowhere zero, so that no bias and no gate can be mixed up."""
    from engine.runtime.build import keras_layer

    values = check_values(LAYERS[kind].params, {"units": UNITS, **values}, kind)
    layer = keras_layer(LAYERS[kind], values)
    layer.build((None, STEPS, FEATURES))
    random = np.random.default_rng(1)
    layer.set_weights([random.normal(0, 0.6, weight.shape) for weight in layer.get_weights()])
    return layer, values


def sequences(count=2):
    return np.random.default_rng(2).normal(0, 1, (count, STEPS, FEATURES)).astype(np.float32)


@pytest.mark.parametrize("kind, values", CASES, ids=str)
@pytest.mark.parametrize("backwards", [False, True])
def test_the_replay_is_what_keras_gives(kind, values, backwards):
    layer, settings = layer_of(kind, return_sequences=True, go_backwards=backwards, **values)
    x = sequences()
    seen = replay(cell_of(kind, settings, tuple(layer.get_weights())), x[:, ::-1] if backwards else x)
    np.testing.assert_allclose(seen.gates["hidden"], layer(x), atol=1e-5)
    last, _ = layer_of(kind, go_backwards=backwards, **values)
    last.set_weights(layer.get_weights())
    np.testing.assert_allclose(seen.gates["hidden"][:, -1], last(x), atol=1e-5)


@pytest.mark.parametrize("kind, values", CASES, ids=str)
def test_a_gate_is_the_function_of_its_terms(kind, values):
    layer, settings = layer_of(kind, **values)
    seen = replay(cell_of(kind, settings, tuple(layer.get_weights())), sequences())
    for gate, terms in seen.terms.items():
        assert terms.shape == (2, STEPS, 3, UNITS)
        total = terms.sum(axis=-2)
        is_state = gate == "candidate"
        function = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}[settings.get("activation", "tanh")]
        wanted = function(total) if is_state else 1 / (1 + np.exp(-total))
        np.testing.assert_allclose(seen.gates[gate], wanted, atol=1e-12)


@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_both_directions_of_a_bidirectional_layer(cell, merge):
    layer, _ = layer_of("bidirectional", cell=cell, merge_mode=merge, return_sequences=True)
    x, weights = sequences(), layer.get_weights()
    forward = replay(cell_of(cell, {}, tuple(weights[:3])), x).gates["hidden"]
    backward = replay(cell_of(cell, {}, tuple(weights[3:])), x[:, ::-1]).gates["hidden"][:, ::-1]
    wanted = {
        "concat": lambda: np.concatenate([forward, backward], axis=-1),
        "sum": lambda: forward + backward,
        "mul": lambda: forward * backward,
        "ave": lambda: (forward + backward) / 2,
    }[merge]()
    np.testing.assert_allclose(layer(x), wanted, atol=1e-5)


def test_stacked_layers():
    first, values = layer_of("lstm", return_sequences=True)
    second, _ = layer_of("gru", return_sequences=True)
    import keras

    x = sequences()
    second = keras.layers.GRU(UNITS, return_sequences=True)
    wanted = second(first(x))
    below = replay(cell_of("lstm", values, tuple(first.get_weights())), x).gates["hidden"]
    above = replay(cell_of("gru", {}, tuple(second.get_weights())), below).gates["hidden"]
    np.testing.assert_allclose(above, wanted, atol=1e-5)


@pytest.mark.parametrize("kind, values", CASES, ids=str)
@pytest.mark.parametrize("every_step", [False, True])
def test_errors_through_time_are_tensorflows_gradients(kind, values, every_step):
    import tensorflow as tf

    layer, settings = layer_of(kind, return_sequences=every_step, **values)
    x = tf.constant(sequences(1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = layer(x)
        loss = tf.reduce_sum(tf.sin(output) * np.linspace(0.5, 2, UNITS))
    inputs, outputs = tape.gradient(loss, [x, output])
    upstream = np.zeros((STEPS, UNITS))
    upstream[slice(None) if every_step else -1] = outputs[0]
    cell = cell_of(kind, settings, tuple(layer.get_weights()))
    through = through_time(cell, replay(cell, x[0]), upstream)
    np.testing.assert_allclose(through.inputs, inputs[0], atol=1e-5)
    np.testing.assert_allclose(through.hidden[-1], upstream[-1], atol=1e-12)
