"""The contract between window and engine, against engines that keep it and engines that do not."""

import os
import signal

import numpy as np
import pytest

from app.engine_client import ENGINE, ROOT, EngineClient
from app.job import JobState
from engine.messages import Export, LoadData, Metrics, Predict, Predicted, Progress, Started, Train, Watch
from engine.project import DataChoice, Project

ONE = np.zeros((1, 4, 4, 1), np.float32)


def ended(qtbot, job, state, timeout=10_000):
    """Wait for the ending and assert that there is exactly one."""
    endings = []
    job.ended.connect(endings.append)
    qtbot.waitUntil(lambda: bool(endings), timeout=timeout)
    qtbot.wait(1)
    assert endings == [job]
    assert job.state is state


def ready(qtbot, client):
    qtbot.waitUntil(lambda: client.state == "ready", timeout=10_000)
    return client


def training():
    return Train(project=Project(), folder="/nowhere")


def test_says_where_it_stands(qtbot, make_client):
    client = make_client(start=False)
    states = []
    client.state_changed.connect(states.append)
    assert client.state == "starting"
    with qtbot.waitSignal(client.ready, timeout=10_000) as heard:
        client.start()
    assert states == ["ready"]
    assert heard.args[0].device == "CPU"
    assert client.greeting is heard.args[0]


def test_runs_from_any_folder(qtbot, make_client, tmp_path, monkeypatch):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('the wrong engine')")
    monkeypatch.chdir(tmp_path)
    ready(qtbot, make_client())
    assert ENGINE[1:] == ("-m", "engine")
    assert (ROOT / "engine" / "messages.py").is_file()


def test_requests_made_before_ready_are_sent_in_order(qtbot, make_client):
    client = make_client("slow")
    jobs = [client.submit(Predict(folder="", x=ONE)), client.submit(LoadData(data=DataChoice()))]
    order = []
    for job in jobs:
        job.ended.connect(lambda job: order.append(job.number))
    assert [job.state for job in jobs] == [JobState.PENDING] * 2
    qtbot.waitUntil(lambda: len(order) == 2, timeout=10_000)
    assert order == [1, 2]
    assert all(job.state is JobState.SUCCEEDED for job in jobs)


def test_a_request_not_yet_sent_can_be_taken_back_at_once(qtbot, make_client):
    client = make_client("slow")
    job = client.submit(training())
    endings = []
    job.ended.connect(endings.append)
    job.stop()
    assert endings == [job]
    assert job.state is JobState.CANCELLED
    ready(qtbot, client)
    other = client.submit(Predict(folder="", x=ONE))
    ended(qtbot, other, JobState.SUCCEEDED)
    assert endings == [job]


def test_arrays_arrive_whole(qtbot, make_client):
    client = ready(qtbot, make_client())
    x = np.random.default_rng(0).normal(size=(3, 50, 50, 1)).astype(np.float32)
    job = client.submit(Predict(folder="", x=x))
    with qtbot.waitSignal(job.said) as heard:
        pass
    assert isinstance(heard.args[0], Predicted)
    assert np.array_equal(heard.args[0].x, x)


def test_a_training_pauses_steps_goes_on_and_ends(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(Train(project=Project(), folder="", paused=True))
    events = []
    job.said.connect(events.append)
    qtbot.waitUntil(lambda: bool(events))
    assert isinstance(events[0], Started)
    job.step("batch")
    qtbot.waitUntil(lambda: any(isinstance(event, Metrics) for event in events))
    probe = client.submit(Predict(folder="", x=ONE))
    ended(qtbot, probe, JobState.SUCCEEDED)
    assert sum(isinstance(event, Metrics) for event in events) == 1
    assert job.state is JobState.PAUSED
    job.set_live("learning_rate", 0.5)
    job.resume()
    ended(qtbot, job, JobState.SUCCEEDED)
    metrics = [event for event in events if isinstance(event, Metrics)]
    assert [event.first_step for event in metrics] == list(range(40))
    assert metrics[-1].learning_rate[0] == 0.5


def test_stop_ends_as_cancelled(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(Train(project=Project(), folder="", paused=True))
    job.stop()
    job.stop()
    ended(qtbot, job, JobState.CANCELLED)
    job.stop()
    job.pause()
    assert job.state is JobState.CANCELLED


def test_a_mistake_ends_as_failed_with_its_reason(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(LoadData(data=DataChoice(dataset="nothing")))
    ended(qtbot, job, JobState.FAILED)
    assert job.failure.message == "There is no dataset 'nothing'."


def test_a_request_too_large_for_a_frame_fails_with_a_reason(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(Predict(folder="", x=np.zeros((17, 1024, 1024), np.float32)))
    assert job.state is JobState.PENDING
    ended(qtbot, job, JobState.FAILED)
    assert "at most 67,108,864" in job.failure.message


def test_unanswered_stop_is_stuck_and_a_kill_loses_the_job_and_restarts(qtbot, make_client):
    client = ready(qtbot, make_client("ignores_stop"))
    job = client.submit(Train(project=Project(), folder="", paused=True))
    with qtbot.waitSignal(job.stuck, timeout=5_000):
        job.stop()
    assert job.is_open
    client.kill()
    ended(qtbot, job, JobState.LOST)
    ready(qtbot, client)


def test_a_job_that_compiles_is_given_more_time_to_stop(qtbot, make_client):
    client = ready(qtbot, make_client("compiles_long", stop=0.1))
    job = client.submit(training())
    texts, stuck = [], []
    job.said.connect(lambda event: texts.append(getattr(event, "text", None)))
    job.stuck.connect(lambda: stuck.append(True))
    qtbot.waitUntil(lambda: "first step compiles" in texts)
    job.stop()
    with qtbot.waitSignal(client.beat), qtbot.waitSignal(client.beat), qtbot.waitSignal(client.beat):
        pass
    assert not stuck
    job.set_live("end the phase", 0.0)
    with qtbot.waitSignal(job.stuck, timeout=5_000):
        pass


def test_a_killed_engine_is_noticed_and_started_again(qtbot, make_client):
    client = ready(qtbot, make_client())
    first = client.process_id
    jobs = [client.submit(Train(project=Project(), folder="", paused=True)) for _ in range(3)]
    endings = []
    for job in jobs:
        job.ended.connect(endings.append)
    states = []
    client.state_changed.connect(states.append)
    with qtbot.waitSignal(client.ready, timeout=10_000):
        os.kill(first, signal.SIGKILL)
    assert endings == jobs
    assert {job.state for job in jobs} == {JobState.LOST}
    assert states == ["restarting", "ready"]
    assert client.process_id != first


def test_the_last_word_of_a_dying_engine_counts(qtbot, make_client):
    client = ready(qtbot, make_client("answers"))
    ended(qtbot, client.submit(Predict(folder="", x=ONE)), JobState.SUCCEEDED)
    ready(qtbot, client)


@pytest.mark.parametrize("way", ["dies_mid_frame", "garbage", "oversize"])
def test_a_broken_stream_loses_the_job_and_restarts(qtbot, make_client, way):
    client = ready(qtbot, make_client(way))
    with qtbot.waitSignal(client.ready, timeout=10_000):
        ended(qtbot, client.submit(Predict(folder="", x=ONE)), JobState.LOST)
    ended(qtbot, client.submit(LoadData(data=DataChoice())), JobState.SUCCEEDED)


def test_an_engine_that_dies_at_every_start_is_given_up(qtbot, make_client):
    client = make_client("dies_at_start")
    job = client.submit(LoadData(data=DataChoice()))
    states = []
    client.state_changed.connect(states.append)
    ended(qtbot, job, JobState.LOST, timeout=20_000)
    assert states == ["restarting", "down"]
    assert client.log_tail.count("no module named something") == 4
    ended(qtbot, client.submit(LoadData(data=DataChoice())), JobState.LOST)
    client.start()
    assert states == ["restarting", "down", "starting"]


def test_old_restarts_do_not_count(qtbot, make_client):
    client = make_client(restarts=1, window=0.0)
    for _ in range(3):
        ready(qtbot, client)
        with qtbot.waitSignal(client.ready, timeout=10_000):
            client.kill()
    assert client.state == "ready"


def test_a_command_that_does_not_exist_is_given_up(qtbot):
    client = EngineClient(["/no/such/program"])
    client.start()
    qtbot.waitUntil(lambda: client.state == "down")
    assert "cannot be started" in client.log_tail
    client.close()


def test_an_engine_of_another_version_is_not_used(qtbot, make_client):
    client = make_client("wrong_version")
    qtbot.waitUntil(lambda: client.state == "down", timeout=10_000)
    assert "protocol 99" in client.log_tail


def test_a_silent_engine_is_noticed_and_started_again(qtbot, make_client):
    client = make_client("silent", ping=0.02, stall=0.05)
    with qtbot.waitSignal(client.stalled, timeout=10_000) as heard:
        pass
    assert heard.args == [True]
    assert client.state == "starting"


def test_an_engine_that_is_never_ready_is_given_up(qtbot, make_client):
    client = make_client("silent", restarts=0)
    client._late.start(10)
    qtbot.waitUntil(lambda: client.state == "down", timeout=10_000)
    assert "was not ready after" in client.log_tail


def test_a_deaf_engine_is_reported_until_it_is_replaced(qtbot, make_client):
    client = ready(qtbot, make_client("deaf", ping=0.02, stall=0.1))
    with qtbot.waitSignal(client.stalled, timeout=5_000) as heard:
        pass
    assert heard.args == [True]
    with qtbot.waitSignal(client.stalled, timeout=5_000) as heard:
        client.kill()
    assert heard.args == [False]


def test_beats_while_idle(qtbot, make_client):
    client = ready(qtbot, make_client())
    with qtbot.waitSignal(client.beat) as heard:
        pass
    assert heard.args[0].memory == client.process_id


def test_a_flood_is_taken_without_holding_the_window(qtbot, make_client):
    client = ready(qtbot, make_client("floods"))
    job = client.submit(Predict(folder="", x=ONE))
    count, beats = [0], []
    client.beat.connect(beats.append)

    def note(event):
        assert isinstance(event, Progress)
        count[0] += 1

    job.said.connect(note)
    ended(qtbot, job, JobState.SUCCEEDED, timeout=60_000)
    assert count[0] == 100_000
    assert beats


def test_words_about_unknown_jobs_and_second_endings_are_dropped(qtbot, make_client):
    client = ready(qtbot, make_client("confused"))
    job = client.submit(Predict(folder="", x=ONE))
    said = []
    job.said.connect(said.append)
    ended(qtbot, job, JobState.SUCCEEDED)
    assert len(said) == 1
    ended(qtbot, client.submit(Predict(folder="", x=ONE)), JobState.SUCCEEDED)


def test_log_is_bounded_and_readable(qtbot, make_client):
    client = ready(qtbot, make_client("chatty"))
    qtbot.waitUntil(lambda: "last line" in client.log_tail, timeout=5_000)
    assert len(client.log_tail.splitlines()) <= 400
    assert "last line" in client.log_path.read_text()
    assert "first" in client.log_path.read_text()


def test_close_ends_the_process_and_its_jobs(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(Watch(project=Project()))
    endings = []
    job.ended.connect(endings.append)
    number = client.process_id
    client.close()
    assert client.is_closed
    assert endings == [job]
    assert job.state is JobState.LOST
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    client.close()


def test_close_gets_rid_of_an_engine_that_does_not_want_to_leave(qtbot, make_client):
    client = ready(qtbot, make_client("unending", close=0.1))
    number = client.process_id
    client.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_close_while_starting(qtbot, make_client):
    client = make_client("slow")
    client.close()
    assert client.process_id == 0


def test_a_slot_may_close_the_client(qtbot, make_client):
    client = ready(qtbot, make_client())
    job = client.submit(Export(folder="", format="keras", path="x"))
    job.ended.connect(lambda _: client.close())
    ended(qtbot, job, JobState.SUCCEEDED)
    assert client.is_closed
