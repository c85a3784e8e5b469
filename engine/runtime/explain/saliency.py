"""Saliency: how much each input value moves the logit (Simonyan et al. 2014), smoothed (Smilkov et al. 2017)."""

from collections.abc import Generator, Iterable

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
)
from engine.runtime.explain.slices import in_slices, per_slice
from engine.runtime.explain.spec import CLASS, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

SEED = 0


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """|∂z/∂x|, the largest over the channels of each place (Simonyan et al. 2014, section 3.1).

    With noise, ∂z/∂x is the mean over copies x + N(0, σ²), σ a share of the input's range (Smilkov et al. 2017).

    Arrays: `map` (row, column), or (*input_shape) where the input is no picture; `gradient` (*input_shape), signed;
    `logits`, `probabilities`, `input`.
    Facts: `copies`, `noise`; those of the class.
    """
    require_smooth_input(question)
    found = yield from in_thread(lambda: scored(question, [INPUT]))
    total, gradient = found.gradients[INPUT], found.gradients[INPUT]
    copies, noise = question.values["copies"], question.values["noise"]
    facts = class_facts(question, found.index, found.logits) | {"copies": copies, "noise": noise}
    arrays = class_arrays(question, found.logits)
    if noise > 0:
        total = np.zeros_like(gradient)
        x, size = np.asarray(question.x), per_slice(gradient.size)
        spread = noise * float(np.ptp(x))
        function = score_function(question.moment, (INPUT,))

        def some(done: int) -> int:
            end = min(copies, done + size)
            some_of_them = noisy(x, spread, range(done, end))
            _, _, _, gradients = function(question.moment.weights, some_of_them, tf.constant(found.index))
            np.add(total, np.asarray(gradients[0]).sum(axis=0), out=total)
            return end

        yield from in_slices(
            question, copies, "noisy copies", some, lambda done: Answer(arrays | _maps(total / done), facts)
        )
        total = total / copies
    return Answer(arrays | _maps(total), facts)


def noisy(x: np.ndarray, spread: float, copies: Iterable[int]) -> tf.Tensor:
    """Noisy copies of an input (1, *input_shape), by their numbers: the same number gives the same noise."""
    random = [np.random.default_rng((SEED, copy)).standard_normal(x.shape[1:]) for copy in copies]
    return tf.constant(x + spread * np.stack(random), tf.float32)


def _maps(gradient: np.ndarray) -> dict[str, np.ndarray]:
    size = np.abs(gradient)
    return {"map": size.max(axis=-1) if size.ndim == 3 else size, "gradient": gradient}


SALIENCY = Explainer(
    "saliency",
    "Saliency",
    _run,
    (
        CLASS,
        Param("copies", "int", 16, low=1, high=256, help="Noisy copies whose gradients are averaged (SmoothGrad)."),
        Param("noise", "float", 0.12, low=0.0, high=1.0, help="σ as a share of the input's range; 0 for one gradient."),
    ),
    keeps_size=True,
)
