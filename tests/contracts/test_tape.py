"""The tape read back against `tf.GradientTape`, operation by operation, and the types against a traced graph."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.explain.expression import parse
from engine.explain.tape import OPERATIONS, record
from engine.runtime.explain.traced import OPERATIONS as RUN
from engine.runtime.explain.traced import trace

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
leaf = st.sampled_from(("a", "b", "c", "2", "0.5"))
smooth = st.sampled_from(("exp({})", "tanh({})", "sigmoid({})", "sin({})", "-({})", "relu({})", "abs({})", "({})^2"))
joined = st.sampled_from(("({} + {})", "({} - {})", "({} * {})", "({} / (1 + {} * {}))"))


def _wider(inner):
    one = st.builds(lambda form, x: form.format(x), smooth, inner)
    two = st.builds(lambda form, x, y: form.format(x, y, y), joined, inner, inner)
    return one | two


texts = st.recursive(leaf, _wider, max_leaves=5).filter(lambda text: any(name in text for name in "abc"))
numbers = st.floats(-1.5, 1.5).map(lambda x: round(x, 2)).filter(lambda x: abs(x) > 0.05)


@settings(max_examples=60, deadline=None)
@given(
    text=texts,
    values=st.fixed_dictionaries({name: numbers for name in "abc"}),
    constants=st.sets(st.sampled_from("abc")),
)
def test_values_and_gradients_are_those_of_the_tape(text, values, constants):
    try:
        tape = record(parse(text), values, constants)
    except UserError:
        return  # a division by zero, or too large a number
    theirs = trace(text, values, constants, gradients=False)
    assert tape.values[-1] == pytest.approx(theirs["value"], rel=1e-9, abs=1e-12)
    for name, ours in tape.gradients.items():
        if theirs["gradients"][name] is None or ours is None:
            assert ours is None and theirs["gradients"][name] is None, name
        else:
            assert ours == pytest.approx(theirs["gradients"][name], rel=1e-8, abs=1e-11), name


def test_upstream_and_what_is_handed_on_are_those_of_watched_intermediates():
    import tensorflow as tf

    text, values = "(w * x + b - y)^2", {"w": 2.0, "x": 3.0, "b": 1.0, "y": 2.0}
    tape = record(parse(text), values, {"x", "y"})
    w, b = tf.Variable(2.0, dtype=tf.float64), tf.Variable(1.0, dtype=tf.float64)
    with tf.GradientTape(persistent=True) as theirs:
        product = w * 3.0
        total = product + b
        error = total - 2.0
        loss = error**2.0
    assert [entry.operation for entry in tape.entries] == ["Mul", "AddV2", "Sub", "Pow"]
    assert [entry.value for entry in tape.entries] == [float(t) for t in (product, total, error, loss)]
    assert [done.entry for done in tape.popped] == list(reversed(tape.entries))
    wanted = [float(theirs.gradient(loss, t)) for t in (loss, error, total, product)]
    assert [done.upstream for done in tape.popped] == wanted
    assert tape.gradients == {"w": float(theirs.gradient(loss, w)), "x": None, "b": 10.0, "y": None}
    assert tape.known(2) == {} and tape.known(3) == {"b": 10.0} and tape.known(4) == {"b": 10.0, "w": 30.0}


def test_what_is_constant_is_not_recorded():
    tape = record(parse("2 * 3 * w + exp(x)"), {"w": 1.0, "x": 0.5}, {"x"})
    assert [entry.operation for entry in tape.entries] == ["Mul", "AddV2"]
    assert all(flow.input in tape.watched for done in tape.popped for flow in done.flows)
    nothing = record(parse("x * x"), {"x": 2.0}, {"x"})
    assert nothing.entries == () and nothing.gradients == {"x": None}


@pytest.mark.parametrize("kind", sorted(OPERATIONS))
def test_types_are_those_of_a_traced_graph(kind):
    text = {
        "add": "a + b",
        "subtract": "a - b",
        "multiply": "a * b",
        "divide": "a / b",
        "power": "a ^ b",
        "negate": "-a",
    }
    found = trace(text.get(kind, f"{kind}(a)"), {"a": 0.5, "b": 2.0}, set(), gradients=False)
    assert OPERATIONS[kind] in [node["op"] for node in found["nodes"]]
    assert set(RUN) == set(OPERATIONS)


def test_the_graph_is_the_one_tensorflow_traced():
    values = {"w": 2.0, "x": 3.0, "b": 1.0, "y": 2.0}
    plain = trace("(w * x + b - y)^2", values, {"x", "y"}, gradients=False)["nodes"]
    full = trace("(w * x + b - y)^2", values, {"x", "y"}, gradients=True)["nodes"]
    ops = [node["op"] for node in plain]
    assert ops.count("ReadVariableOp") == 2 and ops.count("Const") == 3 and len(full) > len(plain)
    for nodes in (plain, full):
        assert all(place < at for at, node in enumerate(nodes) for place in (*node["inputs"], *node["control"]))
        reads = [node for node in nodes if node["op"] == "ReadVariableOp"]
        assert all(nodes[node["inputs"][0]]["dtype"] == "resource" for node in reads)
        assert {nodes[node["inputs"][0]]["variable"] for node in reads} == {"w", "b"}
    multiply = next(node for node in plain if node["op"] == "Mul")
    assert multiply["dtype"] == "float64" and multiply["shape"] == "()"
    assert [plain[place]["constant"] for place in multiply["inputs"]] == [None, 3.0]
    assert any(node["name"].startswith("gradient_tape/") for node in full)
