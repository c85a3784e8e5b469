"""The fused loop: many optimiser steps inside one compiled function, with the data resident on the device.

Python is paid once per call instead of once per step. One trace serves every call, however many steps it is asked for,
so a run has identical bits however it is cut into turns.
"""

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.runtime.training.objectives import Objective

MAX_STEPS = 4096  # per call; a call is cut shorter by its count, never by its shape
MAX_INDICES = 1 << 18  # per call, so that large batches do not make large index arrays
NO_UPDATE = np.float32(np.nan)
LOSS, METRIC, VALIDATION_LOSS, VALIDATION_METRIC, NORMS = range(5)


@dataclass(frozen=True)
class Part:
    """Samples on the device: x float32 (sample, *input_shape), normalised; y int32 or float32 (sample,)."""

    x: tf.Tensor
    y: tf.Tensor

    @property
    def count(self) -> int:
        """How many samples."""
        return int(self.x.shape[0])


@dataclass(frozen=True)
class Steps:
    """What a call did.

    Args:
        done: steps whose update was applied.
        finite: whether all of them had a finite loss and gradient; else the step after the last done had not.
        loss, metric: float32 (step,), means over the batch before its update.
        validation_loss, validation_metric: float32 (step,), NaN but where an epoch ended.
        norms: float32 (step, layer), L2 norm of each layer's gradient.
    """

    done: int
    finite: bool
    loss: np.ndarray
    metric: np.ndarray
    validation_loss: np.ndarray
    validation_metric: np.ndarray
    norms: np.ndarray


class FusedLoop:
    """Optimiser steps of one network on one training part.

    Args:
        model: built; its outputs are logits.
        optimizer: built for the model's trainable variables.
        train: the training part.
        validation: measured inside the loop wherever an epoch ends; may be empty.
        batch_size: of all batches but the last of an epoch, which holds what is left.
        xla: compile with XLA, else a plain graph.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.Optimizer,
        objective: Objective,
        parts: tuple[Part, Part],
        batch_size: int,
        xla: bool,
    ) -> None:
        self._model, self._optimizer, self._objective = model, optimizer, objective
        self._train, self._validation = parts
        self.batch_size = min(batch_size, self._train.count)
        self.steps_per_epoch = math.ceil(self._train.count / self.batch_size)
        self._last_size = self._train.count - (self.steps_per_epoch - 1) * self.batch_size
        self.max_steps = max(1, min(MAX_STEPS, MAX_INDICES // self.batch_size))
        self._xla = xla
        self.layers, self._groups = _by_layer(model)
        self.variables: list[tf.Variable] = [*_values(model.variables), *_values(optimizer.variables)]
        self.best_loss = tf.Variable(np.float32(np.inf), trainable=False)
        self.best = [tf.Variable(v, trainable=False) for v in self.variables] if self._validation.count else []
        self._compiled = tf.function(self._run, jit_compile=xla, autograph=False)

    def run(self, indices: np.ndarray, is_epoch_end: np.ndarray) -> Steps:
        """Do one step per row of `indices`.

        Args:
            indices: int32 (step, batch_size), rows of the training part; the last batch of an epoch is padded.
            is_epoch_end: bool (step,).
        """
        count = len(indices)
        padded = np.zeros((self.max_steps, self.batch_size), np.int32)
        padded[:count] = indices
        ends = np.zeros(self.max_steps, bool)
        ends[:count] = is_epoch_end
        rows, done, finite = self._compiled(tf.constant(padded), tf.constant(ends), tf.constant(count))
        table = rows.numpy()
        return _steps(table, int(done), bool(finite))

    def compile(self) -> None:
        """Trace and compile without doing a step."""
        nothing = np.zeros((0, self.batch_size), np.int32)
        self.run(nothing, np.zeros(0, bool))

    def _run(self, indices: tf.Tensor, ends: tf.Tensor, count: tf.Tensor) -> Any:
        width = NORMS + len(self._groups)
        rows = tf.TensorArray(tf.float32, self.max_steps, element_shape=(width,), clear_after_read=False)

        def more(step: tf.Tensor, finite: tf.Tensor, rows: tf.TensorArray) -> tf.Tensor:
            return (step < count) & finite

        def body(step: tf.Tensor, finite: tf.Tensor, rows: tf.TensorArray) -> Any:
            row, finite = self._step(indices[step], ends[step])
            return step + tf.cast(finite, tf.int32), finite, rows.write(step, row)

        start = (tf.constant(0), tf.constant(True), rows)
        done, finite, rows = tf.while_loop(more, body, start, parallel_iterations=1)
        return rows.stack(), done, finite

    def _step(self, batch: tf.Tensor, is_epoch_end: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One batch: its row of numbers, and whether they were finite; only then the weights change."""
        loss, metric, gradients = self._gradients(batch, is_epoch_end)
        squares = tf.stack([tf.add_n([tf.reduce_sum(tf.square(gradients[i])) for i in g]) for g in self._groups])
        finite = tf.math.is_finite(loss + tf.reduce_sum(squares))

        def apply() -> tuple[tf.Tensor, tf.Tensor]:
            self._optimizer.apply(gradients, self._model.trainable_variables)
            if not self._validation.count:
                return tf.constant(NO_UPDATE), tf.constant(NO_UPDATE)
            return tf.cond(is_epoch_end, self._validate, lambda: (tf.constant(NO_UPDATE), tf.constant(NO_UPDATE)))

        validation = tf.cond(finite, apply, lambda: (tf.constant(NO_UPDATE), tf.constant(NO_UPDATE)))
        return tf.concat([tf.stack([loss, metric, *validation]), tf.sqrt(squares)], 0), finite

    def _gradients(self, batch: tf.Tensor, is_epoch_end: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """Loss, metric and gradients of a batch, which is smaller where the epoch ends and does not divide evenly."""
        if self._last_size == self.batch_size:
            return self._gradients_of(batch)
        if self._xla:  # every shape is compiled anew, so there are exactly two
            return tf.cond(
                is_epoch_end,
                lambda: self._gradients_of(batch[: self._last_size]),
                lambda: self._gradients_of(batch),
            )
        return self._gradients_of(batch[: tf.where(is_epoch_end, self._last_size, self.batch_size)])

    def _gradients_of(self, batch: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        x, y = tf.gather(self._train.x, batch), tf.gather(self._train.y, batch)
        with tf.GradientTape() as tape:
            losses, metrics = self._objective.per_sample(_as_list(self._model(x, training=True)), y)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, self._model.trainable_variables, unconnected_gradients="zero")
        return loss, tf.reduce_mean(metrics), [tf.convert_to_tensor(g) for g in gradients]

    def _validate(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Mean loss and metric of the validation part; keeps the weights if they are the best so far."""
        logits = _as_list(self._model(self._validation.x, training=False))
        losses, metrics = self._objective.per_sample(logits, self._validation.y)
        loss = tf.reduce_mean(losses)

        def keep() -> tf.Tensor:
            self.best_loss.assign(loss)
            for slot, variable in zip(self.best, self.variables, strict=True):
                slot.assign(variable)
            return tf.constant(True)

        tf.cond(loss < self.best_loss, keep, lambda: tf.constant(False))
        return loss, tf.reduce_mean(metrics)


def _as_list(outputs: Any) -> list[tf.Tensor]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


def _values(variables: list[keras.Variable]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def _by_layer(model: keras.Model) -> tuple[tuple[str, ...], list[list[int]]]:
    """Names of the layers that learn, and the positions of their variables among the trainable ones."""
    positions = {id(v): i for i, v in enumerate(model.trainable_variables)}
    groups = {layer.name: [positions[id(v)] for v in layer.trainable_variables] for layer in model.layers}
    learning = {name: group for name, group in groups.items() if group}
    return tuple(learning), list(learning.values())


def _steps(table: np.ndarray, done: int, finite: bool) -> Steps:
    table = table[:done].copy()
    return Steps(
        done,
        finite,
        loss=table[:, LOSS],
        metric=table[:, METRIC],
        validation_loss=table[:, VALIDATION_LOSS],
        validation_metric=table[:, VALIDATION_METRIC],
        norms=table[:, NORMS:],
    )


def epoch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order in which the training part is visited: a pure function of seed and epoch, int32 (count,)."""
    return np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(count).astype(np.int32)


class DataOrder:
    """Which samples each step sees: a pure function of the seed and the step."""

    def __init__(self, seed: int, count: int, batch_size: int) -> None:
        self._seed, self._count, self._batch_size = seed, count, batch_size
        self._steps_per_epoch = math.ceil(count / batch_size)
        self._epoch = -1
        self._batches = np.zeros((0, batch_size), np.int32)

    def batches(self, first_step: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return indices int32 (step, batch) and is_epoch_end bool (step,) of `count` steps from `first_step`."""
        pieces = []
        step = first_step
        while step < first_step + count:
            epoch, position = divmod(step, self._steps_per_epoch)
            piece = self._epoch_batches(epoch)[position : position + first_step + count - step]
            pieces.append(piece)
            step += len(piece)
        ends = (np.arange(first_step, first_step + count) + 1) % self._steps_per_epoch == 0
        return reduce(lambda a, b: np.concatenate([a, b]), pieces), ends

    def _epoch_batches(self, epoch: int) -> np.ndarray:
        if epoch != self._epoch:
            padded = np.zeros(self._steps_per_epoch * self._batch_size, np.int32)
            padded[: self._count] = epoch_order(self._seed, epoch, self._count)
            self._epoch, self._batches = epoch, padded.reshape(self._steps_per_epoch, self._batch_size)
        return self._batches
