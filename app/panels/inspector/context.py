"""What the pages of the inspector show: one selected layer with everything known about it."""

from dataclasses import dataclass

import numpy as np

from engine.graph import Graph, Node
from engine.layers import LAYERS
from engine.layers.spec import LayerSpec
from engine.messages import Watched
from engine.project import Project
from engine.shapes import Inference, LayerInfo, Problem


@dataclass(frozen=True)
class Subject:
    """The selected layer.

    Args:
        project, inference: it belongs to.
        node: the layer.
    """

    project: Project
    inference: Inference
    node: Node

    @property
    def graph(self) -> Graph:
        """The project's graph."""
        return self.project.graph

    @property
    def spec(self) -> LayerSpec | None:
        """The record of its kind; None for an unknown kind."""
        return LAYERS.get(self.node.kind)

    @property
    def info(self) -> LayerInfo | None:
        """Shapes and counts; None where its inputs do not fit."""
        return self.inference.layers.get(self.node.name)

    @property
    def problem(self) -> Problem | None:
        """What is wrong with it."""
        return self.inference.problem(self.node.name)


def weights_of(watched: Watched | None, layer: str) -> dict[str, np.ndarray]:
    """A layer's variables by their short name, e.g. "kernel", in the engine's order."""
    prefix = f"{layer}/"
    found = watched.weights.items() if watched is not None else ()
    return {name[len(prefix) :]: values for name, values in found if name.startswith(prefix)}
