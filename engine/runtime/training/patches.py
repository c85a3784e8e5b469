"""The first convolution, and the max-pooling behind it, as matrix products over patches cut out once.

A convolution is the product of its input's patches with its kernel. The network's input is data, so its patches can be
gathered like samples, and no gradient flows into them. A patch here is what one pooling window looks at (or several in
a row, where there are few filters): each member of the window is one product of the same patches with the kernel moved
to its place, and pooling is the largest of the products. The bias is one more row of the kernel.
Measured for LeNet-5, batch 32, on one core, with Adam in one operation: 4.1 ms a step instead of 4.9 ms.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.layers.spec import Shape
from engine.layers.windows import Window
from engine.runtime.build import Network

WIDEST = 32  # values under the kernel; wider ones repeat too much of the picture
MOST_MEMBERS = 4  # of a pooling window; each is a product
COLUMNS = 12  # of a product at least: fewer leave most of the processor's lanes empty
MAX_BYTES = 256 * 1024 * 1024
CHUNK = 256
# Never falling, so that the largest of the activated is the activated largest. Where two are equal only after it, it is
# flat, and no gradient flows.
RISING = ("linear", "relu", "tanh", "sigmoid", "elu", "leaky_relu", "softplus")


def first_maximum(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """The larger of two, element by element; of two equals the first gets the gradient, as in `MaxPooling2D`."""
    return tf.custom_gradient(_first_maximum)(a, b)


def _first_maximum(a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, Any]:
    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        to_b = tf.raw_ops.ReluGrad(gradients=upstream, features=b - a)  # a select takes three times as long
        return upstream - to_b, to_b

    return tf.maximum(a, b), gradient


@dataclass(frozen=True)
class Tiling:
    """How pictures are cut, each pair (height, width).

    Args:
        image: (height, width, channels).
        kernel: the convolution's window.
        pool: what the pooling takes together; (1, 1) without pooling.
        shape: what comes out, (height, width, filters), pooled.
        use_bias: whether a patch ends in a 1.
    """

    image: Shape
    kernel: Window
    pool: tuple[int, int]
    shape: Shape
    use_bias: bool

    @property
    def group(self) -> int:
        """How many pooled places in a row one patch serves."""
        _, width, filters = self.shape
        return next((n for n in range(1, width) if width % n == 0 and n * filters >= COLUMNS), width)

    @property
    def span(self) -> tuple[int, int]:
        """Pixels under a patch."""
        wide = self.group * self.pool[1]
        counts = zip((self.pool[0], wide), self.kernel.strides, self.kernel.size, strict=True)
        high, across = ((count - 1) * stride + size for count, stride, size in counts)
        return high, across

    @property
    def places(self) -> int:
        """Patches of a picture."""
        return self.shape[0] * self.shape[1] // self.group

    @property
    def values(self) -> int:
        """Numbers in a patch."""
        return math.prod(self.span) * self.image[2] + self.use_bias

    def cut(self, x: tf.Tensor) -> tf.Tensor:
        """Cut pictures (sample, height, width, channel) into patches (sample, place, value)."""
        return tf.concat([self._cut(x[i : i + CHUNK]) for i in range(0, max(1, x.shape[0]), CHUNK)], 0)

    def _cut(self, x: tf.Tensor) -> tf.Tensor:
        padding = [self.kernel.padded(self.image[axis], axis) for axis in (0, 1)]
        padded = tf.pad(x, [(0, 0), *padding, (0, 0)])
        down, across = self.kernel.strides
        steps = [1, self.pool[0] * down, self.group * self.pool[1] * across, 1]
        patches = tf.image.extract_patches(padded, [1, *self.span, 1], steps, [1, 1, 1, 1], "VALID")
        patches = patches[:, : self.shape[0], : self.shape[1] // self.group]
        flat = tf.reshape(patches, (x.shape[0], self.places, self.values - self.use_bias))
        return tf.concat([flat, tf.ones((x.shape[0], self.places, 1))], 2) if self.use_bias else flat

    def placement(self) -> np.ndarray:
        """Where each weight stands in the product of each member: 0 or 1, (member, value, place in group, weight)."""
        weights = math.prod(self.kernel.size) * self.image[2] + self.use_bias
        found = np.zeros((math.prod(self.pool), self.values, self.group, weights), np.float32)
        for member, value, place, weight in self._placed():
            found[member, value, place, weight] = 1
        if self.use_bias:
            found[:, -1, :, -1] = 1
        return found

    def _placed(self) -> Iterator[tuple[int, int, int, int]]:
        (down, across), (high, wide), channels = self.kernel.strides, self.kernel.size, self.image[2]
        for i, j, place, a, b, channel in np.ndindex(*self.pool, self.group, high, wide, channels):
            row, column = i * down + a, (place * self.pool[1] + j) * across + b
            value = (row * self.span[1] + column) * channels + channel
            yield i * self.pool[1] + j, value, place, (a * wide + b) * channels + channel


class Products(keras.layers.Layer):
    """What a convolution and the pooling behind it do, given patches (batch, place, value)."""

    def __init__(self, layer: keras.layers.Conv2D, tiling: Tiling) -> None:
        super().__init__()
        self._of = (layer,)  # in a tuple, so that Keras does not count its variables twice
        self._tiling = tiling
        placement = tiling.placement()
        self._members, self._values, *_, weights = placement.shape
        self._placement = tf.constant(placement.reshape(-1, weights))

    def call(self, patches: tf.Tensor) -> tf.Tensor:
        (layer,), filters = self._of, self._tiling.shape[2]
        kernel = tf.reshape(layer.kernel, (-1, filters))  # (weight, filter)
        if layer.use_bias:
            kernel = tf.concat([kernel, tf.convert_to_tensor(layer.bias)[None]], 0)
        placed = tf.reshape(tf.matmul(self._placement, kernel), (self._members, self._values, -1))
        flat = tf.reshape(patches, (-1, self._values))  # (batch·place, value)
        outputs = reduce(first_maximum, [tf.matmul(flat, member) for member in tf.unstack(placed)])
        return layer.activation(tf.reshape(outputs, (-1, *self._tiling.shape)))

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int | None, ...]:
        return (None, *self._tiling.shape)


@dataclass(frozen=True)
class First:
    """What takes the place of the network's first layers.

    Args:
        products: the layer that takes patches.
        tiling: how they are cut.
        names: of the layers it stands for, in order.
    """

    products: Products
    tiling: Tiling
    names: tuple[str, ...]


def first_products(network: Network, targets: dict[str, list[str]], samples: int) -> First | None:
    """Return products for the first layer, where it is a convolution that they serve well.

    Args:
        targets: the layers behind each layer.
        samples: whose patches are kept.
    """
    name = _first_convolution(network, targets)
    if name is None:
        return None
    layer, info = network.layers[name], network.inference.layers[name]
    image = info.inputs[0]
    if math.prod(layer.kernel_size) * image[2] > WIDEST or layer.dilation_rate != (1, 1):
        return None
    kernel = Window("kernel", "kernel_size", layer.kernel_size, layer.strides, layer.padding)
    pooling = _pooling(network, name, targets)
    pool, last = (pooling.pool_size, pooling.name) if pooling else ((1, 1), name)
    tiling = Tiling(image, kernel, pool, network.inference.layers[last].shape, layer.use_bias)
    if samples * tiling.places * tiling.values * 4 > MAX_BYTES:
        return None
    return First(Products(layer, tiling), tiling, (name, last) if pooling else (name,))


def _first_convolution(network: Network, targets: dict[str, list[str]]) -> str | None:
    """The convolution that alone takes the network's input, if it is one."""
    (entry,) = (name for name, info in network.inference.layers.items() if not info.inputs)
    behind = targets[entry]
    is_one = len(behind) == 1 and network.inference.layers[behind[0]].spec.id == "conv2d"
    return behind[0] if is_one else None


def _pooling(network: Network, name: str, targets: dict[str, list[str]]) -> keras.layers.MaxPooling2D | None:
    """The max-pooling that alone takes a convolution's output, if the largest of a few products is the same."""
    behind, info = targets[name], network.inference.layers[name]
    if len(behind) != 1 or info.values["activation"] not in RISING:
        return None
    layer = network.layers[behind[0]]
    if not isinstance(layer, keras.layers.MaxPooling2D) or layer.strides != layer.pool_size:
        return None
    divides = all(length % size == 0 for length, size in zip(info.shape, layer.pool_size, strict=False))
    fits = math.prod(layer.pool_size) <= MOST_MEMBERS and (divides or layer.padding == "valid")
    return layer if fits else None
