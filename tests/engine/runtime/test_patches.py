"""The first convolution over patches is the convolution: same outputs, same gradients, whatever its settings."""

import numpy as np
import pytest
import tensorflow as tf

from engine.project import DataChoice
from engine.runtime.build import build
from engine.runtime.training.patches import patched
from tests.engine.runtime.networks import chain, small_convnet, tiny

pytestmark = pytest.mark.tensorflow


def network_of(convolution, shape=(9, 7, 2)):
    return chain(
        ("input", {"shape": list(shape)}),
        ("conv2d", convolution),
        ("flatten", {}),
        ("output", {"units": 3, "activation": "softmax"}),
        data=DataChoice("digits"),
    )


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [[1, 1], [2, 1], [2, 3]])
@pytest.mark.parametrize("use_bias", [True, False])
def test_outputs_and_gradients_are_those_of_the_convolution(padding, strides, use_bias):
    settings = {"filters": 4, "kernel_size": [3, 4], "strides": strides, "padding": padding, "use_bias": use_bias}
    project = network_of({**settings, "activation": "tanh"})
    network = build(project)
    by_patches = patched(network, project.graph, 5)
    x = tf.constant(np.random.default_rng(0).normal(size=(5, 9, 7, 2)).astype(np.float32))
    found = []
    for model, inputs in ((network.model, x), (by_patches.model, by_patches.cut(x))):
        with tf.GradientTape() as tape:
            outputs = model(inputs)
            outputs = outputs[0] if isinstance(outputs, list) else outputs
            loss = tf.reduce_sum(tf.sin(outputs))
        found.append((outputs, tape.gradient(loss, network.model.trainable_variables)))
    np.testing.assert_allclose(found[0][0], found[1][0], atol=1e-5)
    for a, b in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


@pytest.mark.parametrize(
    "project, samples",
    [
        (tiny(), 10),
        (network_of({"filters": 4, "kernel_size": [5, 5]}), 10),
        (network_of({"filters": 4, "kernel_size": [3, 3], "dilation_rate": [2, 2]}), 10),
        (small_convnet(), 10_000_000),
    ],
    ids=["no convolution", "wide patches", "dilation", "too many samples"],
)
def test_others_are_left_alone(project, samples):
    assert patched(build(project), project.graph, samples) is None
