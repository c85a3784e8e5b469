"""Published and hand-worked shapes and parameter counts, as data. Sources stand beside each network."""

import pytest

from engine.graph import Graph, Node
from engine.shapes import infer


def conv(filters, size, stride=1, padding="valid"):
    values = {"filters": filters, "kernel_size": [size] * 2, "strides": [stride] * 2, "padding": padding}
    return ("conv2d", values)


def pool(size=2, stride=2):
    return ("max_pooling2d", {"pool_size": [size] * 2, "strides": [stride] * 2})


def dense(units):
    return ("dense", {"units": units})


FLATTEN = ("flatten", {})
SAME = "same"


def vgg_block(filters, count):
    return [conv(filters, 3, padding=SAME)] * count + [pool()]


NETWORKS = {
    # by hand
    "MLP": ((784,), [dense(512), dense(512), dense(10)], [(512,), (512,), (10,)], [401_920, 262_656, 5_130], 669_706),
    # Ng, Deep Learning Specialization
    "LeNet-5 variant": (
        (32, 32, 3),
        [conv(8, 5), pool(), conv(16, 5), pool(), FLATTEN, dense(120), dense(84), dense(10)],
        [(28, 28, 8), (14, 14, 8), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (10,)],
        [608, 0, 3_216, 0, 0, 48_120, 10_164, 850],
        62_958,
    ),
    "ten 3x3x3 filters": ((39, 39, 3), [conv(10, 3)], [(37, 37, 10)], [280], 280),
    "ten 3x3x3 filters on a large picture": ((1000, 500, 3), [conv(10, 3)], [(998, 498, 10)], [280], 280),
    "conv chain": (
        (39, 39, 3),
        [conv(10, 3), conv(20, 5, 2), conv(40, 5, 2), FLATTEN],
        [(37, 37, 10), (17, 17, 20), (7, 7, 40), (1960,)],
        [280, 5_020, 20_040, 0],
        25_340,
    ),
    "7x7, filter 3, stride 2": ((7, 7, 1), [conv(1, 3, 2)], [(3, 3, 1)], [10], 10),
    # by hand; Krizhevsky, Sutskever and Hinton 2012 split some layers over two GPUs
    "AlexNet, one tower": (
        (227, 227, 3),
        [
            conv(96, 11, 4),
            pool(3, 2),
            conv(256, 5, padding=SAME),
            pool(3, 2),
            conv(384, 3, padding=SAME),
            conv(384, 3, padding=SAME),
            conv(256, 3, padding=SAME),
            pool(3, 2),
            FLATTEN,
            dense(4096),
            dense(4096),
            dense(1000),
        ],
        [
            (55, 55, 96),
            (27, 27, 96),
            (27, 27, 256),
            (13, 13, 256),
            (13, 13, 384),
            (13, 13, 384),
            (13, 13, 256),
            (6, 6, 256),
            (9216,),
            (4096,),
            (4096,),
            (1000,),
        ],
        None,
        62_378_344,
    ),
    # Simonyan and Zisserman 2014
    "VGG-16": (
        (224, 224, 3),
        [
            *vgg_block(64, 2),
            *vgg_block(128, 2),
            *vgg_block(256, 3),
            *vgg_block(512, 3),
            *vgg_block(512, 3),
            FLATTEN,
            dense(4096),
            dense(4096),
            dense(1000),
        ],
        None,
        None,
        138_357_544,
    ),
}


def chain(shape, layers):
    graph, last = Graph((Node("input_1", "input", {"shape": list(shape)}),)), "input_1"
    for kind, values in layers:
        name = graph.free_name(kind)
        graph = graph.with_node(Node(name, kind, values)).with_edge(last, name)
        last = name
    return graph


@pytest.mark.parametrize("name", list(NETWORKS))
def test_network(name):
    shape, layers, shapes, params, total = NETWORKS[name]
    found = infer(chain(shape, layers))
    assert not found.problems
    infos = list(found.layers.values())[1:]
    assert found.num_params == total
    assert shapes is None or [info.shape for info in infos] == shapes
    assert params is None or [info.num_params for info in infos] == params


def inception(direct):
    """28×28×192 to a 5×5 branch of 32 maps, directly or through a 1×1 bottleneck of 16 (Szegedy 2014, Ng)."""
    return chain((28, 28, 192), [conv(32, 5, padding=SAME)] if direct else [conv(16, 1), conv(32, 5, padding=SAME)])


def test_inception_module():
    graph = Graph((Node("input_1", "input", {"shape": [28, 28, 192]}),))
    ends = []
    for kinds in [[conv(64, 1)], [conv(96, 1), conv(128, 3, padding=SAME)], [conv(16, 1), conv(32, 5, padding=SAME)]]:
        last = "input_1"
        for kind, values in kinds:
            name = graph.free_name(kind)
            graph = graph.with_node(Node(name, kind, values)).with_edge(last, name)
            last = name
        ends.append(last)
    pooled = {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}
    graph = graph.with_node(Node("pool", "max_pooling2d", pooled)).with_edge("input_1", "pool")
    graph = graph.with_node(Node("pool_conv", *conv(32, 1))).with_edge("pool", "pool_conv")
    graph = graph.with_node(Node("join", "concatenate"))
    for end in [*ends, "pool_conv"]:
        graph = graph.with_edge(end, "join")
    found = infer(graph)
    assert not found.problems
    assert found.layers["join"].shape == (28, 28, 256)


def test_inception_bottleneck_saves_multiplications():
    assert infer(inception(direct=True)).multiply_adds == 120_422_400
    assert infer(inception(direct=False)).multiply_adds == 12_443_648


def test_batch_normalisation_has_four_numbers_per_channel():
    found = infer(chain((8, 8, 12), [("batch_normalization", {})]))
    assert found.num_params == 48


def test_lstm():
    """Gates of 3 units on one feature: 4·((3 + 1)·3 + 3) = 60; sequences keep the time axis."""
    found = infer(chain((30, 1), [("lstm", {"units": 3, "return_sequences": True})]))
    assert found.layers["lstm_1"].shape == (30, 3)
    assert found.num_params == 60
