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

from engine.graph import Graph
from engine.runtime.build import Network
from engine.runtime.nested import layers_by_name
from engine.runtime.training.objectives import Objective
from engine.runtime.training.rewrite import Rewritten, rewritten
from engine.runtime.training.streaming import Feed, LargePart
from engine.runtime.training.update import updater

MAX_STEPS = 4096  # per call; a call is cut shorter by its count, never by its shape
MAX_SLOW_STEPS = 512  # of a network that takes at least 0.1 ms a step: what a call hands over has all its rows
SLOW = 1_000_000  # multiply-adds of a batch, forwards
MAX_INDICES = 1 << 18  # per call, so that large batches do not make large index arrays
LOSS, METRIC, NORMS = range(3)


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
class LoopSetting:
    """How a loop is cut and compiled.

    Args:
        batch_size: of all batches but the last of an epoch, which holds what is left.
        xla: compile with XLA, else a plain graph.
    """

    batch_size: int
    xla: bool


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
        network: built; its model's outputs are logits.
        graph: the network's.
        optimizer: built for the model's trainable variables.
        objective: what is minimised.
        parts: the training part, on the device or streamed; the validation part, measured inside the loop wherever an
            epoch ends, may be empty.
        setting: how the loop is cut and compiled.
    """

    def __init__(
        self,
        network: Network,
        graph: Graph,
        optimizer: keras.Optimizer,
        objective: Objective,
        parts: tuple[Part | LargePart, Part],
        setting: LoopSetting,
    ) -> None:
        self._model, self._objective, self._xla = network.model, objective, setting.xla
        samples = sum(part.count for part in parts)
        fast = Rewritten(network.model, None) if setting.xla else rewritten(network, graph, samples)
        self._forward = fast.model
        train, validation = parts
        self._validation = Part(fast.prepare(validation.x), validation.y)
        self._update = updater(optimizer, self._model.trainable_variables, xla=setting.xla)
        self.batch_size = min(setting.batch_size, train.count)
        self.steps_per_epoch = math.ceil(train.count / self.batch_size)
        self._last_size = train.count - (self.steps_per_epoch - 1) * self.batch_size
        is_slow = network.inference.multiply_adds * self.batch_size >= SLOW
        self.max_steps = max(1, min(MAX_SLOW_STEPS if is_slow else MAX_STEPS, MAX_INDICES // self.batch_size))
        self._feed: Feed | None = None
        if isinstance(train, LargePart):
            self._feed = Feed(train, fast.prepare, self.batch_size)
            self.max_steps = min(self.max_steps, self._feed.max_steps)
            self._train = Part(self._feed.x, self._feed.y)
        else:
            self._train = Part(fast.prepare(train.x), train.y)
        self.layers, self._groups = _by_layer(self._model)
        self.variables: list[tf.Variable] = [*_values(self._model.variables), *_values(optimizer.variables)]
        self.best_loss = tf.Variable(np.float32(np.inf), trainable=False)
        self.best = [tf.Variable(v, trainable=False) for v in self.variables] if self._validation.count else []
        self._compiled = tf.function(self._run, jit_compile=self._xla, autograph=False)

    def run(self, indices: np.ndarray, is_epoch_end: np.ndarray) -> Steps:
        """Do one step per row of `indices`.

        Args:
            indices: int32 (step, batch_size), rows of the training part; the last batch of an epoch is padded.
            is_epoch_end: bool (step,).
        """
        count = len(indices)
        if self._feed is not None:
            indices = self._feed.fill(indices)
        padded = np.zeros((self.max_steps, self.batch_size), np.int32)
        padded[:count] = indices
        ends = np.zeros(self.max_steps, bool)
        ends[:count] = is_epoch_end
        arguments = (tf.constant(padded), tf.constant(ends), tf.constant(_stops(ends, count)), tf.constant(count))
        rows, validations, done, finite = self._compiled(*arguments)
        done = int(done)
        measured = validations.numpy()[:done]
        measured[~ends[:done] | (not self._validation.count)] = np.nan
        return _steps(rows.numpy()[:done].copy(), measured, bool(finite))

    def expect(self, indices: np.ndarray) -> None:
        """Say which steps come next, so that samples that are streamed are read while these are computed."""
        if self._feed is not None:
            self._feed.expect(indices)

    def compile(self) -> None:
        """Trace and compile without doing a step."""
        self.run(np.zeros((0, self.batch_size), np.int32), np.zeros(0, bool))

    def _run(self, indices: tf.Tensor, ends: tf.Tensor, stops: tf.Tensor, count: tf.Tensor) -> Any:
        """Steps up to the end of an epoch, its validation, and so on; what stands inside a branch costs every step."""
        rows = tf.TensorArray(
            tf.float32, self.max_steps, element_shape=(NORMS + len(self._groups),), clear_after_read=False
        )
        validations = tf.TensorArray(tf.float32, self.max_steps, element_shape=(2,), clear_after_read=False)

        def more(step: tf.Tensor, finite: tf.Tensor, *_: Any) -> tf.Tensor:
            return (step < count) & finite

        def to_epoch_end(step: tf.Tensor, finite: tf.Tensor, rows: tf.TensorArray, seen: tf.TensorArray) -> Any:
            stop = stops[step]

            def one(step: tf.Tensor, finite: tf.Tensor, rows: tf.TensorArray) -> Any:
                row, finite = self._step(indices[step], ends[step])
                return step + tf.cast(finite, tf.int32), finite, rows.write(step, row)

            within = tf.while_loop(lambda s, f, _: (s < stop) & f, one, (step, finite, rows), parallel_iterations=1)
            step, finite, rows = within
            if self._validation.count:
                ended = finite & tf.gather(ends, stop - 1)  # a slice would make `stops` a constant of XLA
                nothing = tf.zeros((2,), tf.float32)
                seen = seen.write(stop - 1, tf.cond(ended, self._validate, lambda: nothing))
            return step, finite, rows, seen

        start = (tf.constant(0), tf.constant(True), rows, validations)
        done, finite, rows, validations = tf.while_loop(more, to_epoch_end, start, parallel_iterations=1)
        return rows.stack(), validations.stack(), done, finite

    def _step(self, batch: tf.Tensor, is_epoch_end: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One batch: its row of numbers, and whether they were finite; only then the weights change."""
        loss, metric, gradients = self._gradients(batch, is_epoch_end)
        squares = tf.stack([tf.add_n([2.0 * tf.nn.l2_loss(gradients[i]) for i in g]) for g in self._groups])
        finite = tf.math.is_finite(loss + tf.reduce_sum(squares))

        def apply() -> tf.Tensor:
            self._update(gradients)
            return tf.constant(True)

        tf.cond(finite, apply, lambda: tf.constant(False))
        return tf.concat([tf.stack([loss, metric]), tf.sqrt(squares)], 0), finite

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
            losses, metrics = self._objective.per_sample(_as_list(self._forward(x, training=True)), y)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, self._model.trainable_variables, unconnected_gradients="zero")
        return loss, tf.reduce_mean(metrics), [tf.convert_to_tensor(g) for g in gradients]

    def _validate(self) -> tf.Tensor:
        """Mean loss and metric of the validation part, (2,); keeps the weights if they are the best so far."""
        logits = _as_list(self._forward(self._validation.x, training=False))
        losses, metrics = self._objective.per_sample(logits, self._validation.y)
        loss = tf.reduce_mean(losses)

        def keep() -> tf.Tensor:
            self.best_loss.assign(loss)
            for slot, variable in zip(self.best, self.variables, strict=True):
                slot.assign(variable)
            return tf.constant(True)

        tf.cond(loss < self.best_loss, keep, lambda: tf.constant(False))
        return tf.stack([loss, tf.reduce_mean(metrics)])


def _as_list(outputs: Any) -> list[tf.Tensor]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


def _values(variables: list[keras.Variable]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def _by_layer(model: keras.Model) -> tuple[tuple[str, ...], list[list[int]]]:
    """Names of the layers that learn, and the positions of their variables among the trainable ones."""
    positions = {id(v): i for i, v in enumerate(model.trainable_variables)}
    layers = layers_by_name(model)
    groups = {name: [positions[id(v)] for v in layer.trainable_variables] for name, layer in layers.items()}
    learning = {name: group for name, group in groups.items() if group}
    return tuple(learning), list(learning.values())


def _stops(ends: np.ndarray, count: int) -> np.ndarray:
    """For each step the number of the step after its epoch's last, or `count`, whichever is first; int32 (step,)."""
    stops = np.full(len(ends), count, np.int32)
    for end in reversed(np.flatnonzero(ends)):
        stops[: end + 1] = end + 1
    return stops


def _steps(table: np.ndarray, measured: np.ndarray, finite: bool) -> Steps:
    return Steps(
        len(table),
        finite,
        loss=table[:, LOSS],
        metric=table[:, METRIC],
        validation_loss=measured[:, 0],
        validation_metric=measured[:, 1],
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
