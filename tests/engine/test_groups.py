"""Groups: the graph stays flat, groups come and go whole, and only those that can stand as one are blocks."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.groups import (
    between,
    blocks,
    common,
    contracted,
    enclosing,
    free_path,
    grouped,
    members,
    parent_of,
    paths,
    renamed_group,
    shown_items,
    title_of,
    ungrouped,
    with_group,
)
from engine.shapes import infer


def chain(*names, **groups):
    nodes = tuple(
        with_group(Node(name, "dense", {}, 10.0 * n, 5.0), groups.get(name, "")) for n, name in enumerate(names)
    )
    return Graph(nodes, tuple(Edge(a, b) for a, b in pairwise(names)))


def group_of(graph):
    return {node.name: node.path for node in graph.nodes}


def test_paths():
    assert enclosing("a/b/c") == ("a", "a/b", "a/b/c")
    assert enclosing("") == ()
    assert (parent_of("a/b"), title_of("a/b"), parent_of("a"), title_of("a")) == ("a", "b", "", "a")
    assert common(["a/b/c", "a/b", "a/b/d"]) == "a/b"
    assert common(["a/b", "ab"]) == common([]) == ""


def test_grouping_takes_whole_groups_along():
    graph, one = grouped(chain("a", "b", "c", "d"), ["b", "c"])
    assert one == "block_1"
    assert group_of(graph) == {"a": "", "b": "block_1", "c": "block_1", "d": ""}
    graph, outer = grouped(graph, ["a", "b", "c"])
    assert group_of(graph) == {"a": "block_2", "b": "block_2/block_1", "c": "block_2/block_1", "d": ""}
    assert paths(graph) == ("block_2", "block_2/block_1")
    assert members(graph, outer) == ("a", "b", "c")
    assert ungrouped(graph, outer) == grouped(chain("a", "b", "c", "d"), ["b", "c"])[0]


def test_part_of_a_group_leaves_it():
    graph = chain("a", "b", "c", b="x", c="x")
    mixed, path = grouped(graph, ["a", "b"])
    assert group_of(mixed) == {"a": path, "b": path, "c": "x"}


def test_what_cannot_be_a_group_says_why():
    graph = chain("a", "b", "c")
    with pytest.raises(UserError, match="two layers or more"):
        grouped(graph, ["a"])
    with pytest.raises(UserError, match="b lies between these layers"):
        grouped(graph, ["a", "c"])
    assert between(graph, ["a", "c"]) == ["b"]
    whole = grouped(graph, ["a", "b"])[0]
    with pytest.raises(UserError, match="the group block_1 already"):
        grouped(whole, ["a", "b"])
    deep = chain("a", "b", a="1/2/3/4/5/6/7/8", b="1/2/3/4/5/6/7/8").with_node(Node("c", "dense")).with_edge("b", "c")
    with pytest.raises(UserError, match="At most 8 groups"):
        grouped(deep, ["a", "b", "c"])


def test_dissolving_never_joins_two_groups():
    graph = chain("a", "b", "c", "d", a="x", b="y/x", c="y/x", d="y")
    assert group_of(ungrouped(graph, "y")) == {"a": "x", "b": "x_1", "c": "x_1", "d": ""}


def test_renaming():
    graph = chain("a", "b", "c", a="x/y", b="x/y", c="x/z")
    assert group_of(renamed_group(graph, "x/y", "new name")) == {"a": "x/new name", "b": "x/new name", "c": "x/z"}
    with pytest.raises(UserError, match="already called 'z'"):
        renamed_group(graph, "x/y", "z")
    with pytest.raises(UserError, match="cannot be a group's name"):
        renamed_group(graph, "x/y", "a/b")
    assert free_path(paths(graph), "x", "y") == "x/y_1"


def test_what_shows_a_layer():
    graph = chain("a", "b", "c", a="x", b="x/y")
    assert shown_items(graph, ()) == {"a": "x/", "b": "x/", "c": "c"}
    assert shown_items(graph, {"x"}) == {"a": "a", "b": "x/y/", "c": "c"}
    assert shown_items(graph, {"x", "x/y"}) == {"a": "a", "b": "b", "c": "c"}
    assert shown_items(graph, {"x/y"}) == {"a": "x/", "b": "x/", "c": "c"}


def test_a_level_as_a_graph():
    graph = chain("a", "b", "c", "d", b="x", c="x/y")
    top = contracted(graph, "")
    assert [(node.name, node.kind) for node in top.nodes] == [("a", "dense"), ("x/", "group"), ("d", "dense")]
    assert top.edges == (Edge("a", "x/"), Edge("x/", "d"))
    assert (top.node("x/").x, top.node("x/").y) == (10, 5)
    inner = contracted(graph, "x")
    assert [node.name for node in inner.nodes] == ["b", "x/y/"]
    assert inner.edges == (Edge("b", "x/y/"),)


def test_an_inserted_layer_joins_the_group_of_both():
    graph = chain("a", "b", "c", "d", a="x/y", b="x/y", c="x")
    put = [graph.with_inserted(Node("new", "dense"), *pair).node("new").path for pair in pairwise("abcd")]
    assert put == ["x/y", "x", ""]


def test_blocks():
    graph = chain("in", "a", "b", "c", "out", a="x", b="x", c="y")
    assert blocks(graph) == {"x", "y"}
    split = chain("in", "a", "b", "c", "out", a="x", c="x")
    assert blocks(split) == frozenset()
    ends = msgspec.structs.replace(graph, nodes=(Node("in", "input", group="x"), *graph.nodes[1:]))
    assert blocks(ends) == {"y"}


def test_two_groups_that_feed_one_another_cannot_both_be_blocks():
    nodes = tuple(Node(name, "dense", group=group) for name, group in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")))
    graph = Graph(nodes, (Edge("a", "c"), Edge("d", "b")))
    assert between(graph, ["a", "b"]) == []
    assert blocks(graph) == {"x"}
    top = contracted(graph, "")
    assert len(top.in_order()) == 2


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=14),
    st.lists(st.sets(st.sampled_from([f"n{n}" for n in range(10)]), max_size=6), max_size=4),
    st.data(),
)
def test_any_groups_keep_the_graph_sound(edges, choices, data):
    """Layers and edges never change, every level is acyclic, and dissolving all groups gives the graph back."""
    flat = Graph(
        tuple(Node(f"n{n}", "dense") for n in range(10)),
        tuple(dict.fromkeys(Edge(f"n{a}", f"n{b}") for a, b in edges if a < b)),
    )
    graph = flat
    for names in choices:
        try:
            graph = grouped(graph, names)[0]
        except UserError:
            continue
        graph.require_sound()
    assert graph.edges == flat.edges
    for level in ("", *paths(graph)):
        top = contracted(graph, level)
        assert len(top.in_order()) == len(top.nodes)
    assert blocks(graph) <= set(paths(graph))
    while known := paths(graph):
        graph = ungrouped(graph, data.draw(st.sampled_from(known)))
    assert graph == flat


def test_groups_change_no_number():
    graph = chain("a", "b", "c").with_node(Node("i", "input", {"shape": [4]})).with_edge("i", "a")
    whole = grouped(graph, ["a", "b"])[0]
    assert infer(whole).layers.keys() == infer(graph).layers.keys()
    assert infer(whole).num_params == infer(graph).num_params
