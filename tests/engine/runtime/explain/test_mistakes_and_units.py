"""Mistakes of a part, what excites a unit, and pictures made for one."""

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Explain, Explained, Train
from engine.project import DataChoice
from engine.run_folder import RunFolder
from engine.runtime.explain.maximise import blurred
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import chain, small_convnet, tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    all_of(TrainingJob(Train(project=small_convnet(), folder=str(folder)), Shelf()).run())
    return RunFolder(folder)


@pytest.fixture(scope="module")
def shelf():
    return Shelf()


@pytest.fixture
def ask(run, shelf):
    def asked(explainer, project=None, **values):
        project = project or small_convnet()
        folder = str(run.path) if project == small_convnet() else ""
        request = Explain(explainer=explainer, project=project, folder=folder, values=values)
        return [e for e in all_of(explain(request, shelf)) if isinstance(e, Explained)]

    return asked


def test_the_surest_mistakes_come_first_with_the_map_of_the_wrong_class(ask, run, shelf):
    found = ask("errors", count=10)[-1]
    data = load(small_convnet().data)
    indices = data.indices("validation")
    x, y = data.part("validation")
    moment = shelf.moment(small_convnet(), str(run.path))
    shares = moment.answer(x)
    predicted = shares.argmax(axis=1)
    wrong = np.flatnonzero(predicted != y)
    assert found.facts["wrong"] == len(wrong) > 3 and found.facts["total"] == len(y)
    best = wrong[np.argsort(-shares[wrong, predicted[wrong]])][:10]
    np.testing.assert_array_equal(found.arrays["samples"], indices[best])
    np.testing.assert_array_equal(found.arrays["predicted"], predicted[best])
    np.testing.assert_allclose(found.arrays["label_probabilities"], shares[best, y[best]], atol=1e-6)
    request = Explain(
        explainer="gradcam_plus_plus",
        project=small_convnet(),
        folder=str(run.path),
        sample=int(indices[best[0]]),
        values={"class": int(predicted[best[0]])},
    )
    alone = all_of(explain(request, shelf))[-1].arrays["map"]
    np.testing.assert_allclose(found.arrays["maps"][0], alone, atol=1e-5)
    assert found.facts["method"] == "Grad-CAM++" and found.arrays["maps"].any()


def test_a_network_without_maps_has_mistakes_too(ask):
    found = ask("errors", project=tiny())[-1]
    assert found.facts["layer"] == "" and found.arrays["maps"].shape[1:] == (0, 0)
    assert found.facts["wrong"] == len(found.arrays["samples"]) > 0


def test_a_patch_is_what_the_unit_sees_where_it_is_largest(ask, run, shelf):
    found = ask("excite", layer="conv2d_1", unit=2, count=4)[-1]
    data = load(small_convnet().data)
    indices = data.indices("train")
    moment = shelf.moment(small_convnet(), str(run.path))
    maps = moment.outputs(data.scaling.apply(data.samples.x[indices]))["conv2d_1"][..., 2]
    best = np.argsort(-maps.reshape(len(maps), -1).max(axis=1), kind="stable")[:4]
    np.testing.assert_array_equal(found.arrays["samples"], indices[best])
    row, column = found.arrays["places"][0]
    assert maps[best[0], row, column] == pytest.approx(found.arrays["values"][0], abs=1e-5)
    patch = data.samples.x[indices[best[0]], row : row + 3, column : column + 3]
    np.testing.assert_array_equal(found.arrays["patches"][0], patch)
    of_layer = moment.of_layer("conv2d_1")
    z = (data.scaling.apply(patch) * of_layer["kernel"][..., 2]).sum() + of_layer["bias"][2]
    assert found.arrays["values"][0] == pytest.approx(max(0.0, float(z)), abs=1e-4)


def test_a_unit_that_sees_all_gets_whole_samples(ask):
    found = ask("excite", layer="output_1", unit=5, count=3)[-1]
    assert found.arrays["patches"].shape == (3, 8, 8, 1) and (found.arrays["places"] == -1).all()


def test_ascent_raises_the_unit_and_stays_in_range(ask):
    answers = ask("maximise", layer="conv2d_1", unit=1, steps=24, jitter=0)
    last = answers[-1]
    assert last.arrays["image"].shape == (8, 8, 1)
    assert last.arrays["image"].min() >= -1e-3 and last.arrays["image"].max() <= 16.001
    assert last.arrays["trace"][-1] > last.arrays["trace"][0]
    again = ask("maximise", layer="conv2d_1", unit=1, steps=24, jitter=0)[-1]
    np.testing.assert_array_equal(last.arrays["image"], again.arrays["image"])


def test_the_blur_is_one_two_one():
    x = np.zeros((1, 5, 5, 1))
    x[0, 2, 2, 0] = 16
    np.testing.assert_allclose(blurred(x, 1.0)[0, 1:4, 1:4, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    np.testing.assert_allclose(blurred(x, 0.0), x)


@pytest.mark.parametrize(
    ("explainer", "project", "values", "sentence"),
    [
        ("excite", None, {"layer": "conv2d_1", "unit": 4}, "no unit 4"),
        ("maximise", tiny(), {}, "inputs"),
        ("errors", small_convnet().replace(data=DataChoice("digits", validation=0.0)), {}, "validation part is empty"),
        (
            "errors",
            chain(("input", {"shape": [10]}), ("output", {"units": 1, "activation": "linear"}),
                  data=DataChoice("diabetes"), task="regression"),
            {},
            "predicts numbers",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told(ask, explainer, project, values, sentence):
    with pytest.raises(UserError, match=sentence):
        ask(explainer, project, **values)
