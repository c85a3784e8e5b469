"""A branch begins with another run's checkpoint and leaves that run as it is."""

import numpy as np
import pytest
import safetensors.numpy

from engine.errors import UserError
from engine.messages import Started
from engine.run_folder import RunFolder
from engine.runtime.jobs import Turn
from tests.engine.runtime.networks import noisy, small_convnet, tiny
from tests.engine.runtime.runs import run_with_checkpoints
from tests.engine.runtime.test_training import drive, job_for

pytestmark = pytest.mark.tensorflow
EARLY, EPOCH_END = 7, 10


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Dropout and batch normalisation; 5 steps an epoch, 4 epochs, with checkpoints inside and at the end of epochs."""
    return run_with_checkpoints(noisy(), tmp_path_factory.mktemp("runs") / "whole", (EARLY, EPOCH_END))


def early(run):
    """A checkpoint inside an epoch."""
    return next(m for m in run.checkpoints() if m.step == EARLY)


def branch(run, folder, project=None, step=None):
    step = early(run).step if step is None else step
    events, _ = drive(job_for(project or noisy(), folder, start_folder=str(run.path), start_step=step))
    return RunFolder(folder), events


def test_a_branch_with_the_same_settings_ends_bit_identical(whole, tmp_path):
    before = {path.name: path.read_bytes() for path in (whole.path / "checkpoints").iterdir()}
    found, events = branch(whole, tmp_path / "branch")
    last = [run.newest_checkpoint() for run in (whole, found)]
    assert last[0][0].step == last[1][0].step == 20
    assert last[0][1] == last[1][1]  # every weight, statistic, slot and random state
    step = early(whole).step
    np.testing.assert_array_equal(whole.metrics().loss[step:], found.metrics().loss)
    assert found.metrics().first_step == step and found.checkpoints()[0].step == step
    assert next(event for event in events if isinstance(event, Started)).first_step == step
    assert (found.info().branched_from, found.info().branched_step) == ("whole", step)
    assert before == {path.name: path.read_bytes() for path in (whole.path / "checkpoints").iterdir()}


def test_a_stopped_branch_resumes_and_still_knows_where_it_came_from(whole, tmp_path):
    step = early(whole).step
    start = {"start_folder": str(whole.path), "start_step": step}
    drive(job_for(noisy(), tmp_path / "cut", **start), Turn(unit="batch"), stop_after=6)
    drive(job_for(noisy(), tmp_path / "cut", resume=True))
    found = RunFolder(tmp_path / "cut")
    assert found.newest_checkpoint()[1] == whole.newest_checkpoint()[1]
    assert found.info().branched_from == "whole"


def test_another_learning_rate_takes_force_at_once(whole, tmp_path):
    project = noisy(optimizer_values={"learning_rate": 0.05})
    found, _ = branch(whole, tmp_path / "branch", project)
    np.testing.assert_allclose(found.metrics().learning_rate, 0.05, rtol=1e-6)
    assert found.newest_checkpoint()[1] != whole.newest_checkpoint()[1]


def test_another_optimiser_starts_with_fresh_slots(whole, tmp_path):
    found, _ = branch(whole, tmp_path / "branch", noisy(optimizer="momentum", optimizer_values={}))
    first = safetensors.numpy.load(found.read_checkpoint(found.checkpoints()[0]))
    source = safetensors.numpy.load(whole.read_checkpoint(early(whole)))
    slots = [name for name in first if name.startswith("optimizer/") and "momentum" in name]
    assert slots and all(not first[name].any() for name in slots)
    weights = [name for name in first if not name.startswith("optimizer/")]
    assert all(np.array_equal(first[name], source[name]) for name in weights)


def test_another_batch_size_keeps_the_place_in_the_epoch(whole, tmp_path):
    found, _ = branch(whole, tmp_path / "branch", noisy(batch_size=35), EPOCH_END)
    assert found.info().steps_per_epoch == 2
    assert found.checkpoints()[0].step == 2 * EPOCH_END // 5


def test_a_plan_that_ends_before_the_branch_is_refused(whole, tmp_path):
    with pytest.raises(UserError, match="begins at epoch 4") as error:
        branch(whole, tmp_path / "branch", step=20)
    assert "epochs" in error.value.hint


@pytest.mark.parametrize("project", [tiny(), small_convnet()])
def test_another_network_is_refused(whole, tmp_path, project):
    with pytest.raises(UserError, match="does not fit the network"):
        branch(whole, tmp_path / "branch", project)


def test_a_checkpoint_kept_by_hand_is_there_at_once(tmp_path):
    job = job_for(tiny(), tmp_path / "run")
    turns = job.run()
    assert job.keep() == []
    report = next(turns)
    while not job.is_ready or not any(isinstance(event, Started) for event in report.events):
        report = turns.send(Turn(unit="batch"))
    for _ in range(4):
        turns.send(Turn(unit="batch"))
    (saved,) = job.keep()
    assert saved.step == 4
    job._recording._writer.flush()
    turns.close()
    assert 4 in [m.step for m in RunFolder(tmp_path / "run").checkpoints()]
