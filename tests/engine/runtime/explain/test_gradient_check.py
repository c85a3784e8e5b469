"""Gradient check: every layer kind that has weights agrees with central differences; a wrong gradient does not."""

import itertools

import numpy as np
import pytest

from engine.errors import UserError
from engine.graph import Graph, Node
from engine.layers import LAYERS
from engine.messages import Explain, Explained
from engine.project import DataChoice, Project
from engine.runtime.explain import gradient_check
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.explain.test_numbers import every_kind
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


def checked(project, **values):
    request = Explain(explainer="gradient_check", project=project, values=values)
    return next(event for event in all_of(explain(request, Shelf())) if isinstance(event, Explained))


def chain(*nodes):
    graph = Graph((Node("input_1", "input", {"shape": [8, 8, 1]}), *nodes, Node("output_1", "output", {"units": 10})))
    names = [node.name for node in graph.nodes]
    for source, target in itertools.pairwise(names):
        graph = graph.with_edge(source, target)
    return Project(data=DataChoice("digits"), seed=1).with_graph(graph)


def recurrent(kind):
    return chain(Node("rows", "reshape", {"target_shape": [8, 8]}), Node("cell", kind, {"units": 5}))


def in_double():
    """Every kind of layer; but bilinear up-sampling, which TensorFlow computes in float32 whatever it is given."""
    project = every_kind()
    return project.with_graph(project.graph.with_values("up", {"size": [2, 1], "interpolation": "nearest"}))


NETWORKS = [in_double(), *(recurrent(kind) for kind in ("lstm", "gru", "simple_rnn") if kind in LAYERS)]


@pytest.mark.parametrize("project", NETWORKS, ids=lambda project: project.graph.nodes[-2].kind)
def test_every_layer_with_weights_agrees(project):
    explained = checked(project, weights=4)
    for layer in explained.facts["layers"]:
        assert layer["checked"] > 0
        assert layer["relative_error"] < 1e-7, layer
        assert "agree" in layer["verdict"]
    assert explained.facts["relative_error"] < 1e-7


def test_a_wrong_gradient_is_found():
    tape = np.array([1.0, 2.0, 3.0])
    assert gradient_check.relative_error(tape, tape) == 0
    error = gradient_check.relative_error(tape, tape * [1, 1, 1.2])
    assert error > 0.05
    assert "wrong" in gradient_check.verdict(error)
    assert gradient_check.relative_error(np.zeros(3), np.zeros(3)) == 0


def test_a_layer_without_weights_is_said():
    with pytest.raises(UserError, match="pool_a has no weights"):
        checked(every_kind(), layer="pool_a")


def test_checking_leaves_the_precision_of_everything_else(monkeypatch):
    import keras

    gradient_check.double(every_kind())
    assert keras.config.dtype_policy().name == "float32"
