"""What a picture is read with: random filters on an image pyramid, or VGG-19's convolutions.

Pictures are float32 (height, width, 3), 0 to 1. Style maps are (part, row, column, channel), content maps the same.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import tensorflow as tf

from engine.style.banks import CONSTANT, by_blocks, detail_bank, gratings
from engine.style.colours import LUMA
from engine.style.terms import LEVELS, RANDOM_TERMS, VGG19_TERMS, CostTerm
from engine.style.vgg19 import as_pairs

PARTS = 4  # quarters of the places of a level: even or odd rows, even or odd columns
THINNED = 2  # finest levels, read at one quarter in each step; the others at all four
SMALLEST_LEVEL = 6  # px of a level's shorter side
BINOMIAL = np.array((1, 4, 6, 4, 1), np.float32) / 16
CAFFE_MEAN = (103.939, 116.779, 123.68)  # of blue, green, red, 0 to 255: `keras.applications.vgg19.preprocess_input`


class Features(Protocol):
    """How a picture is read.

    Attributes:
        backend: "random" or "vgg19".
        terms: of the cost.
        styles: how many style maps there are; terms beyond them cost nothing, because the picture is too small.
        constant: of the channel appended before a Gram matrix is made; 0 for none.
    """

    backend: str
    terms: tuple[CostTerm, ...]
    styles: int
    constant: float

    def read(self, picture: tf.Tensor, parts: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """Return style and content maps; `parts` are the quarters read at the finest levels, int32 (count,)."""

    def place(self, style: int, part: int, row: int, column: int) -> tuple[int, int]:
        """The row and column of the picture, px, at which a value of a style map is centred."""


def levels_for(shortest: int) -> int:
    """How many levels of the pyramid of a picture, px of its shorter side, are large enough to be read."""
    fitting = [level for level in range(LEVELS) if shortest / 2**level >= SMALLEST_LEVEL]
    return max(1, len(fitting))


class RandomFeatures:
    """Random filters with ReLU on every level; for content responses to luminance, and luminance itself, blurred."""

    backend = "random"
    terms = RANDOM_TERMS
    constant = CONSTANT

    def __init__(self, levels: int = LEVELS) -> None:
        self.styles = levels
        filters = [gratings(level) for level in range(levels)]
        self._half = filters[0].shape[0] // 2
        self._banks = [tf.constant(by_blocks(bank)) for bank in filters]
        self._detail = tf.constant(detail_bank())
        self._every = tf.range(PARTS)

    def read(self, picture: tf.Tensor, parts: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """As `Features.read`."""
        levels = [picture[None]]
        for _ in range(self.styles - 1):
            levels.append(_halved(levels[-1]))
        chosen = [parts if number < THINNED else self._every for number in range(self.styles)]
        styles = [
            self._responses(level, bank, part) for level, bank, part in zip(levels, self._banks, chosen, strict=True)
        ]
        return styles, self._contents(picture)

    def place(self, style: int, part: int, row: int, column: int) -> tuple[int, int]:
        """As `Features.place`."""
        scale = 2**style
        return (2 * row + part // 2) * scale, (2 * column + part % 2) * scale

    def _responses(self, level: tf.Tensor, bank: tf.Tensor, parts: tf.Tensor) -> tf.Tensor:
        """(1, height, width, 3) to (part, height / 2, width / 2, filter), not negative."""
        height, width = tf.shape(level)[1] // 2, tf.shape(level)[2] // 2
        edges = [self._half, self._half + 1]
        padded = tf.pad(level, [[0, 0], edges, edges, [0, 0]], "REFLECT")
        more = 2 * self._half
        down, across = 2 * height + more, 2 * width + more
        quarters = [padded[0, top : top + down, left : left + across] for top in (0, 1) for left in (0, 1)]
        blocks = tf.nn.space_to_depth(tf.gather(tf.stack(quarters), parts), 2)
        return tf.nn.relu(tf.nn.conv2d(blocks, bank, 1, "VALID"))

    def _contents(self, picture: tf.Tensor) -> list[tf.Tensor]:
        grey = tf.reduce_sum(picture * tf.constant(LUMA, tf.float32), axis=-1)[None, :, :, None]
        half = _halved(grey)
        edge = [self._detail.shape[0] // 2] * 2
        padded = tf.pad(grey, [[0, 0], edge, edge, [0, 0]], "REFLECT")
        return [tf.nn.relu(tf.nn.conv2d(padded, self._detail, 1, "VALID")), half, _halved(half)]


def _halved(x: tf.Tensor) -> tf.Tensor:
    """Blur by 1, 4, 6, 4, 1 in both directions and keep every second row and column (Burt and Adelson 1983)."""
    channels = x.shape[-1]
    kernel = tf.constant(np.tile(np.outer(BINOMIAL, BINOMIAL)[:, :, None, None], (1, 1, channels, 1)))
    padded = tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT")
    return tf.nn.depthwise_conv2d(padded, kernel, [1, 2, 2, 1], "VALID")


class VGG19Features:
    """Keras's VGG-19 without its head: 3×3 convolutions with ReLU, 2×2 max pooling between the blocks.

    Args:
        weights: by "layer/variable", in the order of the layers.
    """

    backend = "vgg19"
    terms = VGG19_TERMS
    constant = 0.0
    styles = 5

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._layers = [(name, tf.constant(kernel), tf.constant(bias)) for name, kernel, bias in as_pairs(weights)]
        self._last = "block5_conv2"  # no term needs what lies behind it

    def read(self, picture: tf.Tensor, parts: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """As `Features.read`; every place is read in every step."""
        maps = self.maps(picture)
        return [maps[f"block{n}_conv1"] for n in range(1, 6)], [maps[f"block{n}_conv2"] for n in range(1, 6)]

    def place(self, style: int, part: int, row: int, column: int) -> tuple[int, int]:
        """As `Features.place`."""
        return row * 2**style, column * 2**style

    def maps(self, picture: tf.Tensor, last: str = "") -> dict[str, tf.Tensor]:
        """Outputs of the layers by name, (1, row, column, channel), up to `last`."""
        x = tf.reverse(picture[None] * 255.0, [-1]) - tf.constant(CAFFE_MEAN, tf.float32)
        found: dict[str, tf.Tensor] = {}
        for name, kernel, bias in self._layers:
            if found and name.endswith("conv1"):
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)
            found[name] = x
            if name == (last or self._last):
                break
        return found


def flattened(maps: tf.Tensor) -> tf.Tensor:
    """(part, row, column, channel) to (place, channel)."""
    return tf.reshape(maps, [-1, maps.shape[-1]])


def every_part() -> Sequence[int]:
    """All quarters."""
    return tuple(range(PARTS))
