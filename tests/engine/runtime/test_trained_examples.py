"""Every example trains; two of them leave as .keras, two as a script that learns as well as our own training."""

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from engine.datasets.choice import load
from engine.examples import EXAMPLES, load_example
from engine.messages import Export, Exported, Metrics, Train
from engine.run_folder import RunFolder
from engine.runtime.asking import measure
from engine.runtime.exporting import export_run
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf, load_network
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import with_plan

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow, pytest.mark.xdist_group("examples")]


def drive(generator):
    """Give a job its turns to the end; return all it said."""
    events, report = [], next(generator)
    try:
        while True:
            events += report.events
            report = generator.send(Turn(seconds=0.2))
    except StopIteration:
        return events


def trained(name, folder, epochs):
    project = with_plan(load_example(name), epochs=epochs)
    events = drive(TrainingJob(Train(project=project, folder=str(folder)), Shelf()).run())
    return RunFolder(folder), np.concatenate([event.loss for event in events if isinstance(event, Metrics)])


def exported(run, format, path):
    events = drive(export_run(Export(folder=str(run.path), format=format, path=str(path)), Shelf()))
    return next(event for event in events if isinstance(event, Exported))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs by example and number of epochs, each trained once."""
    root, known = tmp_path_factory.mktemp("examples"), {}

    def run(name, epochs):
        if (name, epochs) not in known:
            known[name, epochs] = trained(name, root / f"{name} {epochs}", epochs)
        return known[name, epochs]

    return run


@pytest.mark.parametrize("name", [example.name for example in EXAMPLES if not example.wants])
def test_an_example_learns_in_two_epochs(runs, name):
    run, loss = runs(name, 2)
    info = run.info()
    assert info.status == "finished" and len(loss) == info.total_steps == 2 * info.steps_per_epoch
    assert np.isfinite(loss).all()
    tenth = max(1, len(loss) // 10)
    assert loss[-tenth:].mean() < loss[:tenth].mean()
    assert np.isfinite(run.metrics().validation_loss).all()


@pytest.mark.parametrize("name", ["digits", "diabetes"])
def test_an_example_leaves_as_a_keras_file(runs, tmp_path, name):
    run, _ = runs(name, 2)
    path = tmp_path / "model.keras"
    proof = exported(run, "keras", path)
    assert proof.max_difference <= 1e-5 and proof.size == path.stat().st_size
    used, samples = load_network(run), load(load_example(name).data).samples
    answers = np.asarray(keras.saving.load_model(path)(samples.x[:50]))  # raw inputs: scaling is in the file
    np.testing.assert_allclose(answers, used.answer(samples.x[:50]), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name, epochs", [("iris", 60), ("digits", 4)])
def test_the_script_learns_as_well_as_our_own_training(runs, tmp_path, name, epochs):
    run, _ = runs(name, epochs)
    path = tmp_path / "script.py"
    exported(run, "script", path)
    done = subprocess.run([sys.executable, path], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    used = load_network(run)
    ours = measure(used, load(used.project.data), "test").values["accuracy"]
    theirs = json.loads(done.stdout.splitlines()[-1])
    assert theirs["accuracy"] == pytest.approx(ours, abs=0.05)
