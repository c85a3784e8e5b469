"""The fused loop against Keras, whatever way a run is cut; checkpoints; resume to the bit; what bad plans get."""

import errno
import itertools
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Evaluated, Metrics, SetLive, Started, Train
from engine.metrics_db import MetricsLog
from engine.optimizers import OPTIMIZERS
from engine.project import Plan
from engine.run_folder import RunFolder
from engine.runtime.build import build
from engine.runtime.jobs import Cancelled, Turn
from engine.runtime.shelf import Shelf, load_network
from engine.runtime.training import checkpoints
from engine.runtime.training.job import TrainingJob
from engine.runtime.training.trainer import Trainer
from engine.storage import FileSystem
from tests.engine.runtime.networks import noisy, small_convnet, tiny, with_plan

pytestmark = pytest.mark.tensorflow


def trained(project, turns, execution=""):
    """A trainer after the given numbers of steps per call."""
    trainer = Trainer(project, load(project.data), execution)
    for steps in turns:
        done = 0
        while done < steps:
            done += trainer.do_steps(steps - done).done
    return trainer


def values(trainer):
    return [np.asarray(v) for v in trainer.variables.values()]


def drive(job, turn=None, stop_after=None):
    """Run a training job to its end; return its events and result."""
    events, generator, turns = [], job.run(), itertools.count()
    report = next(generator)
    try:
        while True:
            events += report.events
            if stop_after is not None and sum(isinstance(e, Metrics) for e in events) >= stop_after:
                report = generator.throw(Cancelled())
                stop_after = None
                continue
            report = generator.send(turn or Turn(seconds=[0.001, 0.03][next(turns) % 2]))
    except StopIteration as stop:
        return events, stop.value
    except Cancelled:
        return events, None


def job_for(project, folder, **changes):
    return TrainingJob(Train(project=project, folder=str(folder), **changes), Shelf())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_steps_equal_keras(optimizer, execution):
    project = tiny()
    project = project.replace(plan=Plan(optimizer, {"learning_rate": 0.01}, batch_size=16, epochs=2))
    trainer = trained(project, [12], execution)  # 5 steps an epoch; the fifth has 6 samples
    reference = build(project)
    record = OPTIMIZERS[optimizer]
    settings = {p.name: p.default for p in record.params} | {"learning_rate": 0.01} | record.fixed
    reference.model.compile(
        getattr(keras.optimizers, record.keras)(**settings), keras.losses.BinaryCrossentropy(from_logits=True)
    )
    x, y = load(project.data).part("train")
    batches, ends = trainer.order.batches(0, 12)
    for batch, is_end in zip(batches, ends, strict=True):
        batch = batch[: len(x) - 4 * 16] if is_end else batch
        reference.model.train_on_batch(x[batch], y[batch, None])
    for ours, theirs in zip(trainer.network.model.weights, reference.model.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=2e-6)


@pytest.mark.parametrize("execution", ["graph", "xla"])
@pytest.mark.parametrize("make", [tiny, noisy])
def test_bits_do_not_depend_on_how_a_run_is_cut(make, execution):
    once = trained(make(), [20], execution)
    cut = trained(make(), [1, 1, 3, 2, 7, 6], execution)
    for a, b in zip(values(once), values(cut), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_one_compilation_serves_every_number_of_steps(execution):
    trainer = Trainer(noisy(), load(noisy().data), execution)
    began = time.perf_counter()
    trainer.compile()
    compiled = time.perf_counter() - began
    for count in (1, 2, 3, 4, 5):
        trainer.do_steps(count)
    assert time.perf_counter() - began < 2 * compiled


def test_every_sample_is_seen_once_an_epoch():
    trainer = Trainer(tiny(), load(tiny().data))
    batches, ends = trainer.order.batches(0, 5)
    seen = [b[:6] if e else b for b, e in zip(batches, ends, strict=True)]
    assert sorted(np.concatenate(seen).tolist()) == list(range(70))
    later, _ = trainer.order.batches(5, 5)
    assert not np.array_equal(batches, later)


def test_validation_is_that_of_the_weights_at_the_end_of_the_epoch():
    trainer = Trainer(tiny(), load(tiny().data))
    steps = trainer.do_steps(5)
    assert np.isnan(steps.validation_loss[:4]).all()
    x, y = trainer.data.part("validation")
    logits = np.asarray(trainer.network.model(x, training=False))[:, 0]
    expected = np.mean(np.logaddexp(0, logits) - y * logits)
    assert steps.validation_loss[4] == pytest.approx(expected, abs=1e-6)
    assert float(trainer.loop.best_loss) == steps.validation_loss[4]


@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_what_is_not_finite_never_reaches_the_weights(execution):
    project = with_plan(tiny(), optimizer="sgd", optimizer_values={"learning_rate": 1e9})
    project = project.replace(heads=project.heads)
    trainer = Trainer(project, load(project.data), execution)
    trainer.optimizer.learning_rate.assign(np.float32(np.finfo(np.float32).max))
    for _ in range(20):
        steps = trainer.do_steps(5)
        if not steps.finite:
            break
    assert not steps.finite
    assert all(np.isfinite(v).all() for v in values(trainer))


def test_learning_rate_1e9_ends_with_step_layer_and_remedy(tmp_path):
    from engine.project import DataChoice
    from tests.engine.runtime.networks import chain

    project = chain(
        ("input", {"shape": [10]}),
        ("dense", {"units": 8, "activation": "relu"}),
        ("output", {"units": 1, "activation": "linear"}),
        data=DataChoice("diabetes", normalisation="standard"),
        plan=Plan("sgd", {"learning_rate": 1e9}, epochs=50),
        task="regression",
    )
    with pytest.raises(UserError) as failure:
        drive(job_for(project, tmp_path / "run"))
    assert "not finite" in failure.value.message or "stopped being finite" in failure.value.message
    assert "step" in failure.value.message and failure.value.where in project.graph
    assert "1e+09" in failure.value.hint
    run = RunFolder(tmp_path / "run")
    assert run.info().status == "failed"
    kept = load_network(run)
    assert all(np.isfinite(np.asarray(v)).all() for v in kept.network.model.weights)


@pytest.mark.parametrize(
    "changes, word",
    [({"batch_size": 0}, "batch"), ({"epochs": 0}, "Epochs"), ({"optimizer": "magic"}, "optimiser")]
    + [({"optimizer_values": {"learning_rate": rate}}, "earning") for rate in (0.0, -1.0, float("nan"), "fast")],
)
def test_impossible_plans_are_refused_by_name(tmp_path, changes, word):
    with pytest.raises(UserError, match=word):
        drive(job_for(with_plan(tiny(), **changes), tmp_path / "run"))


def test_a_batch_larger_than_the_data_is_the_whole_data():
    trainer = trained(with_plan(tiny(), batch_size=5000), [3])
    assert trainer.loop.batch_size == 70 and trainer.steps_per_epoch == 1


def test_a_run_writes_what_it_says(tmp_path):
    events, result = drive(job_for(small_convnet(), tmp_path / "run"))
    started = next(e for e in events if isinstance(e, Started))
    metrics = [e for e in events if isinstance(e, Metrics)]
    assert result["steps"] == started.total_steps == sum(len(m.loss) for m in metrics) == 40
    assert [m.first_step for m in metrics] == np.cumsum([0, *[len(m.loss) for m in metrics]])[:-1].tolist()
    assert started.gradient_layers == ("conv2d_1", "output_1")
    run = RunFolder(tmp_path / "run")
    stored = run.metrics()
    np.testing.assert_array_equal(stored.loss, np.concatenate([m.loss for m in metrics]))
    np.testing.assert_array_equal(stored.gradient_norms, np.concatenate([m.gradient_norms for m in metrics]))
    assert stored.validation_steps.tolist() == [20, 40]
    assert run.info().status == "finished"
    steps = [m.step for m in run.checkpoints()]
    assert steps[0] == 0 and steps[-1] == 40
    evaluated = [e for e in events if isinstance(e, Evaluated)]
    assert evaluated and evaluated[0].confusion.sum() == 270
    np.testing.assert_allclose(evaluated[0].outputs.sum(1), 1, atol=1e-5)


def test_stopped_and_resumed_equals_never_stopped(tmp_path):
    drive(job_for(noisy(), tmp_path / "whole"))
    _, result = drive(job_for(noisy(), tmp_path / "cut"), Turn(unit="batch"), stop_after=7)
    assert result is None and RunFolder(tmp_path / "cut").info().status == "stopped"
    drive(job_for(noisy(), tmp_path / "cut", resume=True))
    a, b = (RunFolder(tmp_path / name) for name in ("whole", "cut"))
    np.testing.assert_array_equal(a.metrics().loss, b.metrics().loss)
    np.testing.assert_array_equal(a.metrics().validation_loss, b.metrics().validation_loss)
    last = [run.newest_checkpoint() for run in (a, b)]
    assert last[0][0].step == last[1][0].step == 20
    assert last[0][1] == last[1][1]  # every weight, statistic, slot and random state


def test_a_damaged_checkpoint_is_passed_over(tmp_path):
    drive(job_for(tiny(), tmp_path / "run"))
    run = RunFolder(tmp_path / "run")
    steps = [m.step for m in run.checkpoints()]
    newest = tmp_path / "run" / "checkpoints" / f"step-{steps[-1]:09d}.safetensors"
    data = bytearray(newest.read_bytes())
    data[-3] ^= 1
    newest.write_bytes(bytes(data))
    assert run.newest_checkpoint()[0].step == steps[-2]
    newest.unlink()
    assert run.newest_checkpoint()[0].step == steps[-2]


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    drive(job_for(tiny(), tmp_path / "run"))
    _, data = RunFolder(tmp_path / "run").newest_checkpoint()
    other = build(noisy())
    before = [np.asarray(w) for w in other.model.weights]
    with pytest.raises(UserError, match="does not fit"):
        checkpoints.restore(checkpoints.layer_variables(other.model), data)
    for a, b in zip(before, other.model.weights, strict=True):
        np.testing.assert_array_equal(a, np.asarray(b))


class FullDisk(FileSystem):
    """Fails the n-th write with the given error, and every one after it."""

    def __init__(self, n, code=errno.ENOSPC):
        self.left, self.code = n, code

    def write(self, descriptor, data):
        self.left -= 1
        if self.left < 0:
            raise OSError(self.code, "no space")
        return super().write(descriptor, data)


@pytest.mark.parametrize("n", range(0, 12, 2))
def test_a_full_disk_ends_the_training_and_keeps_what_was_saved(tmp_path, monkeypatch, n):
    monkeypatch.setattr(checkpoints, "SHORTEST", 0.0)
    project, folder = tiny(), tmp_path / "run"

    class FullFolder(RunFolder):
        def __init__(self, path: Path) -> None:
            super().__init__(path, disk)

    disk = FullDisk(n)
    monkeypatch.setattr("engine.runtime.training.job.RunFolder", FullFolder)
    with pytest.raises(UserError, match="disk is full"):
        drive(job_for(project, folder))
    run = RunFolder(folder)
    for manifest in run.checkpoints():
        run.read_checkpoint(manifest)  # raises where a manifest stands over damaged weights
    assert not list(folder.rglob(".glassbox-part-*"))
    if run.checkpoints():
        monkeypatch.undo()
        drive(job_for(project, folder, resume=True))
        assert run.newest_checkpoint()[0].step == 20


def test_the_learning_rate_changes_while_it_trains(tmp_path):
    job = job_for(tiny(), tmp_path / "run")
    generator, rates = job.run(), []
    report = next(generator)
    try:
        while True:
            for event in report.events:
                if isinstance(event, Metrics):
                    rates += event.learning_rate.tolist()
            if len(rates) == 6:
                job.set_live(SetLive(name="learning_rate", value=0.5))
            report = generator.send(Turn(unit="batch"))
    except StopIteration:
        pass
    assert rates[:6] == pytest.approx([0.01] * 6) and rates[6:] == pytest.approx([0.5] * 14)
    with pytest.raises(UserError, match="batch_size"):
        job.set_live(SetLive(name="batch_size", value=3))


def test_checkpoints_are_thinned_but_first_last_and_best_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "MOST", 10)
    run = RunFolder(tmp_path)
    writer = checkpoints.CheckpointWriter(run)
    for step in range(40):
        writer.write(step, {"w": np.zeros(3, np.float32)}, None, best=step == 17)
    writer.close()
    steps = [m.step for m in run.checkpoints()]
    assert len(steps) == 10 and {0, 17, 39} <= set(steps)


def test_the_metrics_log_forgets_steps_that_are_done_again(tmp_path):
    drive(job_for(tiny(), tmp_path / "run"), Turn(seconds=0.05))
    run = RunFolder(tmp_path / "run")
    before = run.metrics()
    MetricsLog(run, 7).close()
    after = run.metrics()
    np.testing.assert_array_equal(after.loss, before.loss[:7])
    assert after.validation_steps.tolist() == [5]
