"""What a network answers for a part of the data, sample by sample."""

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.messages import Evaluated
from engine.runtime.build import Network
from engine.runtime.training.loop import Part
from engine.runtime.training.objectives import Objective

BATCH = 512


def part_of(data: LoadedData, name: str) -> Part:
    """Put one part of the data on the device."""
    x, y = data.part(name)
    return Part(tf.constant(x), tf.constant(y))


def logits_of(network: Network, x: np.ndarray) -> list[np.ndarray]:
    """Run normalised inputs (sample, *input_shape) through the network in batches.

    Returns:
        For each head the logits, float32 (sample, units).
    """
    pieces = [network.logits(tf.constant(x[i : i + BATCH])) for i in range(0, max(1, len(x)), BATCH)]
    return [np.concatenate([piece[head].numpy() for piece in pieces]) for head in range(len(network.heads))]


def answers(network: Network, x: np.ndarray) -> np.ndarray:
    """Probabilities, or numbers, of the first head for normalised inputs, float32 (sample, unit)."""
    return np.asarray(network.read_out(tf.constant(logits_of(network, x)[0])))


def evaluate(network: Network, objective: Objective, data: LoadedData, split: str) -> Evaluated:
    """Measure loss, metric and, for classes, the confusion on one part of the data; `step` is left 0."""
    x, y = data.part(split)
    logits = [tf.constant(out) for out in logits_of(network, x)]
    losses, metrics = objective.per_sample(logits, tf.constant(y))
    outputs = np.asarray(network.read_out(logits[0]))
    names = data.samples.description.class_names
    return Evaluated(
        split=split,
        step=0,
        values={"loss": float(tf.reduce_mean(losses)), objective.metric_id: float(tf.reduce_mean(metrics))},
        indices=data.indices(split).astype(np.int32),
        outputs=outputs,
        confusion=confusion(y, outputs, len(names)) if names else np.zeros((0, 0), np.int64),
    )


def confusion(labels: np.ndarray, outputs: np.ndarray, classes: int) -> np.ndarray:
    """Count samples by label (row) and prediction (column), int64 (classes, classes)."""
    predicted = (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(1)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, np.minimum(predicted, classes - 1)), 1)
    return counts
