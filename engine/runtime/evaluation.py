"""What a network answers for a part of the data, sample by sample."""

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.datasets.large import FLOAT, budget, is_large
from engine.errors import UserError
from engine.messages import Evaluated
from engine.runtime.build import Network
from engine.runtime.training.loop import Part
from engine.runtime.training.objectives import Objective
from engine.runtime.training.streaming import LargePart

BATCH = 512


def part_of(data: LoadedData, name: str) -> Part:
    """Put one part of the data on the device.

    Raises:
        UserError: it does not fit into memory.
    """
    indices = data.indices(name)
    size, room = FLOAT * int(np.prod(data.samples.x.shape[1:])) * len(indices), budget()
    if is_large(data.samples.x) and size > room:
        raise UserError(
            f"The {name} part needs {size / 1e9:.1f} GB of memory; {room / 1e9:.1f} GB may be used.",
            "Give it a smaller share in Data, or choose a smaller size of the pictures.",
            name,
        )
    x, y = data.rows(indices)
    return Part(tf.constant(x), tf.constant(y))


def training_part(data: LoadedData) -> Part | LargePart:
    """The training part: on the device, or read from its file while training where it does not fit."""
    if not is_large(data.samples.x):
        return part_of(data, "train")
    return LargePart(data, data.indices("train"))


def logits_of(network: Network, x: np.ndarray) -> list[np.ndarray]:
    """Run normalised inputs (sample, *input_shape) through the network in batches.

    Returns:
        For each head the logits, float32 (sample, units).
    """
    pieces = [network.logits(tf.constant(x[i : i + BATCH])) for i in range(0, max(1, len(x)), BATCH)]
    return [np.concatenate([piece[head].numpy() for piece in pieces]) for head in range(len(network.heads))]


def _logits_of_rows(network: Network, data: LoadedData, indices: np.ndarray) -> list[tf.Tensor]:
    """As `logits_of`, for samples that are normalised batch by batch, since all of them may not fit into memory."""
    starts = range(0, max(1, len(indices)), BATCH)
    pieces = [network.logits(tf.constant(data.rows(indices[start : start + BATCH])[0])) for start in starts]
    return [tf.concat([piece[head] for piece in pieces], axis=0) for head in range(len(network.heads))]


def answers(network: Network, x: np.ndarray) -> np.ndarray:
    """Probabilities, or numbers, of the first head for normalised inputs, float32 (sample, unit)."""
    return np.asarray(network.read_out(tf.constant(logits_of(network, x)[0])))


def evaluate(network: Network, objective: Objective, data: LoadedData, split: str) -> Evaluated:
    """Measure loss, metric and, for classes, the confusion on one part of the data; `step` is left 0."""
    indices = data.indices(split)
    y = data.samples.y[indices]
    logits = _logits_of_rows(network, data, indices)
    losses, metrics = objective.per_sample(logits, tf.constant(y))
    outputs = np.asarray(network.read_out(logits[0]))
    names = data.samples.description.class_names
    return Evaluated(
        split=split,
        step=0,
        values={"loss": float(tf.reduce_mean(losses)), objective.metric_id: float(tf.reduce_mean(metrics))},
        indices=indices.astype(np.int32),
        outputs=outputs,
        confusion=confusion(y, outputs, len(names)) if names else np.zeros((0, 0), np.int64),
    )


def confusion(labels: np.ndarray, outputs: np.ndarray, classes: int) -> np.ndarray:
    """Count samples by label (row) and prediction (column), int64 (classes, classes)."""
    predicted = (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(1)
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, np.minimum(predicted, classes - 1)), 1)
    return counts
