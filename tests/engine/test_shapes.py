"""Shapes of whole graphs: stale layers, problems with arithmetic, and fixes that really fix."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import Graph, Node
from engine.layers import LAYERS
from engine.shapes import infer


def chain(*layers):
    graph, last = Graph(), None
    for name, kind, values in layers:
        graph = graph.with_node(Node(name, kind, values))
        graph = graph.with_edge(last, name) if last else graph
        last = name
    return graph


def image(high, wide, channels):
    return ("in", "input", {"shape": [high, wide, channels]})


def test_a_kernel_larger_than_its_input():
    """The error node of the design's picture."""
    found = infer(chain(image(5, 5, 16), ("c", "conv2d", {"filters": 32, "kernel_size": [7, 7]})))
    problem = found.problem("c")
    assert problem.message == "Kernel 7×7 is larger than its 5×5 input"
    assert problem.arithmetic == "(5 + 2·0 − 7)/1 + 1 = −1"
    assert [(fix.label, fix.outcome) for fix in problem.fixes] == [
        ("Set padding to same", "5×5×32"),
        ("Set kernel to 5×5", "1×1×32"),
    ]


def test_layers_behind_a_problem_are_stale():
    graph = chain(image(5, 5, 1), ("c", "conv2d", {"kernel_size": [7, 7]}), ("f", "flatten", {}), ("d", "dense", {}))
    found = infer(graph)
    assert set(found.layers) == {"in"}
    assert [problem.node for problem in found.problems] == ["c"]


@pytest.mark.parametrize(
    "layers, message, labels",
    [
        (
            [image(4, 4, 3), ("o", "output", {})],
            "Expected a vector, found 4×4×3",
            ["Insert Flatten", "Insert global average pooling"],
        ),
        ([image(8, 8, 1), ("l", "lstm", {})], "Expected (time, features)", ["Insert Reshape to 8×8"]),
        ([("in", "input", {"shape": [12]}), ("l", "lstm", {})], "found 12", ["Insert Reshape to 12×1"]),
        ([("in", "input", {"shape": [784]}), ("c", "conv2d", {})], "found 784", ["Insert Reshape to 28×28×1"]),
        ([("in", "input", {"shape": [7, 9]}), ("p", "max_pooling2d", {})], "found 7×9", ["Insert Reshape to 7×9×1"]),
        ([("in", "input", {"shape": [7, 9]}), ("e", "embedding", {})], "found 7×9", ["Insert Flatten"]),
        (
            [image(2, 2, 3), ("p", "average_pooling2d", {"pool_size": [3, 2]})],
            "Pool 3×2 is larger than its 2×2 input",
            ["Set padding to same", "Set pool to 2×2"],
        ),
        (
            [image(9, 9, 1), ("c", "conv2d", {"strides": [2, 2], "dilation_rate": [2, 2]})],
            "cannot go together",
            ["Set dilation to 1×1", "Set strides to 1×1"],
        ),
        (
            [image(4, 4, 1), ("c", "conv2d", {"dilation_rate": [3, 3]})],
            "Kernel 3×3 spans 7×7 and is larger than its 4×4 input",
            ["Set padding to same", "Set dilation to 1×1"],
        ),
        (
            [image(5, 5, 16), ("r", "reshape", {"target_shape": [20, 21]})],
            "5×5×16 values do not fill 20×21",
            ["Set shape to 20×20", "Set shape to 400"],
        ),
        ([image(2, 2, 1), ("r", "reshape", {"target_shape": [-1, -1]})], "cannot be worked out", ["Set shape to 4"]),
    ],
)
def test_problems_and_their_fixes(layers, message, labels):
    problem = infer(chain(*layers)).problem(layers[-1][0])
    assert message in problem.message
    assert [fix.label for fix in problem.fixes] == labels
    for fix in problem.fixes:
        fix.graph.require_sound()
        assert not infer(fix.graph).problems
        assert fix.outcome


def test_unequal_branches_say_both_shapes():
    graph = chain(image(6, 6, 4), ("c", "conv2d", {"filters": 8}), ("a", "add", {})).with_edge("in", "a")
    problem = infer(graph).problem("a")
    assert problem.message == "Cannot add 4×4×8 and 6×6×4"
    joined = infer(graph.without(["a"]).with_node(Node("a", "concatenate")).with_edge("c", "a").with_edge("in", "a"))
    assert "4×4×8 and 6×6×4" in joined.problem("a").message


def test_concatenation_offers_the_axis_that_fits():
    graph = chain(image(6, 6, 4), ("c", "conv2d", {"filters": 4, "kernel_size": [3, 1]}))
    graph = graph.with_node(Node("j", "concatenate")).with_edge("in", "j").with_edge("c", "j")
    problem = infer(graph).problem("j")
    assert [(fix.label, fix.outcome) for fix in problem.fixes] == [("Set axis to −3", "10×6×4")]


def test_too_large_a_layer_says_how_much_memory():
    found = infer(chain(image(200, 200, 3), ("f", "flatten", {}), ("d", "dense", {"units": 60000})))
    assert found.problem("d").message.startswith(
        "d would have 7,200,060,000 parameters; training them needs about 115 GB"
    )
    found = infer(chain(image(20000, 20000, 1), ("c", "conv2d", {"filters": 20})))
    assert "20,000" in found.problem("c").message or "19998×19998×20" in found.problem("c").message
    assert "32 GB" in found.problem("c").message


@pytest.mark.parametrize(
    "graph, node, message",
    [
        (chain(("d", "dense", {})), "d", "needs an input"),
        (chain(image(2, 2, 1), ("a", "add", {})), "a", "needs 2 inputs, found 1"),
        (chain(image(2, 2, 1), ("k", "quantum", {})), "k", "no layer of kind 'quantum'"),
        (chain(image(2, 2, 1), ("d", "dense", {"units": 0})), "d", "Units is 0"),
        (chain(image(2, 2, 1), ("d", "dense", {"colour": 1})), "d", "no setting 'colour'"),
        (chain(image(2, 2, 1), ("f", "flatten", {}), ("in_2", "input", {})), "in_2", "takes 0 inputs, found 1"),
    ],
)
def test_sentences(graph, node, message):
    assert message in infer(graph).problem(node).message


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_never_raises_and_every_fix_works(data):
    """Random graphs of any kinds with any settings: only problems, and each offered fix mends its layer."""
    graph = Graph()
    for number in range(data.draw(st.integers(1, 7))):
        kind = data.draw(st.sampled_from([*LAYERS, "unknown"]))
        known = [param.name for param in LAYERS[kind].params] if kind in LAYERS else []
        sane = st.integers(1, 9) | st.lists(st.integers(-1, 9), min_size=1, max_size=4) | st.sampled_from(["same"])
        names = st.sampled_from([*known, "other"])
        values = data.draw(st.dictionaries(names, sane if data.draw(st.booleans()) else json_value, max_size=2))
        graph = graph.with_node(Node(f"n{number}", kind, values))
        for source in data.draw(st.sets(st.integers(0, max(number - 1, 0)), max_size=2)):
            graph = graph.with_edge(f"n{source}", f"n{number}") if source != number else graph
    found = infer(graph)
    assert not set(found.layers) & {problem.node for problem in found.problems}
    for info in found.layers.values():
        assert info.spec.formulas(info.values, info.inputs) is not None
        assert info.spec.summary(info.values)
        assert all(size >= 1 for size in info.shape)
    for problem in found.problems:
        for fix in problem.fixes:
            fix.graph.require_sound()
            assert problem.node in infer(fix.graph).layers


def test_four_hundred_layers_at_once():
    graph = chain(("in", "input", {"shape": [8]}), *((f"d{n}", "dense", {"units": 8}) for n in range(399)))
    start = time.perf_counter()
    found = infer(graph)
    assert time.perf_counter() - start < 1.0
    assert found.num_params == 399 * 72
