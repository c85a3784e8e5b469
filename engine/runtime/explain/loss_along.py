"""LossAlong: the loss at weights moved along directions; many points in one compiled function."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.explain.directions import Vector
from engine.messages import Progress
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight, Weights
from engine.runtime.training.objectives import objective
from engine.runtime.training.rewrite import rewritten

CHUNK = 16  # points of one call, so that a turn stays short


class LossAlong:
    """The mean loss of some samples at weights moved along directions, at most 16 points a call.

    Compiled once for a network and a number of samples: weights, directions and samples are arguments.

    Args:
        sight: of the network.
        x, y: normalised inputs and targets.
        weights: from which the directions start.
        directions: one or two.
    """

    def __init__(
        self, sight: Sight, x: np.ndarray, y: np.ndarray, weights: Weights, directions: Sequence[Vector]
    ) -> None:
        key = "loss along", len(x), len(directions)
        self._compiled = sight.function(key, lambda: _Points(sight, len(x)).losses)
        steps = [{name: tf.constant(d[name], tf.float32) for name in sight.trainable} for d in directions]
        self._arguments = dict(weights), steps, tf.constant(x), tf.constant(y)

    def at(self, places: np.ndarray) -> np.ndarray:
        """Loss float32 (point,) at coordinates (point, direction), at most 16 of them."""
        padded = np.zeros((CHUNK, places.shape[1]), np.float32)
        padded[: len(places)] = places
        count = tf.constant(len(places))  # a tensor: a number of Python's would be compiled anew each
        return np.asarray(self._compiled(tf.constant(padded), count, *self._arguments))[: len(places)]

    def all_at(self, places: np.ndarray) -> np.ndarray:
        """Loss float32 (point,) of a few more points, at once."""
        pieces = [self.at(places[n : n + CHUNK]) for n in range(0, len(places), CHUNK)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


class _Points:
    """What is compiled."""

    def __init__(self, sight: Sight, samples: int) -> None:
        self._sight = sight
        self._fast = rewritten(sight.network, sight.project.graph, samples)
        self._objective = objective(sight.network)

    def losses(
        self,
        places: tf.Tensor,
        count: tf.Tensor,
        weights: Mapping[str, tf.Tensor],
        directions: Sequence[Mapping[str, tf.Tensor]],
        x: tf.Tensor,
        y: tf.Tensor,
    ) -> tf.Tensor:
        prepared = self._fast.prepare(x)

        def one(n: tf.Tensor, rows: tf.TensorArray) -> Any:
            moved = _moved(weights, directions, places[n])
            return n + 1, rows.write(n, self._loss({**weights, **moved}, prepared, y))

        rows = tf.TensorArray(tf.float32, CHUNK)
        found = tf.while_loop(lambda n, _: n < count, one, (tf.constant(0), rows), parallel_iterations=1)
        return found[1].stack()

    def _loss(self, weights: Mapping[str, tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        # Not `stateless_call`: the faster forms of layers read weights that are not among the model's own.
        with keras.StatelessScope([(variable, weights[name]) for name, variable in self._sight.variables.items()]):
            logits = self._fast.model(x, training=False)
        outputs = list(logits) if isinstance(logits, list | tuple) else [logits]
        return tf.reduce_mean(self._objective.per_sample(outputs, y)[0])


def _moved(
    weights: Mapping[str, tf.Tensor], directions: Sequence[Mapping[str, tf.Tensor]], place: tf.Tensor
) -> dict[str, tf.Tensor]:
    return {
        name: tf.add_n([weights[name], *(place[k] * direction[name] for k, direction in enumerate(directions))])
        for name in directions[0]
    }


def in_chunks(
    at: Callable[[np.ndarray], np.ndarray], places: np.ndarray, text: str
) -> Generator[Report, Turn, np.ndarray]:
    """Evaluate many places, some in each turn."""
    pieces = []
    for start in range(0, len(places), CHUNK):
        pieces.append(at(places[start : start + CHUNK]))
        yield Report([Progress(done=min(start + CHUNK, len(places)), total=len(places), text=text)])
    return np.concatenate(pieces)
