"""Moments and explanations: any step's weights, without a change to anything that trains."""

import msgspec
import numpy as np
import pytest
import safetensors.numpy

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Explain, Explained, Train, Watch, Watched
from engine.run_folder import RunFolder
from engine.runtime import explaining
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from engine.runtime.watching import watch
from tests.engine.runtime.networks import small_convnet, tiny
from tests.engine.runtime.test_watching import all_of, first

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    all_of(TrainingJob(Train(project=small_convnet(), folder=str(folder)), Shelf()).run())
    return RunFolder(folder)


def test_a_moment_has_the_weights_of_its_checkpoint_and_names_its_step(run):
    shelf, project = Shelf(), small_convnet()
    steps = [manifest.step for manifest in run.checkpoints()]
    assert steps[0] < steps[-1]
    for step in (steps[0], steps[1], steps[-1]):
        moment = shelf.moment(project, str(run.path), step)
        manifest = next(manifest for manifest in run.checkpoints() if manifest.step == step)
        saved = safetensors.numpy.load(run.read_checkpoint(manifest))
        assert moment.step == step
        for name, values in moment.weights.items():
            np.testing.assert_array_equal(values, saved[name])
    assert shelf.moment(project, str(run.path), 10**9).step == steps[-1]


def test_a_moment_answers_as_the_model_with_these_weights(run):
    project, shelf = small_convnet(), Shelf()
    data, used = load(project.data), shelf.used_network(str(run.path))
    moment = shelf.moment(project, str(run.path))
    x = data.scaling.apply(data.samples.x[:7])
    np.testing.assert_allclose(moment.answer(x), used.answer(data.samples.x[:7]), atol=1e-6)
    kernel = used.network.model.get_layer("conv2d_1").kernel
    np.testing.assert_array_equal(moment.of_layer("conv2d_1")["kernel"], kernel)


def test_the_initial_weights_are_those_of_the_seed():
    project = small_convnet()
    moment, network = Shelf().moment(project), build(project)
    np.testing.assert_array_equal(
        moment.of_layer("conv2d_1")["kernel"], network.model.get_layer("conv2d_1").kernel.numpy()
    )


def test_one_compiled_function_serves_every_step(run):
    shelf = Shelf()
    seen = [
        first(watch(Watch(project=small_convnet(), folder=str(run.path), step=step), shelf), Watched)
        for step in (0, 10**9)
    ]
    assert seen[0].step == 0 < seen[1].step
    assert np.abs(seen[0].activations["conv2d_1"] - seen[1].activations["conv2d_1"]).max() > 1e-3
    assert len(shelf._sights) == 1


def test_a_damaged_checkpoint_is_named(run, tmp_path):
    manifest = run.checkpoints()[1]
    path = run.path / "checkpoints" / f"step-{manifest.step:09d}.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-4] + b"abcd")
    try:
        with pytest.raises(UserError, match=f"step {manifest.step}"):
            Shelf().moment(small_convnet(), str(run.path), manifest.step)
    finally:
        path.write_bytes(whole)


def test_activations_are_explained_for_a_sample_and_for_an_own_input(run):
    project, shelf = small_convnet(), Shelf()
    data = load(project.data)
    asked = Explain(
        explainer="activations", project=project, folder=str(run.path), sample=3, values={"layer": "conv2d_1"}
    )
    by_sample = first(explain(asked, shelf), Explained)
    own = msgspec.structs.replace(asked, sample=0, x=data.samples.x[3])
    by_input = first(explain(own, shelf), Explained)
    np.testing.assert_array_equal(by_sample.arrays["activation"], by_input.arrays["activation"])
    assert by_sample.facts["maximum"] == by_sample.arrays["activation"].max()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"explainer": "magic"}, "no explanation 'magic'"),
        ({"sample": 10**6}, "no sample 1,000,000"),
        ({"x": np.zeros((3, 3, 1), np.float32)}, "takes inputs"),
        ({"values": {"layer": "nowhere"}}, "no layer 'nowhere'"),
        ({"picture": "/nowhere/at/all.png"}, "all.png"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(run, change, sentence):
    asked = Explain(explainer="activations", project=small_convnet(), folder=str(run.path))
    with pytest.raises(UserError, match=sentence):
        all_of(explain(msgspec.structs.replace(asked, **change), Shelf()))


def test_an_explanation_that_follows_comes_again_and_changes_no_bit_of_training(tmp_path, monkeypatch):
    monkeypatch.setattr(explaining, "SHORTEST", 0.0)
    monkeypatch.setattr(explaining, "SHARE", 1e9)

    def train(folder, followed):
        shelf, asking, answers = Shelf(), None, []
        job = TrainingJob(Train(project=tiny(), folder=str(folder)), shelf).run()
        try:
            report = next(job)
            while True:
                if followed and shelf.live is not None:
                    asked = Explain(explainer="activations", project=tiny(), folder=str(folder), follow=True)
                    if asking is None:
                        asking = explain(asked, shelf)
                        answers += next(asking).events
                    answers += asking.send(Turn()).events
                report = job.send(Turn(seconds=0.01))
        except StopIteration:
            del report
        return RunFolder(folder).newest_checkpoint()[0].sha256, answers

    alone, _ = train(tmp_path / "a", False)
    watched, answers = train(tmp_path / "b", True)
    steps = [event.step for event in answers if isinstance(event, Explained)]
    assert alone == watched
    assert len(steps) > 1 and steps == sorted(steps)
