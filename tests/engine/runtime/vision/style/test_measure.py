"""What TensorFlow measures against the slow reading in NumPy, finite differences, and Keras's own VGG-19."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.runtime.vision.style.features import PARTS, RandomFeatures, VGG19Features, every_part, levels_for
from engine.runtime.vision.style.measure import Measurer, Targets
from engine.style import costs
from engine.style.banks import detail_bank, gratings
from engine.style.colours import grey, luminance
from engine.style.vgg19 import Stack

pytestmark = pytest.mark.tensorflow
BINOMIAL = np.array((1, 4, 6, 4, 1)) / 16
SMALL = Stack((3, 4, 5, 6, 7))


def picture(height, width, seed=0):
    return np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)


def slow_responses(x, bank):
    """ReLU of every filter at every pixel, edges mirrored: (place, filter)."""
    half = bank.shape[0] // 2
    padded = np.pad(x.astype(float), ((half, half), (half, half), (0, 0)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, bank.shape[:2], axis=(0, 1))
    found = np.einsum("yxcij,ijcn->yxn", windows, bank)
    return np.maximum(found, 0)


def slow_half(x):
    padded = np.pad(x.astype(float), ((2, 2), (2, 2), (0, 0)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(0, 1))
    return np.einsum("yxcij,i,j->yxc", windows, BINOMIAL, BINOMIAL)[::2, ::2]


def slow_reading(x, levels):
    grams, level = [], x
    for number in range(levels):
        maps = slow_responses(level, gratings(number))
        grams.append(costs.gram(maps.reshape(-1, maps.shape[-1]), 0.1))
        level = slow_half(level)
    light = luminance(x)
    return grams, [slow_responses(light, detail_bank()), slow_half(light), slow_half(slow_half(light))]


def targets_of(measurer, style, content, keeps_color=False):
    return Targets(measurer.grams(style), measurer.contents(content), keeps_color)


def test_every_term_is_that_of_the_slow_reading():
    measurer = Measurer(RandomFeatures(2))
    x, style, content = picture(16, 20), picture(24, 12, 1), picture(16, 20, 2)
    weights = np.arange(1, 10, dtype=np.float32)
    found = measurer.measure(x, targets_of(measurer, style, content), weights, every_part())
    (grams, maps), (wanted, _), (_, contents) = (slow_reading(p, 2) for p in (x, style, content))
    slow = [costs.relative_distance(a, b) for a, b in zip(grams, wanted, strict=True)]
    slow += [0, 0, 0]  # levels that the picture is too small for
    slow += [costs.relative_square(a, b) for a, b in zip(maps, contents, strict=True)]
    slow.append(costs.total_variation(x))
    np.testing.assert_allclose(found.costs, slow, rtol=2e-4, atol=1e-6)
    assert found.cost == pytest.approx(costs.weighted(np.array(slow), weights), rel=2e-4)


@pytest.mark.parametrize("keeps_color", [False, True])
def test_the_gradient_is_that_of_finite_differences(keeps_color):
    measurer = Measurer(RandomFeatures(2))
    x, style, content = 0.2 + 0.6 * picture(12, 14), picture(20, 14, 1), picture(12, 14, 2)
    targets = targets_of(measurer, style, grey(content) if keeps_color else content, keeps_color)
    weights = np.array([1, 1, 0, 0, 0, 0.1, 0.4, 0.8, 0.12], np.float32)
    gradient = measurer.measure(x, targets, weights, [0]).gradient
    random, step = np.random.default_rng(0), 2e-3
    for _ in range(6):
        direction = random.standard_normal(x.shape).astype(np.float32)
        direction /= np.linalg.norm(direction)
        up, down = (measurer.measure(x + sign * step * direction, targets, weights, [0]).cost for sign in (1, -1))
        assert (up - down) / (2 * step) == pytest.approx(float(np.vdot(gradient, direction)), rel=0.03, abs=2e-4)


def test_four_quarters_are_the_whole():
    measurer, features = Measurer(RandomFeatures(1)), RandomFeatures(1)
    x = picture(12, 16)
    whole = np.asarray(measurer.grams(x)[0])
    quarters = [np.asarray(measurer._read(tf.constant(x), tf.constant([part]))[0][0]) for part in range(PARTS)]
    np.testing.assert_allclose(np.mean(quarters, axis=0), whole, rtol=1e-4, atol=1e-6)
    assert len({tuple(q[0, :3]) for q in quarters}) == PARTS
    places = {features.place(0, part, row, column) for part in range(4) for row in range(6) for column in range(8)}
    assert places == {(row, column) for row in range(12) for column in range(16)}


@pytest.mark.parametrize("shortest, levels", [(32, 3), (48, 4), (96, 5), (700, 5)])
def test_small_pictures_have_fewer_levels(shortest, levels):
    assert levels_for(shortest) == levels
    measurer = Measurer(RandomFeatures(levels))
    assert len(measurer.grams(picture(shortest, shortest + 1))) == levels


def test_one_compiled_function_serves_every_size():
    measurer = Measurer(RandomFeatures(1))
    for size in ((12, 16), (14, 22), (20, 12)):
        x = picture(*size)
        measurer.measure(x, targets_of(measurer, x, x), np.ones(9, np.float32), [1])
    assert measurer._descend.experimental_get_tracing_count() == 1


def random_weights(stack, seed=0):
    random = np.random.default_rng(seed)
    scales = {name: np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 5.0 for name, shape in stack.shapes.items()}
    return {name: (scales[name] * random.normal(size=shape)).astype(np.float32) for name, shape in stack.shapes.items()}


def test_our_vgg19_is_that_of_keras():
    model = keras.applications.VGG19(include_top=False, weights=None, input_shape=(64, 48, 3))
    stack, weights = Stack(), {}
    for name in stack.shapes:
        layer, variable = name.split("/")
        values = getattr(model.get_layer(layer), variable)
        assert tuple(values.shape) == stack.shapes[name]
        weights[name] = np.asarray(values)
    assert len(weights) == len(model.weights) == 32
    x = picture(64, 48)
    given = keras.applications.vgg19.preprocess_input(255.0 * x[None])
    names = ["block1_conv1", "block2_conv2", "block4_conv4", "block5_conv4"]
    wanted = keras.Model(model.input, [model.get_layer(name).output for name in names])(given)
    found = VGG19Features(weights).maps(tf.constant(x), last="block5_conv4")
    for name, values in zip(names, wanted, strict=True):
        np.testing.assert_allclose(found[name], values, rtol=1e-3, atol=1e-3 * float(np.abs(values).max()))


def test_vgg19_terms_and_gradient():
    measurer = Measurer(VGG19Features(random_weights(SMALL)))
    x, style, content = 0.2 + 0.6 * picture(32, 40), picture(40, 32, 1), picture(32, 40, 2)
    targets = targets_of(measurer, style, content)
    weights = np.array([1] * 5 + [0.2] * 5 + [0.1], np.float32)
    found = measurer.measure(x, targets, weights, [0])
    styles, contents = measurer.features.read(tf.constant(x), tf.constant([0]))
    for number, maps in enumerate(styles):
        gram = costs.gram(np.asarray(maps, float).reshape(-1, maps.shape[-1]), 0)
        slow = costs.relative_distance(gram, np.asarray(targets.grams[number]))
        assert found.costs[number] == pytest.approx(slow, rel=1e-3)
    for number, maps in enumerate(contents):
        slow = costs.relative_square(np.asarray(maps, float), np.asarray(targets.contents[number], float))
        assert found.costs[5 + number] == pytest.approx(slow, rel=1e-3)
    direction = found.gradient / np.linalg.norm(found.gradient)
    up, down = (measurer.measure(x + sign * 1e-3 * direction, targets, weights, [0]).cost for sign in (1, -1))
    assert (up - down) / 2e-3 == pytest.approx(float(np.linalg.norm(found.gradient)), rel=0.05)
