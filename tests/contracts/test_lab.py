"""The Lab's arithmetic against Keras and the tape."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.explain import (
    activation_stack,
    back_propagation,
    expression,
    feed_forward,
    losses,
    neuron,
    one_weight,
    shallow_net,
)

pytestmark = pytest.mark.tensorflow
Z = np.linspace(-5, 5, 41)


def as_tensor(values):
    return tf.constant(np.asarray(values), tf.float64)


@pytest.mark.parametrize("name", [name for name in activation_stack.NAMES if name != "step"])
def test_activations_and_slopes(name):
    z = as_tensor(Z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        a = keras.activations.get(name)(z)
    assert activation_stack.value(name, Z) == pytest.approx(a.numpy(), abs=1e-6)
    slopes = tape.gradient(a, z).numpy()
    smooth = np.abs(Z) > 1e-9  # at 0 relu and its kin have a corner
    assert activation_stack.slope(name, Z)[smooth] == pytest.approx(slopes[smooth], abs=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "silu"])
def test_gradients_through_a_deep_stack(name):
    kernel = as_tensor(activation_stack.weights(20, "he", 0))
    x, upstream = (as_tensor(values) for values in activation_stack.inputs(0))
    sums = []
    with tf.GradientTape(persistent=True) as tape:
        a = x
        for layer in range(20):
            z = a @ kernel[layer]
            tape.watch(z)
            sums.append(z)
            a = keras.activations.get(name)(z)
        total = tf.reduce_sum(a * upstream)
    entering = np.sqrt(np.mean(np.square(upstream.numpy())))
    sizes = [np.sqrt(np.mean(np.square(tape.gradient(total, z).numpy()))) / entering for z in sums]
    assert activation_stack.through(name, "he").gradients == pytest.approx(sizes, rel=1e-5)


def test_the_dense_layers_of_feed_forward():
    layers = feed_forward.make_layers((3, 4, 2), seed=5)
    x = feed_forward.make_inputs(5, 3, seed=5)
    passes = feed_forward.forward(layers, x)
    a = x.astype(np.float32)
    for layer, found in zip(layers, passes, strict=True):
        dense = keras.layers.Dense(layer.kernel.shape[1], layer.activation)
        dense.build(a.shape)
        dense.set_weights([layer.kernel, layer.bias])
        a = dense(a).numpy()
        assert found.a == pytest.approx(a, abs=1e-6)
        other_notation = layer.kernel.T @ found.x.T + layer.bias[:, None]
        np.testing.assert_allclose(found.z.T, other_notation)


def test_a_neuron_is_a_dense_layer_of_one_unit():
    line = neuron.Line((0.7, -1.3), 0.4)
    dense = keras.layers.Dense(1, "sigmoid")
    dense.build((None, 2))
    dense.set_weights([np.array(line.w)[:, None], np.array([line.b])])
    z = neuron.weighted_sum(neuron.CORNERS, line)
    assert neuron.activate("sigmoid", z) == pytest.approx(dense(neuron.CORNERS).numpy()[:, 0], abs=1e-6)


def test_losses_of_regression():
    random = np.random.default_rng(0)
    y, p = random.normal(0, 3, 50), random.normal(0, 3, 50)
    found = losses.regression(y, p, delta=1.3)
    assert found["mse"] == pytest.approx(float(keras.losses.MeanSquaredError()(y, p)), rel=1e-5)
    assert found["mae"] == pytest.approx(float(keras.losses.MeanAbsoluteError()(y, p)), rel=1e-5)
    assert found["huber"] == pytest.approx(float(keras.losses.Huber(delta=1.3)(y, p)), rel=1e-5)
    metric = keras.metrics.RootMeanSquaredError()
    metric.update_state(y, p)
    assert found["rmse"] == pytest.approx(float(metric.result()), rel=1e-5)


def test_losses_of_classification():
    random = np.random.default_rng(1)
    t, p = random.integers(0, 2, 40).astype(float), random.uniform(0, 1, 40)
    p[:2] = 0.0, 1.0
    keras_binary = keras.losses.BinaryCrossentropy(reduction=None)(t[:, None], p[:, None]).numpy()
    assert losses.binary(t, p) == pytest.approx(keras_binary, rel=2e-2, abs=1e-6)  # float32 near the clipped ends
    assert losses.binary(t, p)[2:] == pytest.approx(keras_binary[2:], rel=1e-4, abs=1e-6)
    shares = random.dirichlet(np.ones(5), 30)
    labels = random.integers(0, 5, 30)
    dense = keras.losses.CategoricalCrossentropy(reduction=None)(np.eye(5)[labels], shares).numpy()
    whole = keras.losses.SparseCategoricalCrossentropy(reduction=None)(labels, shares).numpy()
    assert losses.categorical(np.eye(5)[labels], shares) == pytest.approx(dense, rel=1e-4)
    assert losses.sparse(labels, shares) == pytest.approx(whole, rel=1e-4)


@pytest.mark.parametrize("curve", one_weight.CURVES, ids=lambda curve: curve.id)
def test_steps_on_one_weight(curve):
    w = tf.Variable(curve.start, dtype=tf.float64)
    optimizer = keras.optimizers.SGD(0.0625)  # exact in float32, as Keras keeps it
    path = one_weight.descend(curve, curve.start, 0.0625, 30)
    for step in range(30):
        with tf.GradientTape() as tape:
            loss = _loss_of(curve.id, w)
        slope = tape.gradient(loss, w)
        assert path.loss[step] == pytest.approx(float(loss), rel=1e-9)
        assert path.slope[step] == pytest.approx(float(slope), rel=1e-9, abs=1e-12)
        optimizer.apply([slope], [w])
        assert path.w[step + 1] == pytest.approx(float(w), rel=1e-6)


def _loss_of(id, w):
    if id == "parabola":
        return w * w - 10 * w + 25
    if id == "fit":
        return tf.reduce_mean(tf.square(w * one_weight.X - one_weight.Y))
    return w**4 / 20 - 0.8 * w * w + 0.4 * w + 5


EXPRESSIONS = {
    "(a + b) * (b + 1)": lambda a, b: (a + b) * (b + 1),
    "sigmoid(w * x + b) - y": lambda w, x, b, y: tf.sigmoid(w * x + b) - y,
    "-(y * log(p) + (1 - y) * log(1 - p))": lambda y, p: -(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p)),
    "sqrt(a^2 + b^2) / exp(sin(a) - cos(b))": lambda a, b: tf.sqrt(a**2 + b**2) / tf.exp(tf.sin(a) - tf.cos(b)),
    "relu(a) * tanh(b) + abs(a - b) * a^b": lambda a, b: tf.nn.relu(a) * tf.tanh(b) + tf.abs(a - b) * a**b,
    "a * a * a - a / a": lambda a: a * a * a - a / a,
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_gradients_of_expressions_against_the_tape(text):
    graph = expression.parse(text)
    values = dict(zip(graph.variables, (0.7, 0.3, -1.2, 0.9), strict=False))
    variables = [tf.Variable(values[name], dtype=tf.float64) for name in graph.variables]
    with tf.GradientTape() as tape:
        result = EXPRESSIONS[text](*variables)
    found = back_propagation.forward(graph, values)
    gradients, flows = back_propagation.backward(graph, found)
    assert found[-1] == pytest.approx(float(result), rel=1e-9)
    by_name = {node.name: gradients[place] for place, node in enumerate(graph.nodes) if node.kind == "variable"}
    for name, expected in zip(graph.variables, tape.gradient(result, variables), strict=True):
        assert by_name[name] == pytest.approx(float(expected), rel=1e-9, abs=1e-12), name
    for place in range(len(graph.nodes) - 1):
        assert gradients[place] == pytest.approx(sum(flow.value for flow in flows if flow.input == place))


@pytest.mark.parametrize("units", [0, 5])
def test_training_from_scratch_against_the_tape_and_sgd(units):
    random = np.random.default_rng(3)
    x, y = random.normal(0, 1, (40, 2)), random.integers(0, 2, 40).astype(float)
    net = shallow_net.initialise(units, 4)
    parts = (net.w1, net.b1, net.w2, net.b2) if units else (net.w2, net.b2)
    variables = [tf.Variable(part, dtype=tf.float64) for part in parts]
    optimizer = keras.optimizers.SGD(0.7)
    for _ in range(20):
        with tf.GradientTape() as tape:
            a = tf.tanh(x @ variables[0] + variables[1]) if units else tf.constant(x)
            logits = (a @ variables[-2] + variables[-1])[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, logits))
        slopes = tape.gradient(loss, variables)
        done = shallow_net.forward(net, x)
        mine = shallow_net.backward(net, x, y, done)
        for slope, part in zip(slopes, (mine.w1, mine.b1, mine.w2, mine.b2)[0 if units else 2 :], strict=True):
            np.testing.assert_allclose(part, slope.numpy(), rtol=1e-6, atol=1e-9)
        net, cost = shallow_net.iterate(net, x, y, 0.7)
        assert cost == pytest.approx(float(loss), rel=1e-6)
        optimizer.apply(slopes, variables)
        for part, variable in zip((net.w1, net.b1, net.w2, net.b2)[0 if units else 2 :], variables, strict=True):
            np.testing.assert_allclose(part, variable.numpy(), rtol=1e-5, atol=1e-7)
