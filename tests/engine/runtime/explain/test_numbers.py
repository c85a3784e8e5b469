"""Opened numbers add up to what TensorFlow computes: forward sums, errors sent back, gradients of weights, the loss."""

import json

import msgspec
import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.activation_functions import FUNCTIONS
from engine.explain.number import open_number
from engine.explain.opened import Opened, Place
from engine.graph import Graph, Node
from engine.messages import Explain, Explained
from engine.project import DataChoice, Plan, Project
from engine.runtime.explain.numbers import NUMBER, collect
from engine.runtime.explaining import ask, explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import tiny
from tests.engine.runtime.test_watching import all_of

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


def numbers_of(project, sample=4):
    request = Explain(explainer="number", project=project, sample=sample)
    asking = ask(request, NUMBER, {}, Shelf())
    try:
        while True:
            next(asking)
    except StopIteration as stop:
        return collect(stop.value)


@pytest.fixture(scope="module")
def numbers():
    return numbers_of(every_kind())


def some(shape, count=6):
    flat = np.random.default_rng(len(shape)).permutation(int(np.prod(shape)))[:count]
    return [tuple(int(n) for n in np.unravel_index(i, shape)) for i in flat]


def result_of(opened):
    """What the printed arithmetic gives: the sum with its bias, through the activation where there is one."""
    total = opened.sum + (opened.bias.value if opened.bias else 0.0)
    listed = sum(term.value for term in opened.terms) + opened.rest
    assert listed == pytest.approx(opened.sum, abs=1e-9)
    return total


def test_every_activation_is_the_sum_of_its_terms(numbers):
    for name, values in numbers.activations.items():
        for index in some(values.shape):
            opened = open_number(numbers, Place("activation", name, index))
            found = result_of(opened)
            if opened.then:
                assert opened.then[2] == pytest.approx(found, abs=1e-9)
                found = float(FUNCTIONS[opened.then[0]](np.array(found)))
            assert found == pytest.approx(float(values[index]), abs=2e-5), (name, index)


def test_every_error_is_upstream_times_local_over_all_it_reaches(numbers):
    for name, values in numbers.errors.items():
        for index in some(values.shape):
            opened = open_number(numbers, Place("error", name, index))
            assert result_of(opened) == pytest.approx(float(values[index]), abs=2e-5), (name, index)


def test_every_gradient_of_a_weight_is_the_sum_over_where_it_is_used(numbers):
    for layer, held in numbers.gradients.items():
        for variable, values in held.items():
            for index in some(values.shape, 4):
                opened = open_number(numbers, Place("gradient", layer, index, variable))
                if opened.terms:
                    assert result_of(opened) == pytest.approx(float(values[index]), abs=2e-5), (layer, variable, index)
                else:
                    assert variable == "gamma"


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
    probability = opened.terms[0].value
    assert opened.result == pytest.approx(-np.log(probability), abs=1e-5)


def test_regression_opens_too():
    numbers = numbers_of(tiny())
    for name, values in numbers.errors.items():
        for index in some(values.shape, 3):
            assert result_of(open_number(numbers, Place("error", name, index))) == pytest.approx(
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
