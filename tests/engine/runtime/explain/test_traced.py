"""The traced graph as an answer of the engine, and bad questions."""

import pytest

from engine.errors import UserError
from engine.messages import Explain, Explained
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


def asked(**values):
    events = all_of(explain(Explain(explainer="traced", project=tiny(), values=values), Shelf()))
    return [event for event in events if isinstance(event, Explained)][-1].facts


def test_the_default_program():
    facts = asked()
    assert facts["value"] == 25.0 and facts["gradients"] == {"w": 30.0, "x": None, "b": 10.0, "y": None}
    assert {"Mul", "AddV2", "Sub", "Pow"} <= {node["op"] for node in facts["nodes"]}
    assert len(asked(gradients=True)["nodes"]) > len(facts["nodes"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"expression": "w *"}, "Expected a number"),
        ({"values": "none"}, "cannot be read"),
        ({"values": "[1]"}, "cannot be read"),
        ({"values": '{"w": 1}'}, "no value for x, b, y"),
        ({"values": '{"w": 1e300, "x": 1, "b": 1, "y": 1}'}, "not within"),
    ],
)
def test_bad_questions_are_refused(values, said):
    with pytest.raises(UserError) as error:
        asked(**values)
    assert said in str(error.value)
