"""Watching and asking: what the screen is shown is what Keras computes, and it never disturbs training."""

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import DataLoaded, Evaluate, Evaluated, LoadData, Predict, Predicted, Train, Watch, Watched
from engine.run_folder import RunFolder
from engine.runtime.asking import evaluate_run, predict
from engine.runtime.build import build
from engine.runtime.jobs import Turn
from engine.runtime.loading import load_data
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from engine.runtime.training.trainer import Trainer
from engine.runtime.watching import watch
from tests.engine.runtime.networks import small_convnet, tiny, with_plan

pytestmark = pytest.mark.tensorflow


def all_of(job):
    events = []
    try:
        report = next(job)
        while True:
            events += report.events
            report = job.send(Turn())
    except StopIteration:
        return events


def first(job, kind):
    report = next(job)
    while not any(isinstance(e, kind) for e in report.events):
        report = job.send(Turn())
    return next(e for e in report.events if isinstance(e, kind))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    shelf = Shelf()
    all_of(TrainingJob(Train(project=small_convnet(), folder=str(folder)), shelf).run())
    return folder, shelf


def test_untrained_activations_are_those_of_the_initial_weights():
    project = small_convnet()
    seen = first(watch(Watch(project=project, sample=5, weights_of=("conv2d_1",)), Shelf()), Watched)
    data, network = load(project.data), build(project)
    x = data.scaling.apply(data.samples.x[5:6])
    assert seen.step == 0 and set(seen.activations) == {node.name for node in project.graph.nodes}
    logits = np.asarray(network.model(x, training=False))
    np.testing.assert_allclose(seen.activations["output_1"], np.exp(logits[0]) / np.exp(logits).sum(), atol=1e-5)
    kernel = np.asarray(network.model.get_layer("conv2d_1").kernel)
    np.testing.assert_array_equal(seen.weights["conv2d_1/kernel"], kernel)


def test_a_run_is_shown_with_its_own_weights(run):
    folder, live = run
    request = Watch(project=small_convnet(), folder=str(folder), sample=5)
    from_memory = first(watch(request, live), Watched)
    from_disk = first(watch(request, Shelf()), Watched)
    assert from_memory.step == from_disk.step == 40
    for name, values in from_memory.activations.items():
        np.testing.assert_allclose(values, from_disk.activations[name], atol=1e-6)


def test_watching_does_not_disturb_training(tmp_path):
    def train(folder, watched):
        shelf = Shelf()
        job = TrainingJob(Train(project=tiny(), folder=str(folder)), shelf).run()
        next(job)
        watching = None
        try:
            while True:
                if watched and shelf.live is not None:
                    watching = watching or watch(Watch(project=tiny(), folder=str(folder), boundary=True), shelf)
                    next(watching)
                job.send(Turn(unit="batch"))
        except StopIteration:
            return RunFolder(folder).metrics().loss

    np.testing.assert_array_equal(train(tmp_path / "a", False), train(tmp_path / "b", True))


def test_the_boundary_covers_the_data():
    seen = first(watch(Watch(project=tiny(), boundary=True), Shelf()), Watched)
    x = load(tiny().data).samples.x
    x0, x1, y0, y1 = seen.extent
    assert seen.boundary.shape == (64, 64, 1) and 0 <= seen.boundary.min() <= seen.boundary.max() <= 1
    assert x0 < x[:, 0].min() < x[:, 0].max() < x1 and y0 < x[:, 1].min() < x[:, 1].max() < y1


def test_a_sample_that_does_not_exist_is_refused():
    with pytest.raises(UserError, match="no sample 9999"):
        all_of(watch(Watch(project=tiny(), sample=9999), Shelf()))


def test_predictions_are_probabilities_of_the_raw_input(run):
    folder, shelf = run
    samples = load(small_convnet().data).samples
    answer = first(predict(Predict(folder=str(folder), x=samples.x[:20]), shelf), Predicted)
    np.testing.assert_allclose(answer.outputs.sum(1), 1, atol=1e-5)
    assert (answer.outputs.argmax(1) == samples.y[:20]).mean() > 0.5
    assert answer.class_names == tuple("0123456789")


@pytest.mark.parametrize(
    "x, word", [(np.zeros((1, 9, 9, 1), np.float32), "inputs"), (np.full((1, 8, 8, 1), np.nan, np.float32), "NaN")]
)
def test_wrong_inputs_are_refused(run, x, word):
    with pytest.raises(UserError, match=word):
        all_of(predict(Predict(folder=str(run[0]), x=x), run[1]))


def test_looks_at_the_test_part_are_counted(run):
    folder, shelf = run
    before = RunFolder(folder).info().test_evaluations
    found = first(evaluate_run(Evaluate(folder=str(folder), split="test"), shelf), Evaluated)
    all_of(evaluate_run(Evaluate(folder=str(folder), split="test"), shelf))
    assert len(found.indices) == 270 and found.confusion.sum() == 270
    right = np.trace(found.confusion) / 270
    assert found.values["accuracy"] == pytest.approx(right, abs=1e-6)
    assert RunFolder(folder).info().test_evaluations == before + 1  # the first job was not let end


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(UserError, match="not a run folder"):
        all_of(predict(Predict(folder=str(tmp_path / "no"), x=np.zeros((1, 2), np.float32)), Shelf()))


def test_the_screen_gets_raw_pictures_as_bytes():
    loaded = first(load_data(LoadData(data=small_convnet().data), Shelf()), DataLoaded)
    assert loaded.x.dtype == np.uint8 and loaded.x.shape == (1797, 8, 8, 1) and loaded.counts == (1257, 270, 270)
    assert loaded.class_counts.sum() == 1797 and loaded.value_range == (0.0, 16.0)


def test_what_was_compiled_ahead_serves_another_length_and_rate():
    project = tiny()
    data, shelf = load(project.data), Shelf()
    shelf.warm = Trainer(project, data)
    faster = with_plan(project, epochs=9, optimizer_values={"learning_rate": 0.25})
    taken = shelf.take_warm(faster, "")
    assert taken is not None and taken.total_steps == 9 * 5 and taken.learning_rate == 0.25
    assert shelf.take_warm(project, "") is None  # it is handed over once
    shelf.warm = Trainer(project, data)
    assert shelf.take_warm(with_plan(project, batch_size=8), "") is None
