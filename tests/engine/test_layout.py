"""Automatic layout: nothing overlaps, data flow to the right, long chains wrap, large graphs are quick."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.examples import EXAMPLES, load_example
from engine.graph import Graph, Node
from engine.groups import contracted, grouped, members, paths
from engine.layout import auto_layout, node_size

KINDS = ["conv2d", "dense", "flatten", "add", "concatenate", "output"]


def chain(*kinds):
    graph = Graph(tuple(Node(f"n{place}", kind) for place, kind in enumerate(kinds)))
    for a, b in pairwise(graph.nodes):
        graph = graph.with_edge(a.name, b.name)
    return graph


def boxes(graph):
    return [(n.x, n.y, n.x + node_size(n.kind)[0], n.y + node_size(n.kind)[1]) for n in graph.nodes]


def overlapping(graph):
    found = boxes(graph)
    return [
        (a, b)
        for place, a in enumerate(found)
        for b in found[:place]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def test_the_network_of_the_picture():
    """Five nodes of full width, then six narrower ones below, both rows 840 px wide."""
    graph = chain(
        *["input", "conv2d", "max_pooling2d", "conv2d", "max_pooling2d"],
        *["conv2d", "add", "flatten", "dense", "dense", "output"],
    )
    placed = auto_layout(graph.with_edge("n4", "n6"), 872)
    rows = {node.y for node in placed.nodes}
    assert len(rows) == 2
    first, second = ([n for n in placed.nodes if n.y == y] for y in sorted(rows))
    assert [node.name for node in first] == ["n0", "n1", "n2", "n3", "n4"]
    assert [b.x - a.x for a, b in pairwise(first)] == [178] * 4
    assert second[0].x == first[0].x
    assert abs(second[-1].x - first[-1].x) <= 1
    assert second[0].y - first[0].y == 152 + 82
    assert [node_size(node.kind)[0] for node in second] == [128, 72, 84, 112, 112, 128]


def test_branches_stand_below_and_above_the_main_path():
    graph = chain("input", "conv2d", "conv2d", "conv2d", "concatenate", "output")
    for name in ("below", "above"):
        graph = graph.with_node(Node(name, "conv2d")).with_edge("n1", name).with_edge(name, "n4")
    placed = {node.name: node for node in auto_layout(graph, 2000).nodes}
    main = placed["n2"].y
    assert {placed[f"n{place}"].y for place in range(4)} == {main}
    assert placed["below"].y - main == 152 + 34
    assert main - placed["above"].y == 152 + 34


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(KINDS), max_size=25),
    st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=40),
    st.floats(50, 3000),
)
def test_nothing_overlaps_and_data_flow_onwards(kinds, edges, width):
    graph = Graph(tuple(Node(f"n{place}", kind) for place, kind in enumerate(kinds)))
    for a, b in edges:
        if a < b < len(kinds):
            graph = graph.with_edge(f"n{a}", f"n{b}")
    placed = auto_layout(graph, width)
    assert not overlapping(placed)
    assert placed.edges == graph.edges
    assert [(n.name, n.kind, n.values) for n in placed.nodes] == [(n.name, n.kind, n.values) for n in graph.nodes]
    at = {node.name: node for node in placed.nodes}
    for edge in placed.edges:
        source, target = at[edge.source], at[edge.target]
        assert target.x > source.x or target.y > source.y
    assert auto_layout(placed, width) == placed


@pytest.mark.parametrize("width", [100, 872, 1400])
def test_rows_are_no_wider_than_asked(width):
    placed = auto_layout(chain(*["conv2d"] * 12), width)
    columns = {node.x for node in placed.nodes}
    assert len(columns) == {100: 1, 872: 5, 1400: 5}[width]


def test_single_nodes_stand_side_by_side():
    graph = Graph(tuple(Node(f"n{place}", "dense") for place in range(7)))
    placed = auto_layout(graph, 900)
    assert len({node.y for node in placed.nodes}) == 2
    assert not overlapping(placed)


def test_a_group_takes_the_place_of_one_layer_and_is_laid_out_by_itself():
    graph = chain("input", *["conv2d"] * 7, "output")
    flat = auto_layout(chain("input", "conv2d", "conv2d", "output"), 900)
    graph, path = grouped(graph, [f"n{place}" for place in range(2, 8)])
    placed = {node.name: (node.x, node.y) for node in auto_layout(graph, 900).nodes}
    slots = [(node.x, node.y) for node in flat.nodes]
    assert [placed["n0"], placed["n1"], placed["n2"], placed["n8"]] == slots
    inside = [placed[name] for name in members(graph, path)]
    assert inside[0] == min(inside)
    assert {x for x, _ in inside} == {slots[2][0] + 178 * column for column in range(5)}
    top = contracted(auto_layout(graph, 900), "")
    assert not overlapping(top)


def test_four_hundred_nodes_are_placed_at_once():
    graph = chain(*["conv2d"] * 400)
    edges = [(f"n{place}", f"n{place + 3}") for place in range(0, 396, 2)]
    for source, target in edges:
        graph = graph.with_edge(source, target)
    start = time.perf_counter()
    placed = auto_layout(graph, 900)
    assert time.perf_counter() - start < 2.0
    assert not overlapping(placed)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_examples_are_laid_out(example):
    graph = load_example(example.name).graph
    for level in ("", *paths(graph)):
        assert not overlapping(contracted(graph, level))
    assert auto_layout(graph, 1200) == graph
