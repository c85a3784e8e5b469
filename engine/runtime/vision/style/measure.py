"""The cost of a picture and its gradient, compiled once for a kind of features, whatever the size of the picture.

Targets and weights are arguments, so that all of them may change from one step to the next. `engine.style.costs` reads
the same in NumPy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from engine.runtime.vision.style.features import Features, every_part, flattened
from engine.style.colours import LUMA
from engine.style.costs import SOFT, TINY
from engine.style.optimise import Measured

PICTURE = tf.TensorSpec([None, None, 3])
MATRIX = tf.TensorSpec([None, None])
MAPS = tf.TensorSpec([None, None, None, None])
NUMBER = tf.TensorSpec([])
VECTOR = tf.TensorSpec([None])
INDICES = tf.TensorSpec([None], tf.int32)


@dataclass(frozen=True)
class Targets:
    """What a picture is compared with.

    Args:
        grams: Gram matrices of the style, one for each style map.
        contents: content maps of the content image.
        keeps_color: only the picture's luminance counts.
    """

    grams: Sequence[tf.Tensor]
    contents: Sequence[tf.Tensor]
    keeps_color: bool = False


class Measurer:
    """Measures pictures.

    Args:
        features: how they are read.
    """

    def __init__(self, features: Features) -> None:
        self.features = features
        contents = sum(term.kind == "content" for term in features.terms)
        self._missing = sum(term.kind == "style" for term in features.terms) - features.styles
        targets = ([MATRIX] * features.styles, [MAPS] * contents)
        self._read = tf.function(self._reading, input_signature=[PICTURE, INDICES])
        self._descend = tf.function(self._slope, input_signature=[PICTURE, NUMBER, *targets, VECTOR, INDICES])

    def measure(self, picture: np.ndarray, targets: Targets, weights: np.ndarray, parts: Sequence[int]) -> Measured:
        """Measure one picture.

        Args:
            picture: float32 (height, width, 3), 0 to 1.
            weights: float32 (term,).
            parts: quarters of the places that are read at the finest levels.
        """
        costs, gradient = self._descend(
            tf.constant(picture),
            tf.constant(float(targets.keeps_color)),
            list(targets.grams),
            list(targets.contents),
            tf.constant(weights),
            tf.constant(list(parts), tf.int32),
        )
        costs = np.asarray(costs, np.float64)
        return Measured(costs, float((costs * weights).sum()), np.asarray(gradient))

    def grams(self, picture: np.ndarray) -> list[tf.Tensor]:
        """The Gram matrices of a picture, over all places."""
        return list(self._read(tf.constant(picture), tf.constant(every_part()))[0])

    def contents(self, picture: np.ndarray) -> list[tf.Tensor]:
        """The content maps of a picture."""
        return list(self._read(tf.constant(picture), tf.constant([0]))[1])

    def _reading(self, picture: tf.Tensor, parts: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        styles, contents = self.features.read(picture, parts)
        return [self._gram(maps) for maps in styles], contents

    def _gram(self, maps: tf.Tensor) -> tf.Tensor:
        features = flattened(maps)
        count = tf.shape(features)[0]
        if self.features.constant:
            features = tf.concat([features, tf.fill([count, 1], self.features.constant)], axis=1)
        return tf.matmul(features, features, transpose_a=True) / tf.cast(count, tf.float32)

    def _slope(
        self,
        picture: tf.Tensor,
        keep: tf.Tensor,
        grams: list[tf.Tensor],
        contents: list[tf.Tensor],
        weights: tf.Tensor,
        parts: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture)
            seen = keep * _grey(picture) + (1 - keep) * picture
            found_grams, found_contents = self._reading(seen, parts)
            styles = [_distance(found, wanted) for found, wanted in zip(found_grams, grams, strict=True)]
            others = [_square(found, wanted) for found, wanted in zip(found_contents, contents, strict=True)]
            costs = tf.stack([*styles, *[tf.constant(0.0)] * self._missing, *others, _variation(seen)])
            cost = tf.reduce_sum(weights * costs)
        return costs, tape.gradient(cost, picture)


def _grey(picture: tf.Tensor) -> tf.Tensor:
    return tf.repeat(tf.reduce_sum(picture * tf.constant(LUMA, tf.float32), axis=-1, keepdims=True), 3, axis=-1)


def _distance(found: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
    return tf.sqrt(tf.reduce_sum((found - wanted) ** 2) + TINY) / tf.sqrt(tf.reduce_sum(wanted**2) + TINY)


def _square(found: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum((found - wanted) ** 2) / (tf.reduce_sum(wanted**2) + TINY)


def _variation(picture: tf.Tensor) -> tf.Tensor:
    here = picture[:-1, :-1]
    return tf.reduce_mean(tf.sqrt((picture[1:, :-1] - here) ** 2 + (picture[:-1, 1:] - here) ** 2 + SOFT))
