"""Integrated gradients: what each input value adds on the way from a baseline (Sundararajan et al. 2017)."""

from collections.abc import Generator

import numpy as np
import tensorflow as tf

from engine.params import Param
from engine.runtime.explain.class_score import (
    INPUT,
    class_arrays,
    class_facts,
    require_smooth_input,
    score_function,
    scored,
    value_range,
)
from engine.runtime.explain.slices import in_slices, per_slice
from engine.runtime.explain.spec import CLASS, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

LEVELS = {"lowest": 0.0, "middle": 0.5, "highest": 1.0}


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """(x − x′) · (1/m) Σ_k ∂z/∂x at x′ + (k − ½)/m · (x − x′), k = 1..m (Sundararajan et al. 2017, equation 3).

    The paper's sum takes the end of each interval; the middle, taken here, comes closer with as many.
    Completeness (proposition 1): the attributions sum to z(x) − z(x′).

    Arrays: `map` (row, column) summed over channels, signed, or (*input_shape) where the input is no picture;
    `logits`, `probabilities`, `input`, `baseline` raw (*input_shape).
    Facts: `completeness` with `sum`, `score`, `baseline_score`, `difference`; `steps`; those of the class.
    """
    require_smooth_input(question)
    found = yield from in_thread(lambda: scored(question, [INPUT]))
    baseline = baseline_of(question)
    x, start = np.asarray(question.x), question.scaling.apply(baseline)
    steps, index = question.values["steps"], tf.constant(found.index)
    function, weights = score_function(question.moment, (INPUT,)), question.moment.weights
    total, size = np.zeros(x.shape[1:], np.float64), per_slice(x.size)

    def some(done: int) -> int:
        end = min(steps, done + size)
        points = on_the_way(start, x, np.arange(done, end), steps)
        np.add(total, np.asarray(function(weights, points, index)[3][0]).sum(axis=0, dtype=np.float64), out=total)
        return end

    yield from in_slices(question, steps, "points of the way", some)
    parts = (x - start)[0] * total / steps
    facts = class_facts(question, found.index, found.logits)
    _, logits, _, _ = yield from in_thread(lambda: function(weights, tf.constant(start), index))
    from_here = class_facts(question, found.index, np.asarray(logits[0]))["score"]
    facts["completeness"] = {
        "sum": float(parts.sum()),
        "score": facts["score"],
        "baseline_score": from_here,
        "difference": facts["score"] - from_here,
    }
    shown = parts.sum(axis=-1) if parts.ndim == 3 else parts
    arrays = class_arrays(question, found.logits) | {"map": shown.astype(np.float32), "baseline": baseline[0]}
    return Answer(arrays, facts | {"steps": steps, "baseline": question.values["baseline"]})


def baseline_of(question: Question) -> np.ndarray:
    """The input that stands for nothing, raw (1, *input_shape)."""
    low, high = value_range(question)
    return np.full_like(question.raw, low + LEVELS[question.values["baseline"]] * (high - low))


def on_the_way(start: np.ndarray, x: np.ndarray, points: np.ndarray, steps: int) -> tf.Tensor:
    """Points from `start` to `x`, (1, *input_shape) each, in the middle of intervals `points` of `steps`."""
    way = ((points + 0.5) / steps).reshape(-1, *[1] * (x.ndim - 1))
    return tf.constant(start + way * (x - start), tf.float32)


INTEGRATED_GRADIENTS = Explainer(
    "integrated_gradients",
    "Integrated gradients",
    _run,
    (
        CLASS,
        Param("steps", "int", 64, low=4, high=1024, log=True, help="Points on the way from the baseline."),
        Param("baseline", "choice", "lowest", choices=tuple(LEVELS), help="The input that stands for nothing."),
    ),
    keeps_size=True,
)
