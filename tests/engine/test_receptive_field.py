"""Receptive fields against numbers worked out by hand."""

import itertools

from engine.explain.field_box import boxes
from engine.graph import Edge, Graph, Node
from engine.receptive_field import receptive_field
from engine.shapes import infer


def chain(*layers, shape=(28, 28, 1)):
    nodes = [Node("in", "input", {"shape": list(shape)})]
    nodes += [Node(f"n{i}", kind, values) for i, (kind, values) in enumerate(layers)]
    names = [node.name for node in nodes]
    return Graph(tuple(nodes), tuple(Edge(a, b) for a, b in itertools.pairwise(names)))


def field(graph, name):
    sight = receptive_field(graph, infer(graph), name)
    return sight.field if sight else None


CONV5 = ("conv2d", {"filters": 6, "kernel_size": [5, 5]})
POOL2 = ("max_pooling2d", {})


def test_lenet():
    graph = chain(CONV5, POOL2, CONV5, POOL2, ("flatten", {}), ("dense", {}))
    assert [field(graph, f"n{i}") for i in range(6)] == [(5, 5), (6, 6), (14, 14), (16, 16), (16, 16), (28, 28)]


def test_terms_add_up_to_the_height():
    graph = chain(CONV5, POOL2, CONV5)
    sight = receptive_field(graph, infer(graph), "n2")
    assert sight.terms == ((5, 1, 1), (2, 1, 1), (5, 1, 2))
    assert 1 + sum((k - 1) * d * j for k, d, j in sight.terms) == sight.field[0] == 14
    assert sight.jump == (2, 2)


def test_dilation_and_unequal_windows():
    graph = chain(("conv2d", {"kernel_size": [3, 1], "dilation_rate": [4, 1]}), ("conv2d", {"kernel_size": [1, 7]}))
    assert field(graph, "n1") == (9, 7)


def test_strides_multiply():
    conv = ("conv2d", {"kernel_size": [3, 3], "strides": [2, 2]})
    assert field(chain(conv, conv, conv), "n2") == (15, 15)


def test_of_two_branches_the_one_that_sees_more_counts():
    graph = chain(("conv2d", {"filters": 1, "padding": "same"}), ("conv2d", {"filters": 1, "padding": "same"}))
    graph = graph.with_node(Node("add", "add")).with_edge("n0", "add").with_edge("n1", "add")
    assert field(graph, "add") == (5, 5)


def test_global_pooling_sees_the_whole_image():
    graph = chain(CONV5, ("global_average_pooling2d", {}), shape=(20, 30, 3))
    assert field(graph, "n1") == (20, 30)


def test_dense_on_every_place_sees_no_more():
    assert field(chain(CONV5, ("dense", {"units": 4})), "n1") == (5, 5)


def test_no_image_no_field():
    assert field(chain(("dense", {}), shape=(4,)), "n0") is None
    broken = chain(("conv2d", {"kernel_size": [40, 40]}))
    assert field(broken, "n0") is None


def rows_read(*layers, place, shape=(9, 9, 1)):
    """First and last row of the input that a place of the last layer depends on."""
    graph = chain(*layers, shape=shape)
    box = boxes(graph, infer(graph), f"n{len(layers) - 1}", place)["in"]
    return box.top, box.bottom


def test_padding_moves_the_box_and_larger_maps_shrink_it():
    conv = ("conv2d", {"kernel_size": [3, 3]})
    assert rows_read(("zero_padding2d", {"rows": [1, 0]}), conv, place=(0, 0)) == (-1, 1)
    assert rows_read(("up_sampling2d", {}), conv, place=(1, 1)) == (0, 1)
    assert rows_read(("up_sampling2d", {"interpolation": "bilinear"}), place=(4, 4)) == (1, 3)
    transposed = {"kernel_size": [3, 3], "strides": [2, 2]}
    assert rows_read(("conv2d_transpose", {**transposed, "padding": "same"}), place=(2, 2)) == (0, 1)
    assert rows_read(("conv2d_transpose", {**transposed, "padding": "valid"}), place=(3, 3)) == (1, 1)


def test_a_step_of_less_than_a_pixel_is_not_said():
    assert field(chain(("up_sampling2d", {}), CONV5), "n1") is None
    assert field(chain(("zero_padding2d", {}), CONV5), "n1") == (5, 5)
