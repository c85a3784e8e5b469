"""Curves that grow."""

import time

import numpy as np
import pytest

from app.growing import GrowingArray
from app.run_model import RunModel
from engine.datasets.scaling import Scaling
from engine.messages import CheckpointSaved, Evaluated, Metrics, Started
from engine.metrics_db import MetricsLog
from engine.project import Project
from engine.run_folder import RunFolder, RunInfo


def started(first_step=0, total=100, layers=("a", "b")):
    return Started(
        folder="/run",
        first_step=first_step,
        steps_per_epoch=10,
        total_steps=total,
        execution="xla",
        device="CPU",
        metric="accuracy",
        gradient_layers=layers,
    )


def metrics(first_step, count, loss=None, validation=(), width=2):
    steps = np.arange(first_step, first_step + count, dtype=np.float32)
    return Metrics(
        first_step=first_step,
        loss=steps if loss is None else np.full(count, loss, np.float32),
        metric=steps / 2,
        learning_rate=np.full(count, 0.1, np.float32),
        gradient_norms=np.ones((count, width), np.float32),
        samples_per_second=50.0,
        validation_steps=np.array([step for step, _ in validation], np.int64),
        validation_loss=np.array([loss for _, loss in validation], np.float32),
        validation_metric=np.array([0.5 for _ in validation], np.float32),
    )


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def run(qtbot, tmp_path, clock):
    run = RunModel(tmp_path, Project(), clock=lambda: clock[0])
    run.take(started())
    return run


def test_curves_share_one_axis(run, qtbot):
    for first, count in ((0, 3), (3, 500), (503, 1)):
        with qtbot.waitSignal(run.grown):
            run.take(metrics(first, count))
    assert run.step == 504
    assert run.epoch == 50
    assert np.array_equal(run.steps, np.arange(1, 505))
    assert np.array_equal(run.loss, np.arange(504))
    assert np.array_equal(run.metric, np.arange(504) / 2)
    assert run.learning_rate.shape == (504,)
    assert run.gradient_norms.shape == (504, 2)


def test_facts_of_the_start(run):
    assert (run.total_steps, run.steps_per_epoch, run.execution, run.metric_id) == (100, 10, "xla", "accuracy")
    assert run.gradient_layers == ("a", "b")


def test_a_resumed_training_does_its_last_steps_again(run):
    run.take(metrics(0, 47, validation=[(10, 3.0), (20, 2.0), (30, 1.0), (40, 0.5)]))
    for step in (20, 30, 40):
        run.take(CheckpointSaved(step=step, best=True))
    run.take(started(first_step=30))
    assert run.step == 30
    assert np.array_equal(run.loss, np.arange(30))
    assert list(run.validation_steps) == [10, 20, 30]
    assert run.checkpoints == [20, 30]
    run.take(metrics(30, 5, loss=9.0))
    assert np.array_equal(run.steps, np.arange(1, 36))
    assert list(run.loss[-6:]) == [29.0, 9.0, 9.0, 9.0, 9.0, 9.0]


def test_a_run_may_begin_later_than_at_zero(qtbot, tmp_path):
    run = RunModel(tmp_path, Project())
    run.take(started(first_step=40))
    run.take(metrics(40, 5))
    assert (run.first_step, run.step) == (40, 45)
    assert np.array_equal(run.steps, np.arange(41, 46))


def test_a_gap_is_drawn_as_a_gap(run):
    run.take(metrics(0, 2))
    run.take(metrics(4, 2))
    assert np.array_equal(run.steps, np.arange(1, 7))
    assert np.array_equal(np.isnan(run.loss), [False, False, True, True, False, False])


def test_best_step_is_the_lowest_finite_validation_loss(run):
    assert run.best_step is None
    run.take(metrics(0, 30, validation=[(10, np.nan)]))
    assert run.best_step is None
    run.take(metrics(30, 30, validation=[(20, 2.0), (30, 0.5), (40, 0.5), (50, np.inf)]))
    assert run.best_step == 30


def test_evaluations_and_checkpoints_are_kept(run, qtbot):
    def measured(split):
        empty = np.zeros((0, 0))
        values = {"loss": 1.0, "accuracy": 0.9}
        return Evaluated(split=split, step=10, values=values, indices=empty, outputs=empty, confusion=empty)

    with qtbot.waitSignal(run.evaluated):
        run.take(measured("validation"))
    run.take(measured("test"))
    assert run.evaluation.split == "validation"
    with qtbot.waitSignal(run.checkpointed):
        run.take(CheckpointSaved(step=20, best=False))
    run.take(CheckpointSaved(step=10, best=True))
    run.take(CheckpointSaved(step=20, best=True))
    assert run.checkpoints == [10, 20]


def test_time_left_follows_the_pace_of_the_last_seconds(run, clock):
    assert run.seconds_left is None
    for second in range(1, 5):
        clock[0] = float(second)
        run.take(metrics(run.step, 10))
    assert run.seconds_left == pytest.approx(6.0)
    assert run.samples_per_second == 50.0


def test_a_pause_is_no_part_of_the_pace(run, clock):
    for second in (1.0, 2.0):
        clock[0] = second
        run.take(metrics(run.step, 10))
    clock[0] = 3600.0
    run.forget_pace()
    assert run.seconds_left is None
    for second in (3601.0, 3602.0):
        clock[0] = second
        run.take(metrics(run.step, 10))
    assert run.seconds_left == pytest.approx(6.0)


def test_no_time_is_left_at_the_end(run):
    run.take(metrics(0, 100))
    assert run.seconds_left == 0.0


def test_a_million_points_are_cheap(qtbot, tmp_path):
    run = RunModel(tmp_path, Project())
    run.take(started(total=1_000_000))
    block = metrics(0, 1000)
    began = time.perf_counter()
    for first in range(0, 1_000_000, 1000):
        run.take(msg(block, first))
        assert len(run.loss) == first + 1000
    assert time.perf_counter() - began < 3.0
    assert run.step == 1_000_000


def msg(block, first):
    fields = {name: getattr(block, name) for name in block.__struct_fields__}
    return Metrics(**{**fields, "first_step": first})


def test_views_share_memory_and_cannot_be_written():
    column = GrowingArray()
    column.write(0, np.ones(3, np.float32))
    assert np.shares_memory(column.view, column.view)
    with pytest.raises(ValueError, match="read-only"):
        column.view[0] = 2


def test_rows_survive_growth():
    column = GrowingArray(width=3)
    rows = np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32)
    for start in range(0, 1000, 7):
        column.write(start, rows[start : start + 7])
    assert np.array_equal(column.view, rows)
    column.cut(10)
    assert np.array_equal(column.view, rows[:10])


def test_beyond_the_limit_steps_are_gathered(qtbot, tmp_path):
    run = RunModel(tmp_path, Project(), limit=64, raw_steps=40)
    run.take(started(total=2000))
    for first in range(0, 1000, 7):
        run.take(metrics(first, min(7, 1000 - first)))
    assert run.step == 1000 and len(run.steps) < 64 + 4 * 4 + 128 + 47
    assert np.array_equal(run.steps[:64], np.arange(1, 65)) and (np.diff(run.steps) > 0).all()
    starts = np.concatenate([[0], run.steps[:-1]])
    assert np.array_equal(run.loss, (starts + run.steps - 1) / 2), "the mean of the steps of each point"
    assert np.array_equal(run.metric, run.loss / 2) and run.gradient_norms.shape == (len(run.steps), 2)
    assert np.allclose(run.epochs, run.steps / 10)


def test_what_was_gathered_can_be_done_again(qtbot, tmp_path):
    run = RunModel(tmp_path, Project(), limit=64, raw_steps=40)
    run.take(started(total=2000))
    run.take(metrics(0, 300))
    run.take(started(first_step=100, total=2000))
    assert run.step == 96, "the bucket of steps 97 to 112 is given up whole"
    run.take(metrics(100, 100, loss=9.0))
    assert run.step == 200 and (run.loss[run.steps > 112] == 9.0).all() and (np.diff(run.steps) > 0).all()


def test_a_long_run_is_read_with_its_own_steps(qtbot, tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.write_project(Project())
    info = {"steps_per_epoch": 10, "total_steps": 400, "execution": "xla", "device": "CPU", "metric": "accuracy"}
    shown = {"input_shape": (2,), "class_names": (), "value_range": (0.0, 1.0), "gradient_layers": ("a", "b")}
    folder.write_info(RunInfo(**info, **shown, scaling=Scaling()))
    log = MetricsLog(folder, 0, limit=64, raw_steps=40)
    log.append(metrics(0, 64))
    for first in range(64, 300, 4):
        log.append(metrics(first, 4))
    log.close()
    run = RunModel.load(folder.path)
    assert run.step == 300 and len(run.steps) == len(run.loss) == len(run.epochs) < 150
    run.take(started(first_step=300, total=400))
    run.take(metrics(300, 5))
    assert run.steps[-6:].tolist() == [300, 301, 302, 303, 304, 305] and run.loss[-1] == 304
