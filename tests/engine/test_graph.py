"""Graph edits: always acyclic, always by value."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.graph import MAX_NODES, Edge, Graph, Node

NAMES = [f"n{number}" for number in range(8)]
name = st.sampled_from(NAMES)
EDITS = st.one_of(
    st.tuples(st.just("with_node"), st.builds(Node, name, st.sampled_from(["dense", "add"]))),
    st.tuples(st.just("with_edge"), name, name),
    st.tuples(st.just("without_edge"), name, name),
    st.tuples(st.just("without"), st.lists(name, max_size=3), st.booleans()),
    st.tuples(st.just("renamed"), name, name),
    st.tuples(st.just("with_inserted"), st.builds(Node, name, st.just("flatten")), name, name),
    st.tuples(st.just("with_values"), name, st.dictionaries(st.just("units"), st.integers(), max_size=1)),
    st.tuples(st.just("with_positions"), st.dictionaries(name, st.tuples(st.floats(0, 9), st.floats(0, 9)))),
)


def applied(graph, edit):
    kind, *arguments = edit
    if kind == "without":
        return graph.without(arguments[0], bridge=arguments[1])
    return getattr(graph, kind)(*arguments)


@settings(max_examples=300, deadline=None)
@given(st.lists(EDITS, max_size=40))
def test_any_edits_keep_the_graph_sound_and_the_old_value(edits):
    graph = Graph()
    for edit in edits:
        before = msgspec.json.encode(graph)
        try:
            after = applied(graph, edit)
        except (UserError, KeyError):
            after = graph
        assert msgspec.json.encode(graph) == before, edit
        after.require_sound()
        order = [node.name for node in after.in_order()]
        assert sorted(order) == sorted(node.name for node in after.nodes)
        for edge in after.edges:
            assert order.index(edge.source) < order.index(edge.target)
        graph = after


def chain(*names):
    graph = Graph(tuple(Node(n, "dense") for n in names))
    for source, target in pairwise(names):
        graph = graph.with_edge(source, target)
    return graph


def test_edges_of_a_merge_keep_their_order():
    graph = chain("a", "b", "c").with_edge("a", "c")
    assert graph.sources("c") == ("b", "a")
    assert graph.with_inserted(Node("d", "dense"), "b", "c").sources("c") == ("d", "a")
    assert graph.renamed("b", "z").sources("c") == ("z", "a")


def test_a_cycle_is_refused_by_name():
    graph = chain("a", "b", "c")
    with pytest.raises(UserError, match="c already depends on a") as caught:
        graph.with_edge("c", "a")
    assert caught.value.where == "a"
    with pytest.raises(UserError, match="cycle"):
        graph.with_edge("b", "b")


def test_removal_can_bridge_the_gap():
    graph = chain("a", "b", "c", "d")
    assert graph.without(["b", "c"], bridge=True).edges == (Edge("a", "d"),)
    assert graph.without(["b", "c"]).edges == ()


def test_names():
    graph = chain("a", "b")
    for bad in ("", "a/b", "x" * 65, "<img>", "a\n", "é", " a"):
        with pytest.raises(UserError, match="name"):
            graph.with_node(Node(bad, "dense"))
    with pytest.raises(UserError, match="already called"):
        graph.renamed("a", "b")
    assert graph.renamed("a", "a") == graph
    assert chain("x_1", "x_3").free_name("x") == "x_2"


def test_edges_need_both_ends():
    with pytest.raises(UserError, match="nowhere"):
        chain("a", "b").with_edge("a", "nowhere")


def test_an_inserted_layer_must_be_new():
    with pytest.raises(UserError, match="already called"):
        chain("a", "b", "c").with_inserted(Node("c", "dense"), "a", "b")


def test_too_many_layers_are_refused_before_they_are_saved():
    graph = Graph(tuple(Node(f"n{number}", "dense") for number in range(MAX_NODES)))
    graph.require_sound()
    with pytest.raises(UserError, match="400"):
        graph.with_node(Node("one_more", "dense"))
    graph.with_values("n0", {"units": 3}).require_sound()


def test_ancestors_and_descendants():
    graph = chain("a", "b", "c").with_node(Node("d", "dense")).with_edge("a", "d")
    assert graph.ancestors("c") == {"a", "b"}
    assert graph.descendants("a") == {"b", "c", "d"}


@pytest.mark.parametrize(
    "graph, message",
    [
        (Graph((Node("a", "dense"), Node("a", "dense"))), "Two layers are called 'a'"),
        (Graph((Node("a", "dense"),), (Edge("a", "b"),)), "names 'b'"),
        (Graph((Node("a", "dense"), Node("b", "dense")), (Edge("a", "b"), Edge("b", "a"))), "cycle"),
        (Graph((Node("a", "dense"), Node("b", "dense")), (Edge("a", "b"), Edge("a", "b"))), "twice"),
        (Graph((Node("a/b", "dense"),)), "name"),
        (Graph(tuple(Node(f"n{n}", "dense") for n in range(MAX_NODES + 1))), "401"),
    ],
)
def test_unsound_graphs_from_outside(graph, message):
    with pytest.raises(UserError, match=message):
        graph.require_sound()
