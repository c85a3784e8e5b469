"""Objectives: logits and targets to one loss and one metric per sample. The loss always takes logits."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import tensorflow as tf

from engine.errors import UserError
from engine.runtime.build import Network
from engine.tasks import TASKS

PerSample = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def _sparse_categorical(y: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)


def _binary(y: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, logits.dtype), logits[:, 0])


LOSSES: dict[str, PerSample] = {
    "sparse_categorical_crossentropy": _sparse_categorical,
    "binary_crossentropy": _binary,
    "mean_squared_error": lambda y, logits: tf.square(logits[:, 0] - y),
    "mean_absolute_error": lambda y, logits: tf.abs(logits[:, 0] - y),
    "huber": lambda y, logits: keras.losses.huber(y[:, None], logits),  # delta 1, as Keras
}


def _accuracy(y: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    if logits.shape[-1] == 1:
        return tf.cast((logits[:, 0] > 0) == (y > 0), tf.float32)
    return tf.cast(tf.argmax(logits, -1, output_type=tf.int32) == y, tf.float32)


METRICS: dict[str, PerSample] = {"accuracy": _accuracy, "mae": LOSSES["mean_absolute_error"]}


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is reported.

    Args:
        losses: one per head, per sample.
        weights: of each head's loss in the sum.
        metric: of the first head, per sample.
        metric_id: e.g. "accuracy".
        higher_is_better: direction of the metric.
    """

    losses: tuple[PerSample, ...]
    weights: tuple[float, ...]
    metric: PerSample
    metric_id: str

    def per_sample(self, logits: list[tf.Tensor], y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the weighted loss and the metric of each sample, both float32 (batch,)."""
        terms = [w * loss(y, out) for w, loss, out in zip(self.weights, self.losses, logits, strict=True)]
        return tf.add_n(terms) if len(terms) > 1 else terms[0], self.metric(y, logits[0])


def objective(network: Network) -> Objective:
    """Return what the heads of a network learn.

    Raises:
        UserError: a head's loss does not fit its activation.
    """
    losses = []
    for index, head in enumerate(network.heads):
        fitting = TASKS[head.task].losses.get(network.activation(index), ())
        wanted = fitting[0] if head.loss == "auto" and fitting else head.loss
        if wanted not in fitting:
            raise UserError(
                f"{head.node} ends in {network.activation(index)}; {head.task} cannot use {head.loss} with it.",
                f"Fitting losses: {', '.join(fitting) or 'none for this activation'}.",
                head.node,
            )
        losses.append(LOSSES[wanted])
    metric = TASKS[network.heads[0].task].metric
    return Objective(tuple(losses), tuple(head.weight for head in network.heads), METRICS[metric], metric)
