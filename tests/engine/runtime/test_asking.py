"""Questions to a run are answered with the weights of the moment that is asked about."""

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Evaluate, Evaluated, Predict, Predicted
from engine.runtime.asking import evaluate_run, predict
from engine.runtime.build import build
from engine.runtime.shelf import Shelf
from engine.runtime.training.checkpoints import layer_variables, restore
from tests.engine.runtime.networks import small_convnet
from tests.engine.runtime.runs import run_with_checkpoints
from tests.engine.runtime.test_watching import first

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_with_checkpoints(small_convnet(), tmp_path_factory.mktemp("runs") / "run", (3, 11))


def by_hand(run, manifest, raw):
    """The model with a checkpoint's weights assigned, asked directly."""
    network = build(run.project())
    restore(layer_variables(network.model), run.read_checkpoint(manifest))
    return np.asarray(network.read_out(network.logits(run.info().scaling.apply(raw))[0]))


def test_predictions_are_those_of_the_nearest_checkpoint(run):
    shelf, raw = Shelf(), load(run.project().data).samples.x[:5]
    manifests = run.checkpoints()
    assert {0, 3, 11} < {manifest.step for manifest in manifests}
    for manifest in manifests:
        found = first(predict(Predict(folder=str(run.path), x=raw, step=manifest.step), shelf), Predicted)
        assert found.step == manifest.step
        np.testing.assert_allclose(found.outputs, by_hand(run, manifest, raw), atol=1e-6)


def test_without_a_step_the_newest_weights_answer(run):
    raw = load(run.project().data).samples.x[:3]
    found = first(predict(Predict(folder=str(run.path), x=raw), Shelf()), Predicted)
    np.testing.assert_allclose(found.outputs, by_hand(run, run.checkpoints()[-1], raw), atol=1e-6)
    assert found.step == run.checkpoints()[-1].step


def test_an_evaluation_of_the_past_is_that_of_its_weights(run):
    shelf, data = Shelf(), load(run.project().data)
    found = first(evaluate_run(Evaluate(folder=str(run.path), split="validation", step=0), shelf), Evaluated)
    indices = data.indices("validation")
    outputs = by_hand(run, run.checkpoints()[0], data.samples.x[indices])
    np.testing.assert_allclose(found.outputs, outputs, atol=1e-6)
    wanted = float((outputs.argmax(1) == data.samples.y[indices]).mean())
    assert found.step == 0 and found.values["accuracy"] == pytest.approx(wanted)
    assert found.confusion.sum() == len(indices)


def test_a_damaged_checkpoint_is_named(run):
    manifest = run.checkpoints()[1]
    path = run.path / "checkpoints" / f"step-{manifest.step:09d}.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    try:
        with pytest.raises(UserError, match=f"step {manifest.step}"):
            request = Predict(folder=str(run.path), x=np.zeros((1, 8, 8, 1)), step=manifest.step)
            first(predict(request, Shelf()), Predicted)
    finally:
        path.write_bytes(data)
