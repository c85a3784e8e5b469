"""The most confident mistakes of a network, each with the map of the class it took the sample for."""

from collections.abc import Generator
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.averaged_head import averaged_head
from engine.explain.class_maps import gradcam_alphas, gradcam_plus_plus_alphas, rectified, weighted_sum
from engine.params import Param
from engine.runtime.explain.class_score import binary, logits_function, score_function
from engine.runtime.explain.slices import in_slices
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn

BATCH = 256
MAP_BATCH = 8


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Samples of one part whose predicted class is not their label, the surest first.

    Arrays: `samples` int64 (mistake,) in the dataset; `labels`, `predicted` int32 (mistake,); `probabilities` and
    `label_probabilities` (mistake,) of the predicted class and of the label; `maps` (mistake, row, column) of the
    predicted class at the last convolution, empty where there is none.
    Facts: `split`, `wrong`, `total`; `layer`, empty where there are no maps; `method` of the maps; `class_names`.
    """
    if not question.class_names:
        raise UserError(
            "This network predicts numbers, which are never simply wrong.",
            "The scatter of Train shows how far each prediction is from its number.",
        )
    data = yield from question.data()
    split = question.values["split"]
    indices = data.indices(split)
    if not len(indices):
        raise UserError(f"The {split} part is empty.", "Give it a share of the samples in Data.", "split")
    x, y = data.part(split)
    logits = yield from _logits(question, x)
    shares = class_shares(question, logits)
    predicted = shares.argmax(axis=1)
    rows = np.arange(len(y))
    wrong = np.flatnonzero(predicted != y)
    order = wrong[np.argsort(-shares[wrong, predicted[wrong]], kind="stable")][: question.values["count"]]
    layer = last_convolution(question)
    maps = np.zeros((len(order), 0, 0), np.float32)
    if layer and len(order):
        maps = yield from _maps(question, layer, x[order], predicted[order])
    arrays = {
        "samples": indices[order],
        "labels": y[order].astype(np.int32),
        "predicted": predicted[order].astype(np.int32),
        "probabilities": shares[rows, predicted][order],
        "label_probabilities": shares[rows, y][order],
        "maps": maps,
    }
    facts = {"split": split, "wrong": len(wrong), "total": len(y), "layer": layer, "method": _method(question)}
    return Answer(arrays, facts | {"class_names": list(question.class_names)})


def last_convolution(question: Question) -> str:
    """The last layer with maps that a convolution gives; empty where there is none."""
    layers = question.moment.network.inference.layers
    found = [name for name, info in layers.items() if info.spec.family == "convolution" and len(info.shape) == 3]
    return found[-1] if found else ""


def _method(question: Question) -> str:
    """Grad-CAM where the head averages places; else Grad-CAM++, as a mean gradient over places says little there."""
    moment = question.moment
    is_averaged = averaged_head(moment.project, moment.network.inference) is not None
    return "Grad-CAM" if is_averaged else "Grad-CAM++"


def class_shares(question: Question, logits: np.ndarray) -> np.ndarray:
    """Probabilities (sample, class) of logits (sample, unit)."""
    shares = np.asarray(question.moment.network.read_out(tf.constant(logits)))
    return np.concatenate([1 - shares, shares], axis=1) if binary(question.moment) else shares


def _logits(question: Question, x: np.ndarray) -> Generator[Report, Turn, np.ndarray]:
    moment = question.moment
    function = logits_function(moment.sight, moment.network.heads[0].node)
    found: list[np.ndarray] = []

    def some(done: int) -> int:
        found.append(np.asarray(function(moment.weights, tf.constant(x[done : done + BATCH]))))
        return min(done + BATCH, len(x))

    yield from in_slices(question, len(x), "samples", some)
    return np.concatenate(found)


def _maps(question: Question, layer: str, x: np.ndarray, classes: np.ndarray) -> Generator[Report, Turn, np.ndarray]:
    moment = question.moment
    function: Any = score_function(moment, (layer,))
    is_plain = _method(question) == "Grad-CAM"
    found: list[np.ndarray] = []

    def some(done: int) -> int:
        here = slice(done, done + MAP_BATCH)
        wanted = tf.constant(classes[here], tf.int32)
        _, _, activations, gradients = function(moment.weights, tf.constant(x[here]), wanted)
        for activation, gradient in zip(np.asarray(activations[0]), np.asarray(gradients[0]), strict=True):
            alphas = gradcam_alphas(gradient) if is_plain else gradcam_plus_plus_alphas(activation, gradient)
            found.append(rectified(weighted_sum(activation, alphas)))
        return min(done + MAP_BATCH, len(x))

    yield from in_slices(question, len(x), "maps", some)
    return np.stack(found).astype(np.float32)


ERRORS = Explainer(
    "errors",
    "Mistakes",
    _run,
    (
        Param(
            "split", "choice", "validation", choices=("validation", "train"), help="The part that is looked through."
        ),
        Param("count", "int", 48, low=1, high=200, help="Mistakes shown, at most."),
    ),
    needs_input=False,
)
