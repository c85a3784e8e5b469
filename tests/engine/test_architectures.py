"""The classic architectures: published sizes, shapes and ways round, described without data, grouped by blocks."""

from importlib import import_module

import pytest

from engine.architectures import ARCHITECTURES
from engine.block_code import code_pieces
from engine.checks import check
from engine.datasets.choice import wanted
from engine.groups import blocks, contracted, members, paths
from engine.nesting import nesting
from engine.project import Head, decode, encode
from engine.shapes import infer

PUBLISHED = [name for name, make in ARCHITECTURES.items() if wanted(make().data)]


def sizes(name):
    project = ARCHITECTURES[name]()
    return project, infer(project.graph).layers


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_is_sound_in_groups_that_are_blocks(name):
    project = ARCHITECTURES[name]()
    assert project.title == name
    assert not check(project, None).problems
    assert blocks(project.graph) == set(paths(project.graph)) != set()
    assert decode(encode(project)) == project
    assert len(contracted(project.graph, "").nodes) <= 24
    assert code_pieces(project, infer(project.graph)).functions


@pytest.mark.parametrize("name", PUBLISHED)
def test_says_what_data_it_waits_for(name):
    project = ARCHITECTURES[name]()
    side = 227 if name == "alexnet" else 224
    assert wanted(project.data) == f"your own pictures, one folder for each class, each read as {side}×{side} px"
    assert infer(project.graph).layers["input_1"].shape == (side, side, 3)


def test_alexnet_has_the_shapes_of_the_goldens():
    _, layers = sizes("alexnet")
    found = {name: info.shape for name, info in layers.items()}
    assert [found[f"conv{n}"] for n in range(1, 6)] == [
        (55, 55, 96), (27, 27, 256), (13, 13, 384), (13, 13, 384), (13, 13, 256)
    ]  # fmt: skip
    assert [found[f"pool{n}"] for n in (1, 2, 5)] == [(27, 27, 96), (13, 13, 256), (6, 6, 256)]
    assert found["flatten"] == (9216,)


def test_an_inception_module_of_the_goldens():
    """64; 96 → 128; 16 → 32; pooling → 32 on 28×28×192; the 5×5 way through its 1×1 convolution."""
    project, layers = sizes("inception-v1")
    assert layers["inception_3a_1x1"].inputs == ((28, 28, 192),)
    assert layers["inception_3a_output"].shape == (28, 28, 256)
    through = layers["inception_3a_5x5_reduce"].multiply_adds + layers["inception_3a_5x5"].multiply_adds
    assert through == 28 * 28 * 16 * 192 + 28 * 28 * 32 * 5 * 5 * 16 == 12_443_648
    assert 28 * 28 * 32 * 5 * 5 * 192 == 120_422_400
    weights = {head.node: head.weight for head in project.heads}
    assert weights == {"predictions": 1.0, "auxiliary1": 0.3, "auxiliary2": 0.3}
    main = project.graph.ancestors("predictions") | {"predictions"}
    assert sum(info.num_params for name, info in layers.items() if name in main) == 6_998_552


def test_the_small_inception_learns_with_an_auxiliary_output():
    assert ARCHITECTURES["inception-small"]().heads == (Head("output"), Head("auxiliary", weight=0.3))


@pytest.mark.parametrize(
    "name, projections, identities", [("resnet-18", 3, 5), ("resnet-50", 4, 12), ("resnet-small", 2, 4)]
)
def test_ways_round_are_projections_only_where_the_shape_changes(name, projections, identities):
    project, layers = sizes(name)
    found = {True: 0, False: 0}
    for node in project.graph.nodes:
        if node.kind == "add":
            around = project.graph.sources(node.name)[0]
            block = set(members(project.graph, node.path))
            found[around in block] += 1
            changes = layers[f"{node.name.removesuffix('add')}1_conv"].inputs[0] != layers[node.name].shape
            assert (around in block) == changes
    assert found == {True: projections, False: identities}


def test_trained_parameters_of_resnet_18():
    """What torchvision counts: all but the moving mean and variance of batch normalisation."""
    _, layers = sizes("resnet-18")
    moving = sum(2 * info.shape[-1] for info in layers.values() if info.spec.id == "batch_normalization")
    assert sum(info.num_params for info in layers.values()) - moving == 11_689_512


def test_repeated_blocks_share_functions():
    project = ARCHITECTURES["resnet-50"]()
    lines = code_pieces(project, infer(project.graph)).functions
    functions = [line.text for line in lines if line.text.startswith("def ")]
    assert [text.partition("(")[0] for text in functions] == [
        "def conv1", "def conv_block", "def conv_block_1", "def conv", "def conv3", "def conv4"
    ]  # fmt: skip
    assert len(nesting(project.graph).items) == 1 + 5 + 2


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.parametrize("name, theirs", [("vgg-16", "VGG16"), ("vgg-19", "VGG19"), ("resnet-50", "ResNet50")])
def test_layer_by_layer_as_in_keras_applications(name, theirs):
    import keras

    import_module("engine.runtime")  # sets TensorFlow's threads, which must come before anything is made
    model = getattr(keras.applications, theirs)(weights=None)
    _, layers = sizes(name)
    assert sum(info.num_params for info in layers.values()) == model.count_params()
    same = [layer for layer in model.layers if layer.name in layers]
    assert len(same) >= len(layers) - 2
    for layer in same:
        assert tuple(layer.output.shape[1:]) == layers[layer.name].shape, layer.name
        assert layer.count_params() == layers[layer.name].num_params, layer.name
