"""The four networks whose steps are counted, and the data they learn from."""

from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from engine.datasets.choice import LoadedData, load
from engine.datasets.scaling import Scaling
from engine.datasets.spec import Description, Samples
from engine.examples import load_example
from engine.graph import Edge, Graph, Node
from engine.project import DataChoice, Plan, Project

FOREVER = 1_000_000  # epochs: more than any benchmark does
SLICE = 1.5  # s that each side is measured at a time
TIMES, FEATURES, CLASSES, SERIES = 30, 4, 4, 1280


@dataclass(frozen=True)
class Case:
    """One network with its data.

    Args:
        wanted: least ratio of our steps per second to those of `model.fit`.
    """

    name: str
    project: Project
    data: LoadedData
    wanted: float


def cases() -> list[Case]:
    """Return the four of them."""
    digits, lenet = _endless(load_example("digits")), _endless(load_example("lenet-5"))
    points, series = _points(), _series()
    return [
        Case("2-8-8-1 tanh, batch 10", points, load(points.data), 20),
        Case("digits ConvNet, batch 32", digits, load(digits.data), 5),
        Case("LeNet-5 28x28, batch 32", lenet, load(lenet.data), 1.7),
        Case("LSTM(32) over 30 steps, batch 32", series, random_series(), 4),
    ]


def endless_digits() -> Project:
    """The default example, trained without end."""
    return _endless(load_example("digits"))


def _endless(project: Project) -> Project:
    return project.replace(plan=msgspec.structs.replace(project.plan, epochs=FOREVER))


def _points() -> Project:
    dense = {"units": 8, "activation": "tanh"}
    nodes = (
        Node("input_1", "input", {"shape": [2]}),
        Node("dense_1", "dense", dense),
        Node("dense_2", "dense", dense),
        Node("output", "output", {"units": 1, "activation": "sigmoid"}),
    )
    return _project(nodes, 10, DataChoice(dataset="spiral", normalisation="standard"))


def _series() -> Project:
    nodes = (
        Node("input_1", "input", {"shape": [TIMES, FEATURES]}),
        Node("lstm_1", "lstm", {"units": 32}),
        Node("output", "output", {"units": CLASSES}),
    )
    return _project(nodes, 32, DataChoice())


def _project(nodes: tuple[Node, ...], batch_size: int, data: DataChoice) -> Project:
    names = [node.name for node in nodes]
    edges = tuple(Edge(a, b) for a, b in pairwise(names))
    plan = Plan(batch_size=batch_size, epochs=FOREVER)
    return Project(data=data, plan=plan).with_graph(Graph(nodes, edges), "classification")


def random_series() -> LoadedData:
    """Random series with a class each, which no dataset of the program has."""
    random = np.random.default_rng(3)
    x = random.normal(size=(SERIES, TIMES, FEATURES)).astype(np.float32)
    y = random.integers(0, CLASSES, SERIES).astype(np.int32)
    split = np.where(np.arange(SERIES) < 0.8 * SERIES, 0, np.where(np.arange(SERIES) < 0.9 * SERIES, 1, 2))
    names = tuple("abcd"[:CLASSES])
    description = Description("table", (TIMES, FEATURES), "class", names, SERIES)
    return LoadedData(Samples(x, y, description), split.astype(np.int8), Scaling())
