"""The network the loop trains: the same weights and numbers in operations that are faster on this processor."""

from dataclasses import dataclass

import keras
import tensorflow as tf

from engine.graph import Graph
from engine.runtime.build import Network
from engine.runtime.training import small_maps
from engine.runtime.training.patches import First, first_products
from engine.runtime.training.small_maps import SmallMapConvolution


@dataclass(frozen=True)
class Rewritten:
    """A network in other operations.

    Args:
        model: what `prepare` gives to the logits of every head; shares every variable with the network.
        first: the layers that take patches in place of pictures, if any.
    """

    model: keras.Model
    first: First | None

    def prepare(self, x: tf.Tensor) -> tf.Tensor:
        """Bring normalised inputs (sample, *input_shape) into the form the model takes, once for all steps."""
        return self.first.tiling.cut(x) if self.first else x


def rewritten(network: Network, graph: Graph, samples: int) -> Rewritten:
    """Return the network with each layer that has a faster form in it; where none has, the network itself.

    Args:
        samples: that will be prepared.
    """
    targets = {node.name: list(graph.targets(node.name)) for node in graph.nodes}
    first = first_products(network, targets, samples)
    replaced = {name: _small_map(network, name) for name in network.inference.layers}
    if first is None and not any(replaced.values()):
        return Rewritten(network.model, None)
    tensors = _entry(network, first)
    inputs = next(iter(tensors.values()))
    if first is not None:
        tensors[first.names[-1]] = first.products(inputs)
    done = {*tensors, *(first.names if first else ())}
    for node in graph.in_order():
        sources = [tensors[source] for source in graph.sources(node.name) if source in tensors]
        if node.name not in done and sources:
            layer = replaced[node.name] or network.layers[node.name]
            tensors[node.name] = layer(sources if len(sources) > 1 else sources[0])
    return Rewritten(keras.Model(inputs, [tensors[head.node] for head in network.heads]), first)


def _entry(network: Network, first: First | None) -> dict[str, keras.KerasTensor]:
    """The input by its node's name."""
    name = next(name for name, info in network.inference.layers.items() if not info.inputs)
    shape = (first.tiling.places, first.tiling.values) if first else network.model.input_shape[1:]
    return {name: keras.Input(shape)}


def _small_map(network: Network, name: str) -> SmallMapConvolution | None:
    info = network.inference.layers[name]
    if info.spec.id != "conv2d":
        return None
    layer = network.layers[name]
    fits = small_maps.serves(layer, info.inputs[0])
    return SmallMapConvolution(layer, info.inputs[0], info.shape) if fits else None
