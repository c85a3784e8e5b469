"""Opened numbers add up to what TensorFlow computes: forward sums, errors sent back, gradients of weights, the loss."""

import json

import msgspec
import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.class_maps import gradcam_alphas, gradcam_plus_plus_alphas
from engine.explain.number import open_number
from engine.explain.opened import Opened, Place
from engine.graph import Graph, Node
from engine.messages import Explain, Explained
from engine.project import DataChoice, Plan, Project
from engine.runtime.explain.numbers import NUMBER, collect
from engine.runtime.explaining import ask, explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import chain, tiny
from tests.engine.runtime.test_watching import all_of
from tests.opened_numbers import operands, worked_out

pytestmark = pytest.mark.tensorflow


def every_kind():
    """A small network with every layer whose numbers open: branches, same and valid windows, strides, normalisation."""
    nodes = (
        Node("input_1", "input", {"shape": [8, 8, 1]}),
        Node("conv_a", "conv2d", {"filters": 3, "kernel_size": [3, 3], "padding": "same", "activation": "tanh"}),
        Node("norm", "batch_normalization", {}),
        Node("pool_a", "max_pooling2d", {}),
        Node("conv_b", "conv2d", {"filters": 3, "kernel_size": [2, 2], "strides": [2, 2], "activation": "elu"}),
        Node("pool_b", "average_pooling2d", {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}),
        Node("sum", "add", {}),
        Node("act", "activation", {"activation": "sigmoid"}),
        Node("join", "concatenate", {}),
        Node("drop", "dropout", {"rate": 0.5}),
        Node("mean", "global_average_pooling2d", {}),
        Node("pad", "zero_padding2d", {"rows": [1, 0], "columns": [2, 1]}),
        Node("up", "up_sampling2d", {"size": [2, 1], "interpolation": "bilinear"}),
        Node("near", "up_sampling2d", {"size": [1, 2]}),
        Node(
            "wide",
            "conv2d_transpose",
            {"filters": 2, "kernel_size": [3, 2], "strides": [2, 1], "padding": "same", "activation": "tanh"},
        ),
        Node("whole", "conv2d_transpose", {"filters": 2, "kernel_size": [2, 3], "padding": "valid"}),
        Node("most", "global_max_pooling2d", {}),
        Node("flat", "flatten", {}),
        Node("hidden", "dense", {"units": 4, "activation": "silu"}),
        Node("both", "concatenate", {}),
        Node("output_1", "output", {"units": 10, "activation": "softmax"}),
    )
    edges = (
        ("input_1", "conv_a"), ("conv_a", "norm"), ("norm", "pool_a"), ("pool_a", "conv_b"), ("pool_a", "pool_b"),
        ("conv_b", "sum"), ("pool_b", "sum"), ("sum", "act"), ("act", "join"), ("conv_b", "join"), ("join", "drop"),
        ("drop", "mean"), ("drop", "flat"), ("flat", "hidden"), ("mean", "both"), ("hidden", "both"),
        ("conv_b", "pad"), ("pad", "up"), ("up", "near"), ("near", "wide"), ("wide", "whole"), ("whole", "most"),
        ("most", "both"),
        ("both", "output_1"),
    )  # fmt: skip
    graph = Graph(nodes)
    for source, target in edges:
        graph = graph.with_edge(source, target)
    return Project(graph=Graph(), data=DataChoice("digits"), plan=Plan(epochs=1), seed=3).with_graph(graph)


def numbers_of(project, sample=4, of=-1):
    request = Explain(explainer="number", project=project, sample=sample)
    asking = ask(request, NUMBER, {}, Shelf())
    try:
        while True:
            next(asking)
    except StopIteration as stop:
        return collect(stop.value, of)


@pytest.fixture(scope="module")
def numbers():
    return numbers_of(every_kind())


def some(shape, count=6):
    flat = np.random.default_rng(len(shape)).permutation(int(np.prod(shape)))[:count]
    return [tuple(int(n) for n in np.unravel_index(i, shape)) for i in flat]


def test_every_activation_is_the_sum_of_its_terms(numbers):
    for name, values in numbers.activations.items():
        for index in some(values.shape):
            opened = open_number(numbers, Place("activation", name, index))
            assert worked_out(opened) == pytest.approx(float(values[index]), abs=2e-5), (name, index)


def test_every_error_is_upstream_times_local_over_all_it_reaches(numbers):
    for name, values in numbers.errors.items():
        for index in some(values.shape):
            opened = open_number(numbers, Place("error", name, index))
            assert worked_out(opened) == pytest.approx(float(values[index]), abs=2e-5), (name, index)


def test_every_gradient_of_a_weight_is_the_sum_over_where_it_is_used(numbers):
    for layer, held in numbers.gradients.items():
        for variable, values in held.items():
            for index in some(values.shape, 4):
                opened = open_number(numbers, Place("gradient", layer, index, variable))
                assert opened.terms
                assert worked_out(opened) == pytest.approx(float(values[index]), abs=2e-5), (layer, variable, index)


def test_what_an_operand_opens_has_the_operands_value(numbers):
    place = Place("gradient", "conv_b", (0, 1, 2, 0), "kernel")
    seen = 0
    for term in open_number(numbers, place).terms:
        for factor in term.factors:
            assert open_number(numbers, factor.place).result == pytest.approx(factor.value, abs=1e-6)
            seen += 1
    assert seen


def test_a_weight_is_its_start_and_what_training_changed(numbers):
    opened = open_number(numbers, Place("weight", "conv_a", (0, 0, 0, 1), "kernel"))
    assert opened.terms[0].value + opened.terms[1].value == pytest.approx(opened.result)
    assert opened.also[0][1].place.what == "gradient"


def test_the_loss_is_that_of_the_true_class(numbers):
    opened = open_number(numbers, Place("loss"))
    assert worked_out(opened) == pytest.approx(numbers.loss, abs=1e-5)
    probability = open_number(numbers, opened.terms[0].factors[0].place)
    assert probability.result == pytest.approx(np.exp(-numbers.loss), abs=1e-5)
    assert worked_out(probability) == pytest.approx(probability.result, abs=1e-6)


def test_regression_opens_too():
    numbers = numbers_of(tiny())
    for name, values in numbers.errors.items():
        for index in some(values.shape, 3):
            assert worked_out(open_number(numbers, Place("error", name, index))) == pytest.approx(
                float(values[index]), abs=2e-5
            )


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"what": "activation", "layer": "nowhere", "index": [0]}, "no layer"),
        ({"what": "activation", "layer": "hidden", "index": [99]}, "no number"),
        ({"what": "weight", "layer": "flat", "index": [0], "variable": "kernel"}, "no weight"),
        ({"what": "magic"}, "names no number"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_sentence(place, sentence):
    request = Explain(explainer="number", project=every_kind(), values={"place": json.dumps(place)})
    with pytest.raises(UserError, match=sentence):
        all_of(explain(request, Shelf()))


def test_it_crosses_the_wire_as_plain_values():
    request = Explain(explainer="number", project=tiny(), values={"place": '{"what": "loss"}'})
    explained = next(event for event in all_of(explain(request, Shelf())) if isinstance(event, Explained))
    opened = msgspec.convert(explained.facts["opened"], Opened)
    assert opened.place == Place("loss")


def walk(numbers, place, depth, seen):
    """Open a number and what it is made of, level under level; every level gives the number it is opened for."""
    opened = open_number(numbers, place)
    if opened.terms:
        assert worked_out(opened) == pytest.approx(opened.result, abs=2e-5, rel=2e-5), place
    seen.add(place.what)
    for factor in operands(opened)[:6] if depth else ():
        below = walk(numbers, factor.place, depth - 1, seen)
        assert below.result == pytest.approx(factor.value, abs=2e-5, rel=2e-5), (place, factor)
    return opened


def test_from_the_loss_down_every_operand_opens_to_its_own_value(numbers):
    seen = set()
    walk(numbers, Place("loss"), 7, seen)
    walk(numbers, Place("activation", "norm", (1, 2, 0)), 3, seen)
    assert {"loss", "probability", "activation", "weight", "error", "delta", "gradient", "scale", "shift"} <= seen


def test_gradients_of_a_class_open_as_those_of_the_loss_do():
    numbers = numbers_of(every_kind(), of=3)
    assert open_number(numbers, Place("error", "output_1", (3,), of=3)).result == 1
    seen = set()
    for name, values in numbers.errors.items():
        for index in some(values.shape, 2):
            walk(numbers, Place("error", name, index, of=3), 2, seen)
    assert seen


@pytest.mark.parametrize("method", ["gradcam", "gradcam_plus_plus"])
def test_a_maps_cell_its_channel_weights_and_their_gradients_open(method):
    numbers = numbers_of(every_kind(), of=3)
    seen = set()
    shown = walk(numbers, Place("map", "conv_a", (3, 4), method, of=3), 4, seen)
    weights = (gradcam_alphas(numbers.errors["conv_a"]) if method == "gradcam" else
               gradcam_plus_plus_alphas(numbers.activations["conv_a"], numbers.errors["conv_a"]))  # fmt: skip
    assert shown.result == pytest.approx(max(0, float(numbers.activations["conv_a"][3, 4] @ weights)), abs=1e-6)
    assert {"map", "alpha", "error"} <= seen


def test_means_of_a_map_and_its_squares_open(numbers):
    values = numbers.activations["conv_a"]
    for index, side, wanted in (((1,), "", values[..., 1].mean()), ((1, 0, 2), "4", values[4:8, :4, 2].mean())):
        opened = walk(numbers, Place("mean", "conv_a", index, side), 1, set())
        assert opened.result == pytest.approx(float(wanted), abs=1e-6)


@pytest.mark.parametrize("loss", ["mean_squared_error", "mean_absolute_error", "huber"])
def test_losses_of_numbers_open(loss):
    project = chain(
        ("input", {"shape": [10]}), ("dense", {"units": 3, "activation": "relu"}),
        ("output", {"units": 1, "activation": "linear"}),
        data=DataChoice("diabetes", stratified=False), task="regression",
    )  # fmt: skip
    project = project.replace(heads=tuple(msgspec.structs.replace(head, loss=loss) for head in project.heads))
    numbers = numbers_of(project)
    assert walk(numbers, Place("loss"), 5, set()).result == pytest.approx(numbers.loss, rel=1e-5)
    walk(numbers, Place("error", "output_1", (0,)), 3, set())
