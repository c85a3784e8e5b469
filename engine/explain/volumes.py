"""Volumes: parameters and multiplications of each layer, and what a dense layer in its place would need."""

import math
from dataclasses import dataclass

from engine.graph import Graph
from engine.layers.spec import Shape
from engine.shapes import Inference, LayerInfo


@dataclass(frozen=True)
class Volume:
    """One layer.

    Args:
        name: of the layer; kind: its id; family: of the kind.
        inputs: shapes that go in.
        shape: that comes out.
        parameters, multiplications: for one sample.
        dense_parameters, dense_multiplications: of a dense layer, with bias, that gives as many outputs from as many
            inputs; 0 where the layer mixes nothing, so that a dense layer would not take its place.
    """

    name: str
    kind: str
    family: str
    inputs: tuple[Shape, ...]
    shape: Shape
    parameters: int
    multiplications: int
    dense_parameters: int
    dense_multiplications: int

    @property
    def saved(self) -> float:
        """How many times as many parameters the dense layer would have; 0 where there is nothing to compare."""
        return self.dense_parameters / self.parameters if self.parameters and self.dense_parameters else 0.0


def volumes(graph: Graph, inference: Inference) -> list[Volume]:
    """Every sound layer but the inputs, in the order of the graph."""
    names = [node.name for node in graph.in_order() if node.name in inference.layers]
    return [_volume(name, inference.layers[name]) for name in names if inference.layers[name].inputs]


def _volume(name: str, info: LayerInfo) -> Volume:
    places = math.prod(info.inputs[0])
    dense = places * info.num_values if info.spec.family in ("convolution", "pooling") else 0
    return Volume(
        name=name,
        kind=info.spec.id,
        family=info.spec.family,
        inputs=info.inputs,
        shape=info.shape,
        parameters=info.num_params,
        multiplications=info.multiply_adds,
        dense_parameters=dense + info.num_values if dense else 0,
        dense_multiplications=dense,
    )
