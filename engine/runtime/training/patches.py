"""The first convolution as a matrix product over patches cut out once, because its input never changes.

A convolution is the product of its input's patches with its kernel. The network's input is data, so its patches can be
gathered like samples, and no gradient flows into them. Measured on this design's CPUs for 8×8×1 pictures and 16 kernels
of 3×3: 73 us a step for gather, product and gradient, instead of 350 us.
"""

import math
from dataclasses import dataclass

import keras
import tensorflow as tf

from engine.graph import Graph
from engine.runtime.build import Network

WIDEST = 32  # values in a patch; wider ones repeat too much of the picture
MAX_BYTES = 256 * 1024 * 1024
CHUNK = 256


@dataclass(frozen=True)
class Patched:
    """The same network, taking patches.

    Args:
        model: (batch, place, patch) to logits; shares every variable with the network.
        layer: the convolution that takes them.
    """

    model: keras.Model
    layer: keras.layers.Conv2D

    def cut(self, x: tf.Tensor) -> tf.Tensor:
        """Cut pictures (sample, height, width, channel) into patches (sample, place, patch)."""
        return tf.concat([self._cut(x[i : i + CHUNK]) for i in range(0, max(1, x.shape[0]), CHUNK)], 0)

    def _cut(self, x: tf.Tensor) -> tf.Tensor:
        (high, wide), (down, across) = self.layer.kernel_size, self.layer.strides
        padding = self.layer.padding.upper()
        patches = tf.image.extract_patches(x, [1, high, wide, 1], [1, down, across, 1], [1, 1, 1, 1], padding)
        return tf.reshape(patches, (patches.shape[0], patches.shape[1] * patches.shape[2], patches.shape[3]))


class _Product(keras.layers.Layer):
    """What a convolution does, given its input's patches."""

    def __init__(self, layer: keras.layers.Conv2D, shape: tuple[int, ...]) -> None:
        super().__init__()
        self._of = (layer,)  # in a tuple, so that Keras does not count its variables twice
        self._shape = shape  # (height, width, filters)

    def call(self, patches: tf.Tensor) -> tf.Tensor:
        (layer,) = self._of
        kernel = tf.reshape(layer.kernel, (-1, self._shape[-1]))  # (patch, filter)
        flat = tf.reshape(patches, (-1, kernel.shape[0]))  # (batch·place, patch)
        outputs = tf.reshape(tf.matmul(flat, kernel), (-1, *self._shape))
        return layer.activation(tf.nn.bias_add(outputs, layer.bias) if layer.use_bias else outputs)

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int | None, ...]:
        return (None, *self._shape)


def patched(network: Network, graph: Graph, samples: int) -> Patched | None:
    """Return the network on patches, where its first layer is a convolution they serve well."""
    name = _first_convolution(network, graph)
    if name is None:
        return None
    info = network.inference.layers[name]
    layer = network.model.get_layer(name)
    patch = math.prod(layer.kernel_size) * info.inputs[0][-1]
    places = math.prod(info.shape[:-1])
    if patch > WIDEST or samples * places * patch * 4 > MAX_BYTES or layer.dilation_rate != (1, 1):
        return None
    inputs = keras.Input((places, patch))
    tensors = {name: _Product(layer, info.shape)(inputs)}
    for node in graph.in_order():
        sources = [tensors[source] for source in graph.sources(node.name) if source in tensors]
        if node.name != name and sources:
            tensors[node.name] = network.model.get_layer(node.name)(sources if len(sources) > 1 else sources[0])
    return Patched(keras.Model(inputs, [tensors[head.node] for head in network.heads]), layer)


def _first_convolution(network: Network, graph: Graph) -> str | None:
    """The convolution that alone takes the network's input, if it is one."""
    (entry,) = (node.name for node in graph.nodes if node.kind == "input")
    targets = graph.targets(entry)
    is_one = len(targets) == 1 and network.inference.layers[targets[0]].spec.id == "conv2d"
    return targets[0] if is_one else None
