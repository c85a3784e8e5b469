"""The shallow net as a project: the same points, a dense layer of tanh units where there are any, a sigmoid."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from engine.datasets import DATASETS
from engine.graph import Edge, Graph, Node
from engine.layers import LAYERS
from engine.layout import auto_layout
from engine.params import defaults
from engine.project import DataChoice, Head, Plan, Project

WIDTH = 900.0  # px of the canvas


def as_project(data: str, values: Mapping[str, Mapping[str, Any]], units: int) -> Project | None:
    """Return a project that trains this net on this data; None where the data are no dataset."""
    if data not in DATASETS:
        return None
    layers: list[tuple[str, str, dict[str, Any]]] = [("input_1", "input", {"shape": [2]})]
    if units:
        layers.append(("dense_1", "dense", {"units": units, "activation": "tanh"}))
    layers.append(("output", "output", {"units": 1, "activation": "sigmoid"}))
    graph = Graph()
    for name, kind, settings in layers:
        graph = graph.with_node(Node(name, kind, {**defaults(LAYERS[kind].params), **settings}))
    names = [name for name, _, _ in layers]
    edges = tuple(Edge(first, second) for first, second in pairwise(names))
    dataset = DATASETS[data]
    choice = DataChoice(data, {**defaults(dataset.params), **values[data]}, normalisation="standard")
    plan = Plan("sgd", {"learning_rate": 0.5}, batch_size=32, epochs=100)
    title = f"{dataset.name}, {units} units" if units else f"{dataset.name}, logistic regression"
    return Project(
        title=title, graph=auto_layout(Graph(graph.nodes, edges), WIDTH), heads=(Head("output", "classification"),),
        data=choice, plan=plan,
    )  # fmt: skip
