"""Occlusion: what hiding each part of the input does to the class's logit (Zeiler and Fergus 2014, section 4.2)."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.params import Param
from engine.runtime.explain.class_score import (
    binary,
    class_arrays,
    class_facts,
    score_of,
    scored,
)
from engine.runtime.explain.slices import in_slices, per_slice
from engine.runtime.explain.spec import CLASS, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import Moment, Weights

PLACES = 16  # along the longer side, where no stride is given
OVERLAP = 3  # patches are so many strides wide, where no size is given


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """z(x) − z(x with a patch hidden), signed: positive where hiding lowers the logit.

    A patch is centred on every square of `stride` × `stride` px, cut off at the edges, and filled with the mean colour
    of the picture, so that cell [i, j] of the map covers rows i·stride to (i + 1)·stride.

    Arrays: `map` (row, column), NaN where not yet known; `logits`, `probabilities`, `input`.
    Facts: `patch`, `stride`, px; those of the class.
    """
    shape = question.raw.shape[1:]
    if len(shape) != 3:
        raise UserError(
            f"Occlusion hides squares of a picture; this network takes inputs {shape}.", "Choose saliency.", "method"
        )
    patch, stride = patch_and_stride(shape, question.values["patch"], question.values["stride"])
    found = yield from in_thread(lambda: scored(question, []))
    tops, lefts = corners(shape, patch, stride)
    rows, columns = -(-shape[0] // stride), -(-shape[1] // stride)
    values = np.full(rows * columns, np.nan, np.float32)
    facts = class_facts(question, found.index, found.logits) | {"patch": patch, "stride": stride}
    arrays, size = class_arrays(question, found.logits), per_slice(question.raw.size, 1 << 19)
    function = hidden_score(question.moment)
    fill = tf.reduce_mean(question.x, axis=(1, 2), keepdims=True)

    def some(done: int) -> int:
        here = slice(done, done + size)
        places = tf.constant(np.stack([tops[here], lefts[here]], axis=1), tf.int32)
        index = tf.constant(found.index)
        hidden = function(question.moment.weights, question.x, fill, places, tf.constant(patch), index)
        values[here] = facts["score"] - np.asarray(hidden)
        return min(done + size, values.size)

    def answer(_done: int) -> Answer:
        return Answer(arrays | {"map": values.reshape(rows, columns).copy()}, facts)

    yield from in_slices(question, values.size, "hidden patches", some, answer)
    return answer(values.size)


def patch_and_stride(shape: tuple[int, ...], patch: int, stride: int) -> tuple[int, int]:
    """What is taken where 0 was given, px: about sixteen places along the longer side, patches of three strides.

    Raises:
        UserError: the patch hides everything, or leaves parts unseen.
    """
    stride = stride or max(1, max(shape[:2]) // PLACES)
    patch = patch or min(OVERLAP * stride, *shape[:2])
    if patch < stride:
        raise UserError(
            f"Patches of {patch} px every {stride} px leave parts of the picture out.",
            f"Make the patch at least {stride} px.",
            "patch",
        )
    if patch > max(shape[:2]):
        raise UserError(
            f"A patch of {patch} px hides the whole picture of {shape[1]}×{shape[0]} px.",
            "Make the patch smaller.",
            "patch",
        )
    return patch, stride


def corners(shape: tuple[int, ...], patch: int, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """Top and left of every patch in reading order, px, int64 (place,); outside the picture at its edges."""
    back = (patch - stride) // 2
    rows = np.arange(-(-shape[0] // stride)) * stride - back
    columns = np.arange(-(-shape[1] // stride)) * stride - back
    tops, lefts = np.meshgrid(rows, columns, indexing="ij")
    return tops.ravel(), lefts.ravel()


def hidden_score(moment: Moment) -> Callable[..., Any]:
    """The compiled function (weights, x, fill, places, patch, class) → score of the class for every place."""
    sight, head, is_binary = moment.sight, moment.network.heads[0].node, binary(moment)

    def make() -> Callable[..., Any]:
        def scores(
            weights: Weights, x: tf.Tensor, fill: tf.Tensor, places: tf.Tensor, patch: tf.Tensor, index: tf.Tensor
        ) -> tf.Tensor:
            rows = _within(tf.shape(x)[1], places[:, 0], patch)  # (place, row)
            columns = _within(tf.shape(x)[2], places[:, 1], patch)  # (place, column)
            mask = (rows[:, :, None] & columns[:, None, :])[..., None]  # (place, row, column, 1)
            logits = sight.run(weights, tf.where(mask, fill, x))[head]
            return score_of(logits, tf.fill(tf.shape(logits)[:1], index), is_binary)

        return scores

    return sight.function(("occlusion", head), make)


def _within(size: tf.Tensor, start: tf.Tensor, patch: tf.Tensor) -> tf.Tensor:
    at = tf.range(size)[None]
    return (at >= start[:, None]) & (at < start[:, None] + patch)


OCCLUSION = Explainer(
    "occlusion",
    "Occlusion",
    _run,
    (
        CLASS,
        Param("patch", "int", 0, low=0, high=512, unit="px", help="Side of the hidden square; 0 for three strides."),
        Param("stride", "int", 0, low=0, high=512, unit="px", help="Step; 0 for a sixteenth of the longer side."),
    ),
    keeps_size=True,
)
