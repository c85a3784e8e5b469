"""Gradient check: the tape's gradients against central finite differences, in double precision."""

from collections.abc import Generator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.messages import Progress
from engine.params import Param
from engine.project import Project
from engine.runtime.explain.numbers import measure_of
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight
from engine.runtime.training.objectives import objective

STEP = 1e-5  # of a weight: the error of the difference is about h² in its third derivative, and 1e-16/h in rounding
NUDGE = 1e-3  # all weights are moved at random by this first, so that no unit sits exactly on the corner of a ReLU
KINK = 1e-2  # share by which the slopes at both sides may differ before a corner lies between them
GOOD, DOUBTFUL = 1e-7, 1e-4
BATCH = 8


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays by layer: `{layer}/tape`, `{layer}/difference`, float64 (weight,), of the weights checked.

    Facts: `layers`, one for each: layer, kind, checked, kinks, relative_error, verdict; `relative_error`, the largest.
    """
    data = yield from question.data()
    check = _Check(question, *data.first("train", BATCH))
    layers: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    wanted = question.values["layer"]
    names = [name for name in check.layers if not wanted or name == wanted]
    if not names:
        known = ", ".join(check.layers) or "none"
        raise UserError(
            f"{wanted or 'This network'} has no weights to check.", f"Layers with weights: {known}.", "layer"
        )
    for n, name in enumerate(names):
        yield Report([Progress(done=n, total=len(names), text=f"checking {name}")])
        tape, difference, kinks = yield from check.layer(name, question.values["weights"])
        arrays |= {f"{name}/tape": tape, f"{name}/difference": difference}
        layers.append(_judged(name, question, tape, difference, kinks))
    worst = max((layer["relative_error"] for layer in layers), default=0.0)
    return Answer(arrays, {"layers": layers, "relative_error": worst})


def _judged(name: str, question: Question, tape: np.ndarray, difference: np.ndarray, kinks: int) -> dict[str, Any]:
    error = relative_error(tape, difference)
    return {
        "layer": name,
        "kind": question.moment.network.inference.layers[name].spec.id,
        "checked": len(tape),
        "kinks": kinks,
        "relative_error": error,
        "verdict": verdict(error),
    }


def relative_error(tape: np.ndarray, difference: np.ndarray) -> float:
    """‖tape − difference‖ / (‖tape‖ + ‖difference‖); 0 where both vanish."""
    size = np.linalg.norm(tape) + np.linalg.norm(difference)
    return float(np.linalg.norm(tape - difference) / size) if size else 0.0


def verdict(error: float) -> str:
    """What a relative error means."""
    if error < GOOD:
        return "The gradients agree: the difference is that of rounding."
    if error < DOUBTFUL:
        return "Nearly: a corner or a steep bend of the loss may lie within the step."
    return "They do not agree: the gradient or the loss is wrong."


class _Check:
    """The network in double precision with its loss on a few training samples."""

    def __init__(self, question: Question, x: np.ndarray, y: np.ndarray) -> None:
        self._sight = sight = double(question.moment.project)
        random = np.random.default_rng(0)
        self._weights = {name: self._nudged(name, value, random) for name, value in question.moment.weights.items()}
        self._x = tf.constant(x, tf.float64)
        self._y = tf.constant(y, tf.float64 if y.dtype.kind == "f" else tf.int32)
        self._measure = sight.function("numbers", lambda: measure_of(sight, objective(sight.network)))
        self._gradients = self._measure(self._weights, self._x, self._y)[3]
        self.layers = list(dict.fromkeys(name.partition("/")[0] for name in sight.trainable))

    def _nudged(self, name: str, value: tf.Tensor, random: np.random.Generator) -> tf.Tensor:
        if name not in self._sight.trainable:
            return tf.cast(value, tf.float64) if value.dtype.is_floating else value
        return tf.cast(value, tf.float64) + random.normal(0, NUDGE, value.shape)

    def layer(self, name: str, most: int) -> Generator[Report, Turn, tuple[np.ndarray, np.ndarray, int]]:
        """Gradients of up to `most` weights of each variable, by tape and by difference, and how many met a corner."""
        tape, difference, kinks = [], [], 0
        middle = self._loss(self._weights)
        for key in (key for key in self._sight.trainable if key.startswith(f"{name}/")):
            for index in self._chosen(key, most):
                above, below = (self._loss(self._moved(key, index, sign * STEP)) for sign in (1, -1))
                right, left = (above - middle) / STEP, (middle - below) / STEP
                if abs(right - left) > KINK * max(abs(right), abs(left), 1e-6):
                    kinks += 1
                    continue
                tape.append(float(self._gradients[key].numpy()[index]))
                difference.append((above - below) / (2 * STEP))
            yield Report()
        return np.array(tape), np.array(difference), kinks

    def _chosen(self, key: str, most: int) -> list[tuple[int, ...]]:
        shape = self._weights[key].shape
        count = int(np.prod(shape))
        flat = np.random.default_rng(1).permutation(count)[:most]
        return [tuple(int(n) for n in np.unravel_index(i, shape)) for i in flat]

    def _moved(self, key: str, index: tuple[int, ...], by: float) -> dict[str, tf.Tensor]:
        values = self._weights[key].numpy().copy()
        values[index] += by
        return {**self._weights, key: tf.constant(values)}

    def _loss(self, weights: dict[str, tf.Tensor]) -> float:
        function = self._sight.function("loss", lambda: _loss_of(self._sight))
        return float(function(weights, self._x, self._y))


def _loss_of(sight: Sight) -> Any:
    measured, heads = objective(sight.network), [head.node for head in sight.network.heads]

    def loss(weights: dict[str, tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        outputs = sight.run(weights, x)
        return tf.reduce_sum(measured.per_sample([outputs[name] for name in heads], y)[0])

    return loss


def double(project: Project) -> Sight:
    """The network's functions in double precision."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        return Sight(project)
    finally:
        keras.config.set_dtype_policy(before)


GRADIENT_CHECK = Explainer(
    "gradient_check",
    "Gradient check",
    _run,
    (
        Param("layer", "text", "", help="Name of the layer; all of them where empty."),
        Param("weights", "int", 12, low=1, high=1000, help="How many weights of each variable are checked."),
    ),
    needs_input=False,
)
