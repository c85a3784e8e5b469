"""What a node shows in words and numbers, worked out from the graph; the item only paints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from app.text import number
from engine.datasets.spec import Description
from engine.errors import UserError
from engine.graph import Graph, Node
from engine.layers import LAYERS
from engine.layers.spec import shape_text
from engine.messages import DataLoaded
from engine.params import check_values
from engine.shapes import Inference, Problem

State = Literal["ok", "stale", "error"]
COLUMNS = ("name", "kind", "settings", "fed by", "output shape", "parameters", "problem")


@dataclass(frozen=True)
class Face:
    """The words of one node.

    Args:
        family: gives tint and glyph.
        settings: the second line, e.g. "16 filters, 5×5, valid".
        shape: of the output, e.g. "28×28×6"; empty where it is not known.
        params: how many parameters; None where that is not known.
        inputs: how many edges it can take at most.
        state: "stale" stands behind an error.
        problem: what is wrong with it.
        title: what the header says, where that is not the name.
        glyphs: (glyph, family) of each layer of a group, in the order of the data flow; empty for a layer.
        feeds_on: whether something can come after it.
    """

    name: str
    kind: str
    family: str
    settings: str
    shape: str
    params: int | None
    inputs: int
    state: State
    problem: Problem | None = None
    title: str = ""
    glyphs: tuple[tuple[str, str], ...] = ()
    feeds_on: bool = True

    @property
    def heading(self) -> str:
        """What the header says."""
        return self.title or self.name

    @property
    def is_output(self) -> bool:
        """Whether nothing can come after it."""
        return self.kind == "output" or not self.feeds_on

    def row(self, sources: Sequence[str]) -> list[Any]:
        """Return the node as a row of the canvas's table, in the order of `COLUMNS`."""
        problem = "" if self.problem is None else self.problem.message
        shape = self.shape or "not known yet"
        return [self.name, self.kind, self.settings, ", ".join(sources), shape, self.params, problem]


def glyph_of(kind: str, family: str) -> str:
    """The glyph of a kind of layer: its family's, but for those that have one of their own."""
    return {"flatten": "reshape", "reshape": "reshape", "dropout": "dropout"}.get(kind, family)


def faces(graph: Graph, inference: Inference) -> dict[str, Face]:
    """The face of every node."""
    problems: dict[str, Problem] = {}
    for problem in inference.problems:
        problems.setdefault(problem.node, problem)
    return {node.name: _face(node, inference, problems) for node in graph.nodes}


def _face(node: Node, inference: Inference, problems: Mapping[str, Problem]) -> Face:
    spec, info = LAYERS.get(node.kind), inference.layers.get(node.name)
    problem = problems.get(node.name)
    state: State = "error" if problem else "ok" if info else "stale"
    return Face(
        name=node.name,
        kind=node.kind,
        family=spec.family if spec else "",
        settings=(spec.outcome(info.shape) if spec and info else "") or _settings(node),
        shape=shape_text(info.shape) if info else "",
        params=info.num_params if info else None,
        inputs=spec.max_inputs if spec else 1,
        state=state,
        problem=problem,
    )


def _settings(node: Node) -> str:
    spec = LAYERS.get(node.kind)
    if spec is None:
        return node.kind
    try:
        return spec.summary(check_values(spec.params, node.values, node.name))
    except UserError:
        return spec.name


@dataclass(frozen=True)
class Probe:
    """The sample that runs through the network.

    Args:
        index: in the dataset.
        x: raw values, (*input_shape); None where the sample itself was not sent.
        label: its class's name or its number as text; empty where unknown.
        split: "train", "validation" or "test"; empty where unknown.
        value_range: smallest and largest raw value of the dataset.
        description: of the dataset.
    """

    index: int
    x: np.ndarray | None
    label: str
    split: str
    value_range: tuple[float, float]
    description: Description


def probe_of(data: DataLoaded | None, index: int) -> Probe | None:
    """The sample `index` of the loaded data."""
    if data is None:
        return None
    known = 0 <= index < len(data.x)
    split = ("train", "validation", "test")[int(data.split[index])] if 0 <= index < len(data.split) else ""
    label = label_text(data.description, data.y[index]) if 0 <= index < len(data.y) else ""
    return Probe(index, data.x[index] if known else None, label, split, data.value_range, data.description)


def label_text(description: Description, y: float) -> str:
    """The class's name, or the number with its unit."""
    if description.target == "class":
        return description.class_names[int(y)] if 0 <= int(y) < len(description.class_names) else str(int(y))
    return f"{number(float(y))} {description.target_unit}".strip()


@dataclass(frozen=True)
class Prediction:
    """What an output layer says about the probe: the winner's name and probability, or a number."""

    text: str
    probability: float | None
    index: int


def prediction_of(output: np.ndarray, description: Description) -> Prediction | None:
    """Read an output layer's values, (unit,): probabilities, one probability, or a number."""
    values = np.asarray(output, np.float64).reshape(-1)
    if not values.size or not np.isfinite(values).all():
        return None
    if description.target == "number":
        return Prediction(number(float(values[0])), None, 0)
    values = class_probabilities(values)
    best = int(values.argmax())
    names = description.class_names
    return Prediction(names[best] if best < len(names) else str(best), float(values[best]), best)


def class_probabilities(values: np.ndarray) -> np.ndarray:
    """One probability per class: a single sigmoid unit gives that of class 1."""
    return np.array([1 - values[0], values[0]]) if values.size == 1 else values
