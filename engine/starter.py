"""A first network for some data: small, of the right input and output size, ready to train."""

from typing import Any

from engine.datasets.spec import Description
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.layers import LAYERS
from engine.layout import auto_layout
from engine.params import defaults
from engine.project import DataChoice, Head, Plan, Project

CANVAS_WIDTH = 900.0  # px
MIN_SIDE = 8  # px; a smaller picture is not worth a convolution
MAX_SIDE = 32  # px; a larger one is pooled once more before it is flattened
Layers = list[tuple[str, dict[str, Any]]]


def starter_project(choice: DataChoice, description: Description, title: str = "untitled") -> Project:
    """Return a project that trains on the chosen data as it stands.

    Args:
        description: of the data, for the sizes.

    Raises:
        UserError: the data do not say how large a sample is, or how many classes there are.
    """
    if not description.input_shape:
        raise UserError("The size of a sample is not known.", "Choose other data.", where="dataset")
    layers: Layers = [
        ("input", {"shape": list(description.input_shape)}),
        *_hidden(description),
        ("output", _output(description)),
    ]
    graph = auto_layout(_chain(layers), CANVAS_WIDTH)
    task = "classification" if description.target == "class" else "regression"
    return Project(
        title=title,
        graph=graph,
        heads=(Head(graph.nodes[-1].name, task),),
        data=_normalised(choice, description),
        plan=Plan(batch_size=16 if 0 < description.count < 500 else 32),
    )


def _hidden(description: Description) -> Layers:
    if description.kind == "points":
        return [("dense", {"units": 8, "activation": "tanh"})] * 2
    if description.kind == "table":
        return [("dense", {"units": 16, "activation": "relu"})] * 2
    if description.kind == "sequence":
        return [("lstm", {"units": 16})]
    if min(description.input_shape[:2]) < MIN_SIDE:
        return [("flatten", {}), ("dense", {"units": 32, "activation": "relu"})]
    return _convolutions(max(description.input_shape[:2]))


def _convolutions(side: int) -> Layers:
    layers: Layers = []
    for filters in (16, 32) if side <= MAX_SIDE else (16, 32, 64):
        layers += [
            ("conv2d", {"filters": filters, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}),
            ("max_pooling2d", {"pool_size": [2, 2]}),
        ]
    last = "flatten" if side <= MAX_SIDE else "global_average_pooling2d"
    return [*layers, (last, {}), ("dense", {"units": 64, "activation": "relu"})]


def _output(description: Description) -> dict[str, Any]:
    if description.target == "number":
        return {"units": 1, "activation": "linear"}
    return {"units": max(len(description.class_names), 2), "activation": "softmax"}


def _normalised(choice: DataChoice, description: Description) -> DataChoice:
    """Pictures to 0..1; columns of a table, whose units differ, to mean 0 and deviation 1; points as they are."""
    scaling: dict[str, Any] = {"image": "minmax", "table": "standard", "points": "none", "sequence": "none"}
    stratified = choice.stratified and description.target == "class"
    return DataChoice(
        choice.dataset,
        choice.values,
        choice.validation,
        choice.test,
        stratified,
        choice.seed,
        scaling[description.kind],
    )


def _chain(layers: Layers) -> Graph:
    graph = Graph()
    before = ""
    for kind, values in layers:
        name = "output" if kind == "output" else graph.free_name(kind)
        graph = graph.with_node(Node(name, kind, {**defaults(LAYERS[kind].params), **values}))
        if before:
            graph = Graph(graph.nodes, (*graph.edges, Edge(before, name)))
        before = name
    return graph
