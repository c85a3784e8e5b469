"""Activation maximisation: an input made by gradient ascent to make a unit's value large (Erhan et al. 2009)."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.params import Param
from engine.runtime.explain.excite import UNIT, require_unit
from engine.runtime.explain.slices import in_slices
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Moment, Weights

SEED = 0
BLUR_EVERY = 4  # steps
STEPS_PER_SLICE = 4


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Gradient ascent on the mean of a unit's values (Erhan et al. 2009), kept smooth by jitter, blur and decay.

    Each step rolls the picture by up to `jitter` px (Mordvintsev et al. 2015), adds rate · g / ‖g‖ · √n with the
    gradient g of n values, fades it by `decay` towards the middle of the input's range, where it starts as faint noise,
    and every fourth step blurs it (Yosinski et al. 2015); in normalised units.

    Arrays: `image` raw (height, width, channels); `trace` (step,) the unit's mean value before each step.
    Facts: `layer`, `unit`, `units`, `step`; `value`, the unit's mean value for the image.
    """
    name, info = question.layer_and_name(question.values["layer"])
    unit, units = question.values["unit"], info.shape[-1]
    require_unit(name, unit, units)
    shape = question.raw.shape[1:]
    if len(shape) != 3:
        raise UserError(
            f"A picture is made for a unit; this network takes inputs {shape}.", "Open a network that reads pictures."
        )
    low, high = yield from _range(question)
    random = np.random.default_rng(SEED)
    state = {"x": (low + high) / 2 + 0.02 * (high - low) * random.standard_normal((1, *shape))}
    trace: list[float] = []
    step = _step(question.moment, name)

    def some(done: int) -> int:
        end = min(done + STEPS_PER_SLICE, question.values["steps"])
        for number in range(done, end):
            state["x"], value = _moved(question, step, state["x"], number, random)
            middle = (low + high) / 2
            state["x"] = np.clip(middle + (state["x"] - middle) * (1 - question.values["decay"]), low, high)
            trace.append(value)
        return end

    def answer(done: int) -> Answer:
        raw = question.scaling.undo(state["x"][0].astype(np.float32))
        value = float(question.moment.outputs(question.scaling.apply(raw[None]))[name][..., unit].mean())
        facts = {"layer": name, "unit": unit, "units": units, "step": done, "value": value}
        return Answer({"image": raw, "trace": np.array(trace, np.float32)}, facts)

    yield from in_slices(question, question.values["steps"], "steps of ascent", some, answer)
    return answer(question.values["steps"])


def _range(question: Question) -> Generator[Report, Turn, tuple[np.ndarray, np.ndarray]]:
    """Smallest and largest normalised value, per channel."""
    info = question.moment.info
    if info is not None:
        ends: tuple[float, float] = info.value_range
    else:
        samples = (yield from question.data()).samples
        ends = samples.description.value_range or (float(samples.x.min()), float(samples.x.max()))
    channels = question.raw.shape[-1]
    low, high = (question.scaling.apply(np.full((1, 1, 1, channels), end, np.float32)) for end in ends)
    return low, high


def _moved(
    question: Question, step: Callable[..., Any], x: np.ndarray, number: int, random: np.random.Generator
) -> tuple[np.ndarray, float]:
    values = question.values
    shift = random.integers(-values["jitter"], values["jitter"] + 1, 2)
    rolled = np.roll(x, shift, axis=(1, 2))
    moved, value = step(
        question.moment.weights,
        tf.constant(rolled, tf.float32),
        tf.constant(values["unit"]),
        tf.constant(values["rate"], tf.float32),
    )
    found = np.roll(np.asarray(moved), -shift, axis=(1, 2))
    if values["blur"] and number % BLUR_EVERY == BLUR_EVERY - 1:
        found = blurred(found, values["blur"])
    return found, float(value)


def blurred(x: np.ndarray, share: float) -> np.ndarray:
    """Mix every value (batch, row, column, channel) with its neighbours by the kernel 1, 2, 1 in both directions."""
    soft = x
    for axis in (1, 2):
        padded = np.concatenate([soft.take([0], axis), soft, soft.take([-1], axis)], axis)
        count = soft.shape[axis]
        before, here, after = (padded.take(range(at, at + count), axis) for at in range(3))
        soft = (before + 2 * here + after) / 4
    return (1 - share) * x + share * soft


def _step(moment: Moment, name: str) -> Callable[..., Any]:
    """The compiled function (weights, x, unit, rate) → x one step up, and the unit's mean value before."""
    sight = moment.sight

    def make() -> Callable[..., Any]:
        def ascend(weights: Weights, x: tf.Tensor, unit: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                value = tf.reduce_mean(tf.gather(sight.run(weights, x)[name], unit, axis=-1))
            gradient = tape.gradient(value, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            size = tf.norm(gradient) + 1e-12
            return x + rate * gradient / size * tf.sqrt(tf.cast(tf.size(x), tf.float32)), value

        return ascend

    return sight.function(("ascent", name), make)


MAXIMISE = Explainer(
    "maximise",
    "Activation maximisation",
    _run,
    (
        LAYER,
        UNIT,
        Param("steps", "int", 96, low=4, high=1024, log=True, help="Steps of gradient ascent."),
        Param("rate", "float", 0.05, low=0.001, high=1.0, log=True, help="Size of a step, root mean square."),
        Param("jitter", "int", 2, low=0, high=16, unit="px", help="How far the picture is rolled, at most."),
        Param("blur", "float", 0.5, low=0.0, high=1.0, help="How much every fourth step is blurred."),
        Param("decay", "float", 0.005, low=0.0, high=0.2, help="Share that each step fades."),
    ),
    needs_input=False,
)
