"""The loss surface is the loss of really moved weights; its directions are what they say; the path is the run's."""

import numpy as np
import pytest
import tensorflow as tf

from engine.errors import UserError
from engine.examples import load_example
from engine.explain.directions import coordinates, dot, principal, random_direction
from engine.messages import Explain, Explained, Train
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from engine.runtime.training.checkpoints import layer_variables
from engine.runtime.training.job import TrainingJob
from engine.runtime.training.objectives import objective
from tests.engine.runtime.networks import noisy, small_convnet, tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    all_of(TrainingJob(Train(project=small_convnet(epochs=4), folder=str(folder)), Shelf()).run())
    return folder


def asked(project, folder="", explainer="surface", step=-1, **values):
    request = Explain(explainer=explainer, project=project, folder=str(folder), step=step, values=values)
    return [event for event in all_of(explain(request, Shelf())) if isinstance(event, Explained)]


def loss_of(project, weights, shelf, samples, part="train"):
    """The loss by setting a fresh model's weights, as Keras would be used by hand."""
    network, data = build(project), shelf.data(project.data)
    for name, variable in layer_variables(network.model).items():
        variable.assign(weights[name])
    x, y = data.part(part)
    logits = network.model(x[:samples], training=False)
    return float(tf.reduce_mean(objective(network).per_sample([logits], tf.constant(y[:samples]))[0]))


def digits():
    return load_example("digits")


@pytest.mark.parametrize("make", [small_convnet, noisy, digits])
def test_each_point_is_the_loss_of_moved_weights(make):
    project, shelf = make(), Shelf()
    *_, found = asked(project, size=25, samples=60, extent=0.7)
    moment = shelf.moment(project)
    centre = {name: np.asarray(moment.weights[name]) for name in moment.sight.trainable}
    directions = random_direction(centre, 0), random_direction(centre, 1)
    for row, column in ((0, 3), (24, 24), (12, 12)):
        a, b = found.arrays["first"][column], found.arrays["second"][row]
        moved = {name: centre[name] + a * directions[0][name] + b * directions[1][name] for name in centre}
        weights = {name: moved.get(name, np.asarray(value)) for name, value in moment.weights.items()}
        expected = loss_of(project, weights, shelf, 60)
        assert found.arrays["loss"][row, column] == pytest.approx(expected, rel=1e-4)
    assert found.arrays["loss"][12, 12] == pytest.approx(found.facts["centre"], rel=1e-6)


def test_a_coarse_picture_comes_first():
    *coarse, fine = asked(tiny(), size=21)
    assert not fine.facts["is_coarse"]
    for found, stride in zip(coarse, (4, 2), strict=True):
        assert found.facts["is_coarse"]
        np.testing.assert_allclose(fine.arrays["loss"][::stride, ::stride], found.arrays["loss"], rtol=1e-5)


def test_random_directions_are_as_long_as_each_filter():
    random = np.random.default_rng(0)
    weights = {"a/0_kernel": random.normal(size=(3, 3, 2, 5)), "a/1_bias": random.normal(size=5)}
    direction = random_direction(weights, 3)
    lengths = [
        np.linalg.norm(array.reshape(-1, 5), axis=0) for array in (direction["a/0_kernel"], weights["a/0_kernel"])
    ]
    np.testing.assert_allclose(*lengths, rtol=1e-5)
    assert not direction["a/1_bias"].any()


def test_the_principal_directions_are_those_of_numpys_decomposition():
    random = np.random.default_rng(1)
    path = [{"w": random.normal(size=(4, 3)) * [5, 2, 0.1]} for _ in range(12)]
    centre = path[-1]
    first, second, shares = principal(path, centre)
    matrix = np.stack([(point["w"] - centre["w"]).ravel() for point in path])
    _, sizes, rows = np.linalg.svd(matrix, full_matrices=False)
    assert abs(first["w"].ravel() @ rows[0]) == pytest.approx(1, abs=1e-5)
    assert abs(second["w"].ravel() @ rows[1]) == pytest.approx(1, abs=1e-5)
    assert shares[0] == pytest.approx(sizes[0] ** 2 / (sizes**2).sum())
    assert dot(first, second) == pytest.approx(0, abs=1e-6)
    place = coordinates({"w": centre["w"] + 2 * first["w"] - 3 * second["w"]}, centre, (first, second))
    assert place == pytest.approx((2, -3), abs=1e-5)


def test_the_runs_path_ends_at_its_newest_weights(run):
    found = asked(small_convnet(), run, size=11, samples=64, directions="pca")[-1]
    np.testing.assert_allclose(found.arrays["path"][-1], 0, atol=1e-4)
    assert list(found.arrays["path_steps"]) == sorted(found.arrays["path_steps"])
    first, second = found.arrays["first"], found.arrays["second"]
    inside = found.arrays["path"]
    assert (inside[:, 0] >= first[0]).all() and (inside[:, 1] <= second[-1]).all()
    assert 0.5 < sum(found.facts["shares"]) <= 1.0001
    assert found.arrays["path_loss"][0] > found.arrays["path_loss"][-1]


def test_two_chosen_weights_span_a_plane():
    project, shelf = tiny(), Shelf()
    names = {"first": "dense_1/kernel[0, 2]", "second": "output_1/bias[0]"}
    found = asked(project, size=11, directions="weights", **names)[-1]
    weights = {name: np.array(value) for name, value in shelf.moment(project).weights.items()}
    kernel = next(name for name in weights if name.startswith("dense_1") and name.endswith("kernel"))
    weights[kernel][0, 2] += found.arrays["first"][8]
    assert found.arrays["loss"][5, 8] == pytest.approx(loss_of(project, weights, shelf, 512), rel=1e-4)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"directions": "weights", "first": "nowhere", "second": "x"}, "names no weight"),
        ({"directions": "weights", "first": "dense_1/kernel[9, 9]", "second": "x"}, "outside the shape"),
        ({"directions": "weights", "first": "magic/kernel[0]", "second": "x"}, "no trained weight"),
        ({"directions": "pca"}, "at least 3"),
    ],
)
def test_a_plane_that_cannot_be_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(UserError, match=sentence):
        asked(tiny(), size=5, **values)


def test_the_slice_falls_as_the_gradient_promises():
    found = asked(tiny(), explainer="slice", size=41, extent=0.05)[-1]
    middle = len(found.arrays["loss"]) // 2
    distance, loss = found.arrays["distance"], found.arrays["loss"]
    slope = (loss[middle + 2] - loss[middle - 2]) / (distance[middle + 2] - distance[middle - 2])
    assert slope == pytest.approx(found.facts["slope"], rel=2e-2)
    assert found.arrays["tangent"][middle] == pytest.approx(found.facts["centre"])
