"""Time per epoch: measured for every size, the largest first, of the project and of a table; refused in words."""

import math

import numpy as np
import pytest

from engine.errors import UserError
from engine.messages import Explain, Explained, Phase
from engine.runtime.explain import epoch_times
from engine.runtime.explaining import explain
from engine.runtime.jobs import Cancelled, Turn
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


@pytest.fixture(autouse=True)
def shortly(monkeypatch):
    monkeypatch.setattr(epoch_times, "SETTLING", 0.01)
    monkeypatch.setattr(epoch_times, "LEAST", 0.02)


def asked(project, **values):
    return list(all_of(explain(Explain(explainer="epoch_times", project=project, values=values), Shelf())))


def test_every_size_is_measured_the_largest_first():
    events = asked(tiny(execution="graph"), sizes="16,0")
    said = [event for event in events if isinstance(event, Explained)]
    first, last = said[0].arrays, said[-1].arrays
    assert first["sizes"].tolist() == last["sizes"].tolist() == [16, 70]
    assert last["steps"].tolist() == [5, 1]
    assert math.isnan(first["seconds"][0]) and 0 < first["seconds"][1] < 5
    assert np.all(last["seconds"] > 0) and np.all(last["epochs"] >= 1)
    assert said[-1].facts["samples"] == 70 and said[-1].facts["execution"] == "graph" and said[-1].facts["device"]
    phases = [event.text for event in events if isinstance(event, Phase)]
    assert [text for text in phases if "compiling" in text] == ["compiling batch 70", "compiling batch 16"]


@pytest.mark.parametrize(("table", "samples"), [("cancer", 569), ("diabetes", 442)])
def test_a_table_takes_the_place_of_the_data(table, samples):
    found = [event for event in asked(tiny(), sizes="0", table=table) if isinstance(event, Explained)][-1]
    assert found.facts["samples"] == samples and found.arrays["steps"].tolist() == [1]


def test_it_ends_when_it_is_cancelled():
    job = explain(Explain(explainer="epoch_times", project=tiny(execution="graph"), values={"sizes": "1"}), Shelf())
    next(job)
    for _ in range(3):
        job.send(Turn())
    with pytest.raises(Cancelled):
        job.throw(Cancelled())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sizes": "one"}, "are no batch sizes"),
        ({"sizes": "-1"}, "sizes of 0 or more"),
        ({"sizes": "1,2,3,4,5"}, "expected 1 to 4"),
        ({"table": "cheese"}, "no data 'cheese'"),
    ],
)
def test_bad_questions_are_refused(values, said):
    with pytest.raises(UserError) as error:
        asked(tiny(), **values)
    assert said in str(error.value)
