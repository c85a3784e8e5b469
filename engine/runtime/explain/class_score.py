"""A class's score and its gradients: what every map of a class starts from, in one compiled function."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.messages import Message, Phase
from engine.runtime.explain.spec import Answer, Question, Run
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import Moment, Sight, Weights

LATE = 0.3  # s
INPUT = ""  # names the network's input among the layers
STRIP = 6  # convolutions whose maps are made beside the one asked for


@dataclass(frozen=True)
class Scored:
    """A class's score for one input.

    Args:
        index: of the class.
        logits: float32 (unit,).
        activations, gradients: by layer name, (*output_shape): the layer's output, and the score's gradient there.
    """

    index: int
    logits: np.ndarray
    activations: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]


def threaded(answer: Callable[[Question], Answer]) -> Run:
    """An explainer's `run` of a function that may take longer than a turn."""

    def run(question: Question) -> Generator[Report, Turn, Answer]:
        return (yield from in_thread(lambda: answer(question), said_late("computing the map")))

    return run


def said_late(text: str) -> Callable[[], tuple[Message, ...]]:
    """What says, once, that something takes longer than the eye calls at once."""
    due = [time.perf_counter() + LATE]

    def news() -> tuple[Message, ...]:
        if not due or time.perf_counter() < due[0]:
            return ()
        due.clear()
        return (Phase(text=text),)

    return news


def map_layer(question: Question) -> str:
    """The layer whose maps are wanted: with places and channels; the last convolution where none was named.

    Raises:
        UserError: there is none, or the one named has no maps.
    """
    layers = question.moment.network.inference.layers
    fitting = [name for name, info in layers.items() if len(info.shape) == 3 and info.inputs]
    if not fitting:
        raise UserError(
            "This network has no maps: no layer gives out rows, columns and channels.",
            "Choose saliency or occlusion, or a network with a convolution.",
            "layer",
        )
    name = str(question.values["layer"])
    if not name:
        return next((known for known in reversed(fitting) if layers[known].spec.family == "convolution"), fitting[-1])
    if name not in layers:
        raise UserError(f"There is no layer {name[:60]!r}.", f"Those with maps: {', '.join(fitting)}.", "layer")
    if name not in fitting:
        shape = "×".join(map(str, layers[name].shape))
        raise UserError(
            f"{name} gives out {shape}, no rows and columns, so it has no map.",
            f"Those with maps: {', '.join(fitting)}.",
            "layer",
        )
    return name


def convolutions(question: Question) -> list[str]:
    """The last few convolutions, in the order of the network."""
    layers = question.moment.network.inference.layers
    found = [name for name, info in layers.items() if info.spec.family == "convolution" and len(info.shape) == 3]
    return found[-STRIP:]


def require_smooth_input(question: Question) -> None:
    """Raise a UserError where no gradient reaches the input."""
    layers = question.moment.network.inference.layers
    found = next((name for name, info in layers.items() if info.spec.id == "embedding"), None)
    if found is not None:
        raise UserError(
            f"{found} looks the input up in a table, so no gradient reaches it.",
            "Choose Grad-CAM, or a network whose input is not whole numbers.",
            "method",
        )


def scored(question: Question, names: Sequence[str]) -> Scored:
    """Score the class asked for, with its gradients at some layers.

    Args:
        names: of layers; `INPUT` for the input.
    """
    wanted = question.values["class"]
    index = question.class_index(wanted) if wanted >= 0 else -1
    found = score_function(question.moment, tuple(names))(question.moment.weights, question.x, tf.constant(index))
    chosen, logits, activations, gradients = found
    return Scored(
        int(chosen[0]),
        np.asarray(logits[0]),
        {name: np.asarray(values[0]) for name, values in zip(names, activations, strict=True)},
        {name: np.asarray(values[0]) for name, values in zip(names, gradients, strict=True)},
    )


def score_function(moment: Moment, names: tuple[str, ...]) -> Callable[..., Any]:
    """The compiled function (weights, x, class) → (classes, logits, outputs of these layers, gradients there)."""
    sight, head, is_binary = moment.sight, moment.network.heads[0].node, binary(moment)

    def make() -> Callable[..., Any]:
        def gradients(weights: Weights, x: tf.Tensor, wanted: tf.Tensor) -> tuple[Any, ...]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(x)
                outputs = sight.run(weights, x)
                logits = outputs[head]
                classes = chosen(logits, wanted, is_binary)
                score = tf.reduce_sum(score_of(logits, classes, is_binary))
            layers = [x if name == INPUT else outputs[name] for name in names]
            found = tape.gradient(score, layers, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return classes, logits, layers, found

        return gradients

    return sight.function(("class gradients", names), make)


def logits_function(sight: Sight, head: str) -> Callable[..., Any]:
    """The compiled function (weights, x) → logits (batch, unit)."""

    def make() -> Callable[..., Any]:
        return lambda weights, x: sight.run(weights, x)[head]

    return sight.function(("logits", head), make)


def binary(moment: Moment) -> bool:
    """Whether one unit with a sigmoid stands for two classes."""
    network = moment.network
    return network.activation() == "sigmoid" and int(network.model.outputs[0].shape[-1]) == 1


def chosen(logits: tf.Tensor, wanted: tf.Tensor, is_binary: bool) -> tf.Tensor:
    """The class of every sample, int32 (batch,): the one wanted; the predicted one for −1."""
    predicted = tf.cast(logits[:, 0] > 0, tf.int32) if is_binary else tf.argmax(logits, axis=1, output_type=tf.int32)
    return tf.where(wanted < 0, predicted, wanted)


def score_of(logits: tf.Tensor, classes: tf.Tensor, is_binary: bool) -> tf.Tensor:
    """The logit (batch,) of a class; of two classes with one unit, the first one's is −z."""
    if is_binary:
        return tf.where(classes == 1, logits[:, 0], -logits[:, 0])
    return tf.gather(logits, classes, axis=1, batch_dims=1)


def class_arrays(question: Question, logits: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays that every map comes with: `logits` (unit,), `probabilities` (class,), `input` raw (*input_shape)."""
    moment = question.moment
    read = np.asarray(moment.network.read_out(tf.constant(logits[None])))[0]
    raw = question.raw[0]
    whole = raw.size and raw.min() >= 0 and raw.max() <= 255 and not (raw % 1).any()
    return {
        "logits": logits,
        "probabilities": np.array([1 - read[0], read[0]], np.float32) if binary(moment) else read,
        "input": raw.astype(np.uint8) if whole else raw,
    }


def class_facts(question: Question, index: int, logits: np.ndarray) -> dict[str, Any]:
    """Facts that every map comes with.

    Class: `class`, `class_name`, `class_names`, its `score`; `activation` of the output; `label` of the sample or None.
    """
    names = question.class_names
    score = -float(logits[0]) if binary(question.moment) and index == 0 else float(logits[min(index, logits.size - 1)])
    return {
        "class": index,
        "class_name": names[index] if index < len(names) else "",
        "class_names": list(names),
        "score": score,
        "activation": question.moment.network.activation(),
        "label": question.label,
        "value_range": list(value_range(question)),
    }


def value_range(question: Question) -> tuple[float, float]:
    """Smallest and largest raw input value."""
    info = question.moment.info
    if info is not None:
        return info.value_range
    data = question.shelf.data(question.moment.project.data).samples
    return data.description.value_range or (float(data.x.min()), float(data.x.max()))
