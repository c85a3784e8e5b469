"""One request at a time: the newest is asked and heard, older ones are stopped."""

import pytest

from app.engine_client import EngineClient
from app.job import JobState
from app.newest_request import NewestRequest
from engine.messages import LoadData, Phase
from engine.project import DataChoice


class Engine(EngineClient):
    """Keeps what it is asked for."""

    def __init__(self):
        super().__init__(["none"])
        self.asked = []

    def submit(self, request):
        self.asked.append(super().submit(request))
        return self.asked[-1]


@pytest.fixture
def engine(qtbot):
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def request_(engine):
    return NewestRequest(engine, debounce=0)


def wanted(dataset):
    return LoadData(data=DataChoice(dataset=dataset))


def test_of_many_wishes_the_last_is_asked(qtbot, engine, request_):
    for name in ("iris", "wine", "digits"):
        request_.ask(wanted(name))
    qtbot.waitUntil(lambda: request_.is_open)
    assert [job.request.data.dataset for job in engine.asked] == ["digits"]


def test_only_the_newest_is_heard(qtbot, engine, request_):
    heard = []
    request_.said.connect(heard.append)
    request_.ask(wanted("iris"))
    request_.submit()
    request_.ask(wanted("wine"))
    request_.submit()
    old, new = engine.asked
    old.take(Phase(text="old"))
    new.take(Phase(text="new"))
    assert [event.text for event in heard] == ["new"]
    assert old.is_stopping
    assert not new.is_stopping


def test_what_is_dropped_says_nothing_and_is_not_asked_again(qtbot, engine, request_):
    ended = []
    request_.ended.connect(ended.append)
    request_.ask(wanted("iris"))
    request_.submit()
    request_.drop()
    request_.submit()
    assert (ended, len(engine.asked), request_.is_open) == ([], 1, False)


def test_the_same_can_be_asked_again_after_its_ending(qtbot, engine, request_):
    request_.ask(wanted("iris"))
    request_.submit()
    with qtbot.waitSignal(request_.ended) as said:
        engine.asked[0].lose()
    assert said.args[0].state is JobState.LOST
    request_.again()
    qtbot.waitUntil(lambda: len(engine.asked) == 2)
    assert engine.asked[1].request.data == engine.asked[0].request.data
