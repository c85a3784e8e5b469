"""Edits as functions: snippets, names, bridging, alignment, what fits."""

import pytest

from app.canvas import edits
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.shapes import infer
from tests.app.canvas.conftest import chain


def test_a_snippet_keeps_inner_edges_only():
    piece = edits.read_snippet(edits.snippet(chain(), ["conv2d_1", "max_pool_1", "output"]))
    assert [node.name for node in piece.nodes] == ["conv2d_1", "max_pool_1", "output"]
    assert piece.edges == (Edge("conv2d_1", "max_pool_1"),)


def test_pasted_names_are_unique_and_edges_follow_them():
    piece = edits.read_snippet(edits.snippet(chain(), ["conv2d_1", "max_pool_1"]))
    graph, names = edits.pasted(chain(), piece, 24, 24)
    assert names == ("conv2d_2", "max_pool_2")
    assert Edge("conv2d_2", "max_pool_2") in graph.edges
    assert graph.node("conv2d_2").x == graph.node("conv2d_1").x + 24
    assert len({node.name for node in graph.nodes}) == len(graph.nodes)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"[1, 2]",
        b'{"nodes": [{"name": "<b>", "kind": "dense"}]}',
        b'{"nodes": [{"name": "a", "kind": "dense"}, {"name": "a", "kind": "dense"}]}',
        b'{"nodes": [{"name": "a", "kind": "lambda"}]}',
        b'{"nodes": [{"name": "a", "kind": "dense"}], "edges": [{"source": "a", "target": "a"}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"nodes": []}' + b" " * (5 * 1024 * 1024),
    ],
)
def test_foreign_clipboards_are_refused_with_a_sentence(data):
    with pytest.raises(UserError) as caught:
        edits.read_snippet(data)
    assert caught.value.message


def test_too_many_layers_are_refused():
    piece = Graph(tuple(Node(f"d{i}", "dense") for i in range(399)))
    with pytest.raises(UserError, match="400"):
        edits.pasted(chain(), piece, 0, 0)


def test_deleting_a_link_closes_the_chain_and_deleting_a_merge_does_not():
    graph = edits.deleted(chain(), ["conv2d_1", "max_pool_1"])
    assert graph.edges == (Edge("input_1", "flatten_1"), Edge("flatten_1", "output"))
    merged = chain().with_node(Node("add_1", "add")).with_edge("conv2d_1", "add_1").with_edge("max_pool_1", "add_1")
    assert edits.deleted(merged.with_node(Node("d", "dense")).with_edge("add_1", "d"), ["add_1"]).sources("d") == ()


def test_a_layer_added_after_the_middle_of_a_chain_goes_in_between():
    node = edits.new_node(chain(), "dropout", {}, (0, 0))
    graph = edits.added_after(chain(), node, "conv2d_1")
    assert graph.sources("dropout_1") == ("conv2d_1",)
    assert graph.sources("max_pool_1") == ("dropout_1",)
    assert node.values["rate"] is not None


def test_nothing_comes_after_an_output():
    node = edits.new_node(chain(), "dense", {}, (0, 0))
    assert edits.added_after(chain(), node, "output").sources("dense_1") == ()
    assert "output" in edits.reason_against(chain(), "output", "conv2d_1")


def test_reasons_against_an_edge():
    graph = chain()
    assert "cannot feed itself" in edits.reason_against(graph, "conv2d_1", "conv2d_1")
    assert "takes no input" in edits.reason_against(graph, "conv2d_1", "input_1")
    assert "already" in edits.reason_against(graph, "input_1", "conv2d_1")
    assert "one way" in edits.reason_against(graph, "flatten_1", "conv2d_1")
    assert edits.reason_against(graph, "input_1", "flatten_1") == ""


def test_a_second_wire_into_a_single_input_takes_the_place_of_the_first():
    graph = edits.connected(chain(), "input_1", "flatten_1")
    assert graph.sources("flatten_1") == ("input_1",)


def test_only_layers_that_accept_the_shape_fit():
    inference = infer(chain())
    assert edits.fits_after("conv2d", {}, "conv2d_1", inference)
    assert not edits.fits_after("conv2d", {}, "flatten_1", inference)
    assert not edits.fits_after("input", {}, "conv2d_1", inference)
    assert edits.fits_after("dense", {}, "flatten_1", inference)
    assert edits.fits_after("add", {}, "flatten_1", inference)


def test_alignment_by_middles_and_left_edges():
    boxes = {"conv2d_1": (210.0, 64.0, 152.0), "flatten_1": (560.0, 300.0, 152.0), "output": (710.0, 10.0, 100.0)}
    assert edits.alignment(boxes, "row") == {"conv2d_1": (0, 0), "flatten_1": (0, -236), "output": (0, 80)}
    assert edits.alignment(boxes, "column")["flatten_1"] == (-350, 0)
    moved = edits.moved(chain(), ["output"], -10, 5)
    assert (moved.node("output").x, moved.node("output").y) == (690, 69)
