"""The rewritten network is the network: same outputs, same gradients, whatever the settings of its first layers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.project import DataChoice
from engine.runtime.build import build
from engine.runtime.training.patches import first_maximum
from engine.runtime.training.rewrite import rewritten
from tests.engine.runtime.networks import chain, small_convnet, tiny

pytestmark = pytest.mark.tensorflow
OUT = ("output", {"units": 3, "activation": "softmax"})


def network_of(convolution, *behind, shape=(9, 7, 2)):
    return chain(
        ("input", {"shape": list(shape)}),
        ("conv2d", convolution),
        *behind,
        ("flatten", {}),
        OUT,
        data=DataChoice("digits"),
    )


def pooled(convolution, pooling, shape=(9, 7, 2)):
    return network_of(convolution, ("max_pooling2d", pooling), shape=shape)


def compare(project, x):
    """The network and its rewritten form on the same samples; returns the form."""
    network = build(project)
    fast = rewritten(network, project.graph, len(x))
    weights = network.model.trainable_variables
    assert {id(v) for v in fast.model.trainable_variables} == {id(v) for v in weights}
    found = []
    for model, inputs in ((network.model, x), (fast.model, fast.prepare(tf.constant(x)))):
        with tf.GradientTape() as tape:
            outputs = tf.convert_to_tensor(keras.tree.flatten(model(inputs, training=True))[0])
            loss = tf.reduce_sum(tf.sin(outputs))
        found.append((outputs, *tape.gradient(loss, weights)))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5 * max(1.0, float(np.abs(a).max())))
    return fast


def samples(shape=(9, 7, 2), count=5):
    return np.random.default_rng(0).normal(size=(count, *shape)).astype(np.float32)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [[1, 1], [2, 1], [2, 3]])
@pytest.mark.parametrize("use_bias", [True, False])
def test_a_convolution(padding, strides, use_bias):
    settings = {"filters": 4, "kernel_size": [3, 4], "strides": strides, "padding": padding, "use_bias": use_bias}
    fast = compare(network_of({**settings, "activation": "tanh"}), samples())
    assert fast.first.names == ("conv2d_1",)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "leaky_relu", "elu"])
@pytest.mark.parametrize(
    "filters, pool, padding, strides",
    [
        (6, [2, 2], "same", [1, 1]),
        (16, [2, 2], "valid", [1, 1]),
        (3, [2, 1], "same", [1, 2]),
        (5, [1, 3], "valid", [2, 1]),
    ],
)
def test_a_convolution_and_its_pooling(activation, filters, pool, padding, strides):
    settings = {"filters": filters, "kernel_size": [3, 3], "strides": strides, "padding": padding}
    project = pooled({**settings, "activation": activation}, {"pool_size": pool, "strides": pool})
    assert compare(project, samples()).first.names == ("conv2d_1", "max_pooling2d_1")


@pytest.mark.parametrize(
    "convolution, pooling",
    [
        ({"activation": "gelu"}, {"pool_size": [2, 2], "strides": [2, 2]}),
        ({}, {"pool_size": [2, 2], "strides": [1, 1]}),
        ({}, {"pool_size": [3, 3], "strides": [3, 3]}),
        ({}, {"pool_size": [2, 2], "strides": [2, 2], "padding": "same"}),
    ],
    ids=["not rising", "overlapping windows", "many members", "windows over the edge"],
)
def test_other_poolings_stay_keras(convolution, pooling):
    project = pooled({"filters": 4, "kernel_size": [3, 3], **convolution}, pooling)
    assert compare(project, samples()).first.names == ("conv2d_1",)


def test_flat_pictures_give_the_gradient_to_the_same_member():
    project = pooled(
        {"filters": 4, "kernel_size": [3, 3], "padding": "same"}, {"pool_size": [2, 2], "strides": [2, 2]}, (8, 8, 1)
    )
    x = np.zeros((3, 8, 8, 1), np.float32)
    x[1, 3:] = 1.0
    x[2, :, 2] = 0.5
    compare(project, x)


def test_of_equals_the_first_gets_the_gradient():
    numbers = tf.constant(np.random.default_rng(1).integers(0, 3, (4, 6, 6, 2)).astype(np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(numbers)
        members = [numbers[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        ours = first_maximum(first_maximum(first_maximum(members[0], members[1]), members[2]), members[3])
        theirs = keras.layers.MaxPooling2D(2)(numbers)
        ours_loss, theirs_loss = tf.reduce_sum(ours**2), tf.reduce_sum(theirs**2)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(tape.gradient(ours_loss, numbers), tape.gradient(theirs_loss, numbers))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kernel", [[3, 3], [2, 3], [1, 1], [3, 2]])
@pytest.mark.parametrize("use_bias", [True, False])
def test_a_convolution_on_a_small_map(padding, kernel, use_bias):
    second = {"filters": 9, "kernel_size": kernel, "padding": padding, "use_bias": use_bias, "activation": "tanh"}
    first = {"filters": 8, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "activation": "tanh"}
    fast = compare(network_of(first, ("conv2d", second), shape=(7, 8, 1)), samples((7, 8, 1)))
    assert any(layer.name.startswith("small_map") for layer in fast.model.layers)


@pytest.mark.parametrize(
    "project, count",
    [
        (tiny(), 10),
        (network_of({"filters": 4, "kernel_size": [5, 5]}), 10),
        (network_of({"filters": 4, "kernel_size": [3, 3], "dilation_rate": [2, 2]}), 10),
        (small_convnet(), 10_000_000),
    ],
    ids=["no convolution", "wide patches", "dilation", "too many samples"],
)
def test_others_are_left_alone(project, count):
    network = build(project)
    fast = rewritten(network, project.graph, count)
    assert fast.model is network.model and fast.first is None
