"""The engine is started afresh for another number of threads and when it is worn, but only while it does no work."""

import psutil
import pytest

from app import engine_care
from app.engine_care import EngineCare
from app.job import JobState
from engine.messages import Pong, Train, Watch, Watched
from engine.project import Project

MB = 2**20


def beat(client, memory):
    client.beat.emit(Pong(sent=0.0, memory=memory))


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def client(make_client, qtbot):
    client = make_client(ping=30.0)
    qtbot.waitUntil(lambda: client.state == "ready", timeout=10_000)
    return client


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def care(client, clock, monkeypatch):
    monkeypatch.setattr(engine_care, "REST", 1)
    return EngineCare(client, clock=clock)


def again(qtbot, client, act):
    """Do something and wait for another engine; return the two process ids."""
    before = client.process_id
    with qtbot.waitSignal(client.ready, timeout=10_000):
        act()
    return before, client.process_id


def test_an_idle_engine_is_started_with_the_threads_that_are_wanted(qtbot, client, care):
    assert client.threads == 1
    before, after = again(qtbot, client, lambda: care.want_threads(2))
    assert before != after and client.threads == 2
    assert psutil.Process(after).environ()["GLASSBOX_THREADS"] == "2"


def test_what_is_shown_goes_on_with_the_other_engine(qtbot, client, care):
    job, said = client.submit(Watch(project=Project())), []
    job.said.connect(said.append)
    qtbot.waitUntil(lambda: any(isinstance(event, Watched) for event in said), timeout=10_000)
    said.clear()
    again(qtbot, client, lambda: care.want_threads(2))
    qtbot.waitUntil(lambda: any(isinstance(event, Watched) for event in said), timeout=10_000)
    assert job.state is JobState.RUNNING


def test_a_training_is_sent_to_an_engine_with_its_threads(qtbot, client, care):
    before = client.process_id
    care.want_threads(2)
    job = client.submit(Train(project=Project(), folder="/nowhere"))
    qtbot.waitUntil(lambda: not job.is_open, timeout=10_000)
    assert job.state is JobState.SUCCEEDED
    assert client.process_id != before and client.threads == 2


def test_a_training_is_not_disturbed(qtbot, client, care):
    before = client.process_id
    job = client.submit(Train(project=Project(), folder="/nowhere", paused=True))
    care.want_threads(2)
    client.renew(2)
    qtbot.waitUntil(lambda: not care._rest.isActive())
    beat(client, 500 * MB)
    assert client.process_id == before and client.threads == 1
    job.stop()
    qtbot.waitUntil(lambda: not job.is_open, timeout=10_000)
    again(qtbot, client, lambda: beat(client, 500 * MB))  # now that it is over
    assert client.threads == 2


def test_a_worn_engine_is_renewed_once_it_has_been_idle(qtbot, client, care, clock):
    before = client.process_id
    clock.now += engine_care.SETTLING
    beat(client, 500 * MB)
    clock.now += engine_care.IDLE
    beat(client, 1400 * MB)
    assert client.process_id == before
    again(qtbot, client, lambda: beat(client, 1600 * MB))
    assert client.process_id != before and client.threads == 1


def test_large_data_do_not_make_an_engine_worn(client, care, clock):
    before = client.process_id
    clock.now += engine_care.SETTLING
    beat(client, 4000 * MB)
    clock.now += engine_care.IDLE
    beat(client, 7000 * MB)
    assert client.process_id == before


def test_a_busy_engine_is_never_worn(qtbot, client, care, clock):
    before = client.process_id
    clock.now += engine_care.SETTLING
    beat(client, 500 * MB)
    job = client.submit(Train(project=Project(), folder="/nowhere", paused=True))
    clock.now += engine_care.IDLE + 1
    beat(client, 9000 * MB)
    assert client.process_id == before
    job.stop()
    qtbot.waitUntil(lambda: not job.is_open, timeout=10_000)
    beat(client, 9000 * MB)
    assert client.process_id == before  # it has only just become idle


def test_an_engine_that_is_not_started_yet_starts_with_them(make_client):
    client = make_client(start=False)
    EngineCare(client).want_threads(2)
    assert client.threads == 2 and not client.process_id
