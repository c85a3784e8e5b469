"""The real engine over its pipes: endings, pings, pause, step, stop, resume, kills, and a window that is gone."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.messages import (
    CheckpointSaved,
    DataLoaded,
    Evaluate,
    Evaluated,
    Export,
    Exported,
    Failed,
    Finished,
    LoadData,
    Metrics,
    Phase,
    Ping,
    Pong,
    Predict,
    Predicted,
    Ready,
    SetLive,
    SetPaused,
    Started,
    Step,
    Stop,
    Train,
    Watch,
    Watched,
)
from engine.project import DataChoice
from engine.run_folder import RunFolder
from engine.storage import PART_PREFIX
from tests.end_to_end.noise import NOISY_ENGINE
from tests.engine.runtime.networks import noisy, tiny
from tests.engine_process import EngineProcess

pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("engine process")]
POINTS = LoadData(data=DataChoice("moons", {"count": 100}))
EPOCHS = 4000  # of 5 steps: a few seconds


def long_project():
    """Dropout, batch normalisation and Adam; trains for seconds, not for an instant."""
    return noisy(epochs=EPOCHS)


@pytest.fixture(scope="module")
def engine():
    with EngineProcess() as process:
        process.ready()
        yield process


@pytest.fixture(scope="module")
def whole(engine, tmp_path_factory):
    """A run that nobody disturbed."""
    return trained(engine, long_project(), tmp_path_factory.mktemp("whole") / "run")


def trained(engine, project, folder, **changes):
    events = engine.until_end(engine.submit(Train(project=project, folder=str(folder), **changes)))
    assert isinstance(events[-1], Finished) and not events[-1].cancelled
    return RunFolder(folder)


def meanwhile(engine, job):
    """What a job said while another one was served from beginning to end: every job had several turns."""
    barrier, said = engine.submit(POINTS), []
    while True:
        _, message = engine.events.get(timeout=engine.timeout)
        if message.job == job:
            said.append(message)
        if message.job == barrier and isinstance(message, Finished):
            return said


def steps_in(events):
    return sum(len(event.loss) for event in events if isinstance(event, Metrics))


def losses(events):
    return np.concatenate([event.loss for event in events if isinstance(event, Metrics)])


def assert_same_end(run, other):
    """Every step's loss and every variable of the last checkpoint are equal to the bit."""
    np.testing.assert_array_equal(run.metrics().loss, other.metrics().loss)
    np.testing.assert_array_equal(run.metrics().validation_loss, other.metrics().validation_loss)
    (manifest, weights), (expected, expected_weights) = run.newest_checkpoint(), other.newest_checkpoint()
    assert manifest.step == expected.step and weights == expected_weights


def test_a_good_ending(engine):
    events = engine.until_end(engine.submit(POINTS))
    assert isinstance(events[-1], Finished) and not events[-1].cancelled
    (loaded,) = (event for event in events if isinstance(event, DataLoaded))
    assert loaded.counts == (70, 15, 15) and loaded.x.shape == (100, 2)


def test_a_mistake_of_the_user_ends_the_job_with_a_sentence(engine, tmp_path):
    for request, word in (
        (LoadData(data=DataChoice("no-such-data")), "no-such-data"),
        (Train(project=tiny(batch_size=0), folder=str(tmp_path / "run")), "batch"),
        (Evaluate(folder=str(tmp_path / "nothing")), "nothing"),
        (Predict(folder=str(tmp_path), x=np.zeros((1, 2), np.float32)), "no project.json"),
        (Watch(project=tiny(), sample=100), "sample 100"),
    ):
        ending = engine.until_end(engine.submit(request))[-1]
        assert isinstance(ending, Failed) and ending.kind == "user", ending
        assert word in ending.message + ending.hint and ending.message.endswith(".") and not ending.details


def test_a_bug_ends_the_job_with_a_traceback_and_the_engine_goes_on(engine):
    ending = engine.until_end(engine.submit(Train(project=tiny(), folder="/tmp/a\0b")))[-1]
    assert isinstance(ending, Failed) and ending.kind == "bug"
    assert "Traceback" in ending.details and "ValueError" in ending.message
    assert isinstance(engine.until_end(engine.submit(POINTS))[-1], Finished)


def test_pings_are_answered_while_it_compiles_and_trains(engine, tmp_path):
    job = engine.submit(Train(project=long_project(), folder=str(tmp_path / "run")))
    sent, answered, slowest, seen = 0, 0, 0.0, set()
    engine.send(Ping(sent=time.perf_counter()))
    while not isinstance((message := engine.events.get(timeout=engine.timeout)[1]), Finished):
        assert not isinstance(message, Failed), message
        if isinstance(message, Pong):
            answered += 1
            slowest = max(slowest, time.perf_counter() - message.sent)
            assert message.memory > 50e6
            engine.send(Ping(sent=time.perf_counter()))
            sent += 1
        elif message.job == job:
            seen.add(type(message))
    assert answered >= 20 and answered >= sent - 1
    assert slowest < 3.0
    assert {Phase, Started, Metrics, CheckpointSaved, Evaluated} <= seen


def test_a_run_writes_what_it_says(engine, whole):
    assert whole.info().status == "finished"
    steps = [manifest.step for manifest in whole.checkpoints()]
    assert steps[0] == 0 and steps[-1] == whole.info().total_steps == 5 * EPOCHS
    assert len(whole.metrics().loss) == 5 * EPOCHS


def test_pause_does_no_steps_and_a_step_does_exactly_what_it_says(engine, tmp_path):
    job = engine.submit(Train(project=long_project(), folder=str(tmp_path / "run"), paused=True))
    engine.next(Started, job=job)
    assert steps_in(meanwhile(engine, job)) == 0
    for _ in range(2):
        engine.send(Step(job=job, unit="batch"))
        assert steps_in(meanwhile(engine, job)) == 1
    engine.send(Step(job=job, unit="epoch"))
    done = 2 + steps_in(meanwhile(engine, job))
    while done < 5:
        done += len(engine.next(Metrics, job=job).loss)
    assert done == 5
    assert steps_in(meanwhile(engine, job)) == 0
    engine.send(Stop(job=job))
    assert engine.until_end(job)[-1].cancelled
    assert RunFolder(tmp_path / "run").newest_checkpoint()[0].step == 5


def test_however_a_run_is_handled_it_ends_the_same(engine, whole, tmp_path):
    """Watched, paused, stepped, resumed, stopped, and resumed from its folder: the same bits as undisturbed."""
    folder = str(tmp_path / "run")
    job = engine.submit(Train(project=long_project(), folder=folder, paused=True))
    engine.next(Started, job=job)
    watcher = engine.submit(Watch(project=long_project(), folder=folder, boundary=True, weights_of=("dense_1",)))
    assert engine.next(Watched, job=watcher).step == 0
    engine.send(SetPaused(job=job, paused=False))
    assert engine.next(Watched, job=watcher).step > 0
    engine.send(SetPaused(job=job, paused=True))
    meanwhile(engine, job)
    assert steps_in(meanwhile(engine, job)) == 0
    engine.send(Step(job=job, unit="batch"))
    assert steps_in(meanwhile(engine, job)) == 1
    engine.send(SetPaused(job=job, paused=False))
    engine.next(Metrics, job=job)
    sent = time.perf_counter()
    engine.send(Stop(job=job))
    assert engine.until_end(job)[-1].cancelled
    assert engine.moment - sent < 5.0
    engine.send(Stop(job=watcher))
    assert engine.until_end(watcher)[-1].cancelled
    run = RunFolder(tmp_path / "run")
    stopped_at = run.newest_checkpoint()[0].step
    assert run.info().status == "stopped" and 0 < stopped_at == len(run.metrics().loss) < 5 * EPOCHS
    again = engine.submit(Train(project=long_project(), folder=folder, resume=True))
    assert engine.next(Started, job=again).first_step == stopped_at
    assert not engine.until_end(again)[-1].cancelled
    assert_same_end(run, whole)


def test_watching_shows_the_live_network(engine, tmp_path):
    folder = str(tmp_path / "run")
    job = engine.submit(Train(project=long_project(), folder=folder, paused=True))
    engine.next(Started, job=job)
    watcher = engine.submit(Watch(project=long_project(), folder=folder, boundary=True, weights_of=("dense_1",)))
    before = engine.next(Watched, job=watcher)
    assert before.step == 0 and before.boundary.shape == (64, 64, 1)
    assert set(before.activations) == {node.name for node in long_project().graph.nodes}
    assert before.weights["dense_1/kernel"].shape == (2, 8)
    engine.send(Step(job=job, unit="epoch"))
    while (after := engine.next(Watched, job=watcher)).step < 5:
        pass
    assert after.step == 5
    assert not np.array_equal(before.weights["dense_1/kernel"], after.weights["dense_1/kernel"])
    assert not np.array_equal(before.boundary, after.boundary)
    for number in (watcher, job):
        engine.send(Stop(job=number))
        assert engine.until_end(number)[-1].cancelled


@pytest.mark.slow
def test_two_trainings_side_by_side_do_not_disturb_each_other(engine, tmp_path):
    projects = noisy(epochs=400), noisy(epochs=400).replace(seed=1)
    alone = [trained(engine, project, tmp_path / f"alone {n}") for n, project in enumerate(projects)]
    jobs = [
        engine.submit(Train(project=project, folder=str(tmp_path / f"both {n}"), paused=True))
        for n, project in enumerate(projects)
    ]
    waiting = set(jobs)
    while waiting:
        waiting.discard(engine.next(Started).job)
    for job in jobs:
        engine.send(SetPaused(job=job, paused=False))
    order, ended = [], 0
    while ended < 2:
        _, message = engine.events.get(timeout=engine.timeout)
        assert not isinstance(message, Failed), message
        ended += message.job in jobs and isinstance(message, Finished)
        order += [message.job] if isinstance(message, Metrics) else []
    first, last = order.index(jobs[1]), len(order) - order[::-1].index(jobs[0])
    assert first < last, "they ran one after the other"
    assert not np.array_equal(alone[0].metrics().loss, alone[1].metrics().loss)
    for number, run in enumerate(alone):
        assert_same_end(RunFolder(tmp_path / f"both {number}"), run)


def test_a_live_change_is_used_from_the_next_step_on(engine, tmp_path):
    job = engine.submit(Train(project=long_project(), folder=str(tmp_path / "run"), paused=True))
    engine.next(Started, job=job)
    engine.send(Step(job=job, unit="batch"))
    assert engine.next(Metrics, job=job).learning_rate.tolist() == pytest.approx([0.01])
    engine.send(SetLive(job=job, name="learning_rate", value=0.5))
    engine.send(SetLive(job=job, name="learning_rate", value=-1.0))  # refused, and the training goes on
    engine.send(Step(job=job, unit="batch"))
    assert engine.next(Metrics, job=job).learning_rate.tolist() == pytest.approx([0.5])
    engine.send(Stop(job=job))
    assert engine.until_end(job)[-1].cancelled


def test_a_job_can_be_stopped_before_its_first_turn_and_twice(engine, tmp_path):
    job = engine.submit(Train(project=long_project(), folder=str(tmp_path / "run")))
    for _ in range(2):
        engine.send(Stop(job=job))
    assert engine.until_end(job)[-1].cancelled
    engine.send(Stop(job=job))
    engine.send(SetPaused(job=99_999, paused=True))
    assert meanwhile(engine, job) == []


def test_a_run_is_asked_and_measured(engine, whole):
    x = np.array([[0.0, 1.0], [1.0, -0.5]], np.float32)
    events = engine.until_end(engine.submit(Predict(folder=str(whole.path), x=x)))
    (predicted,) = (event for event in events if isinstance(event, Predicted))
    assert predicted.outputs[0, 0] < 0.5 < predicted.outputs[1, 0] and predicted.class_names == ("upper", "lower")
    before = whole.info().test_evaluations
    events = engine.until_end(engine.submit(Evaluate(folder=str(whole.path))))
    (found,) = (event for event in events if isinstance(event, Evaluated))
    assert found.confusion.sum() == 15 and found.values["accuracy"] > 0.8
    assert events[-1].result == {"test_evaluations": before + 1} and whole.info().test_evaluations == before + 1


def unwritable(tmp_path):
    """A folder nobody may write to; root may write to all but the system's own."""
    if os.geteuid():
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
        return folder
    if not Path("/sys/kernel").is_dir():
        pytest.skip("this user may write everywhere")
    return Path("/sys/kernel")


def test_an_export_to_a_wrong_place_is_refused_before_any_work(engine, whole, tmp_path):
    (tmp_path / "folder.keras").mkdir()
    for path, word in (
        (tmp_path / "folder.keras", "is a folder"),
        (tmp_path / "model.h5", "ends in .h5"),
        (tmp_path / "model", "ends in nothing"),
        (tmp_path / "missing" / "model.keras", "does not exist"),
        (unwritable(tmp_path) / "model.keras", ""),
    ):
        ending = engine.until_end(engine.submit(Export(folder=str(whole.path), format="keras", path=str(path))))[-1]
        assert isinstance(ending, Failed) and ending.kind == "user", (path, ending)
        assert word in ending.message and ending.hint
    ending = engine.until_end(
        engine.submit(Export(folder=str(tmp_path), format="keras", path=str(tmp_path / "m.keras")))
    )
    assert "no whole checkpoint" in ending[-1].message and ending[-1].kind == "user"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "locked") == ["folder.keras", "home"]


def test_every_request_ended_exactly_once(engine):
    meanwhile(engine, 0)
    assert sorted(ending.job for ending in engine.endings) == list(range(1, engine.jobs + 1))


@pytest.mark.slow
def test_prints_break_no_frame_and_garbage_ends_it_cleanly(tmp_path):
    """An engine whose libraries write to standard output all the time, from Python and from C."""
    with EngineProcess(command=("-c", NOISY_ENGINE)) as engine:
        engine.send(Ping(sent=1.0))
        first = engine.next(Pong, Ready)
        assert isinstance(first, Pong), "a ping was not answered while TensorFlow was imported"
        engine.ready()
        folder = tmp_path / "run"
        job = engine.submit(Train(project=noisy(epochs=1_000_000), folder=str(folder)))
        said = [engine.next(Metrics, job=job) for _ in range(20)]
        assert [m.first_step for m in said[1:]] == np.cumsum([len(m.loss) for m in said])[:-1].tolist()
        engine.process.stdin.write(b"\xff" * 64 + b"no frame")
        engine.process.stdin.flush()
        assert engine.process.wait(20) == 0
        run = RunFolder(folder)
        assert run.info().status == "stopped"
        assert run.newest_checkpoint()[0].step == len(run.metrics().loss) >= steps_in(said)


@pytest.mark.slow
def test_an_engine_whose_window_is_gone_saves_and_leaves(tmp_path):
    with EngineProcess() as engine:
        engine.ready()
        job = engine.submit(Train(project=noisy(epochs=1_000_000), folder=str(tmp_path / "run")))
        for _ in range(5):
            engine.next(Metrics, job=job)
        began = time.monotonic()
        engine.process.stdin.close()
        assert engine.process.wait(20) == 0
        assert time.monotonic() - began < 10
    run = RunFolder(tmp_path / "run")
    assert run.info().status == "stopped"
    assert 0 < run.newest_checkpoint()[0].step == len(run.metrics().loss)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """What an engine leaves that was killed while it trained and while it proved an export."""
    root = tmp_path_factory.mktemp("killed")
    target = root / "exported" / "model.keras"
    target.parent.mkdir()
    with EngineProcess() as engine:
        engine.ready()
        trained(engine, tiny(), root / "finished")
        training = engine.submit(Train(project=long_project(), folder=str(root / "run"), paused=True))
        engine.next(Started, job=training)
        export = engine.submit(Export(folder=str(root / "finished"), format="keras", path=str(target)))
        while "again" not in engine.next(Phase, job=export).text:
            pass
        engine.send(SetPaused(job=training, paused=False))
        while engine.next(CheckpointSaved, job=training).step < 100:
            pass
        engine.next(Metrics, job=training)
        orphans = psutil.Process(engine.process.pid).children(recursive=True)
        engine.process.send_signal(signal.SIGKILL)
        assert engine.process.wait(10) == -signal.SIGKILL
    assert not [event for event in engine.endings if event.job in (training, export)]
    assert orphans and not psutil.wait_procs(orphans, timeout=120)[1]
    return root


@pytest.mark.slow
def test_a_kill_while_training_costs_nothing_that_was_saved(engine, whole, killed):
    run = RunFolder(killed / "run")
    assert run.info().status == "training"
    assert run.project() == long_project()
    manifest, _ = run.newest_checkpoint()
    curve = run.metrics()
    assert 0 < manifest.step <= len(curve.loss) < 5 * EPOCHS
    np.testing.assert_array_equal(curve.loss, whole.metrics().loss[: len(curve.loss)])
    for each in run.checkpoints():
        run.read_checkpoint(each)  # raises where a manifest stands over damaged weights
    job = engine.submit(Train(project=long_project(), folder=str(run.path), resume=True))
    assert engine.next(Started, job=job).first_step == manifest.step
    assert not engine.until_end(job)[-1].cancelled
    assert run.info().status == "finished"
    assert_same_end(run, whole)


@pytest.mark.slow
def test_a_kill_while_exporting_leaves_no_file_and_the_next_export_succeeds(engine, killed):
    target = killed / "exported" / "model.keras"
    left = [path.name for path in target.parent.iterdir() if not path.name.startswith(PART_PREFIX)]
    assert left == [] and list(target.parent.iterdir()), "the killed engine leaves its part folder, and no file"
    events = engine.until_end(engine.submit(Export(folder=str(killed / "finished"), format="keras", path=str(target))))
    (exported,) = (event for event in events if isinstance(event, Exported))
    assert exported.max_difference <= 1e-5 and exported.samples == 64
    assert exported.size == target.stat().st_size
    assert list(target.parent.iterdir()) == [target]
