"""`glassbox explain` from a run folder to values."""

import json

import numpy as np
import pytest

from engine.errors import UserError
from engine.explain_arguments import parsed
from engine.messages import Explained
from engine.runtime.explain_command import LARGEST, answer, as_values
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import small_convnet
from tests.engine.runtime.runs import run_with_checkpoints

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_with_checkpoints(small_convnet(), tmp_path_factory.mktemp("runs") / "run", (3, 11))


def explained(*words):
    return answer(parsed([str(word) for word in words]))


def test_activations_of_a_step_are_those_of_its_checkpoint(run):
    step = run.checkpoints()[1].step
    found = explained("activations", run.path, "--layer", "conv2d_1", "--sample", 3, "--step", step)
    data = Shelf().data(run.project().data)
    moment = Shelf().moment(run.project(), str(run.path), step)
    expected = moment.outputs(data.scaling.apply(data.samples.x[3:4]))["conv2d_1"][0]
    assert found.step == step
    np.testing.assert_allclose(found.arrays["activation"], expected, atol=1e-6)


def test_values_are_json_with_small_arrays_whole_and_large_ones_in_figures(run):
    values = as_values(explained("activations", run.path, "--layer", "conv2d_1", "--sample", 3))
    assert json.loads(json.dumps(values))["layer"] == "conv2d_1"
    assert np.asarray(values["arrays"]["activation"]).shape == (6, 6, 4)
    large = np.arange(LARGEST + 1, dtype=np.float32)
    figures = as_values(Explained(explainer="x", step=1, arrays={"a": large}))["arrays"]["a"]
    assert figures["shape"] == [LARGEST + 1] and (figures["min"], figures["max"]) == (0.0, float(LARGEST))


def test_a_class_may_be_given_by_name_or_number(run):
    by_name, by_number = (explained("gradcam", run.path, "--sample", 3, "--class", c) for c in ("7", 7))
    np.testing.assert_array_equal(by_name.arrays["map"], by_number.arrays["map"])
    assert by_name.facts["class"] == 7


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("gradcam", "--class", "cat"), "expected a number"),
        (("gradcam", "--class", 99), "no class 99"),
        (("activations", "--layer", "nope"), "nope"),
        (("activations", "--size", 9), "no setting 'size'"),
        (("activations", "--sample", 99999), "no sample 99,999"),
        (("gates",), "no recurrent layer"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(run, words, sentence):
    with pytest.raises(UserError, match=sentence):
        explained(words[0], run.path, *words[1:])


def test_a_folder_that_is_no_run_is_told_so(tmp_path):
    with pytest.raises(UserError, match="not a run folder"):
        explained("activations", tmp_path)
