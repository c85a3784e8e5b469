"""A place of a saliency, attribution or occlusion map opened: the passes through the network that make its value.

Places: "saliency", "attribution" (integrated gradients) and "occlusion"; index (row, column) of the map, `of` the
class. Settings are the methods' defaults, with which the maps are made.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.opened import Factor, Opened, Place, Term, Then, opened, product
from engine.params import defaults
from engine.runtime.explain.class_score import INPUT, binary, require_smooth_input, score_function, scored
from engine.runtime.explain.integrated_gradients import INTEGRATED_GRADIENTS, baseline_of, on_the_way
from engine.runtime.explain.occlusion import OCCLUSION, corners, hidden_score, patch_and_stride
from engine.runtime.explain.saliency import SALIENCY, noisy
from engine.runtime.explain.slices import in_slices, per_slice
from engine.runtime.explain.spec import Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

Work = Generator[Report, Turn, Opened]
Arrays = Generator[Report, Turn, np.ndarray]


def open_of_picture(question: Question, place: Place) -> Work:
    """Open a place of a map that many passes make.

    Raises:
        UserError: there is no such place.
    """
    if place.of < 0:
        raise UserError("A map is of a class.", "Name the class, e.g. 0.", "of")
    opener, explainer = OF_PICTURES[place.what]
    values = {**defaults(explainer.params), "class": place.of}
    return (yield from opener(replace(question, values=values), place))


def _gradients(
    question: Question, points: Callable[[np.ndarray], tf.Tensor], count: int, at: tuple[int, ...]
) -> Arrays:
    """∂z/∂x at one place of the input for many inputs, (point, channel) or (point,)."""
    function = score_function(question.moment, (INPUT,))
    found: list[np.ndarray] = []
    size = per_slice(question.raw.size)

    def some(done: int) -> int:
        end = min(count, done + size)
        x = points(np.arange(done, end))
        gradients = function(question.moment.weights, x, tf.constant(question.values["class"]))[3][0]
        index: tuple[Any, ...] = (slice(None), *at)
        found.append(np.asarray(gradients)[index])
        return end

    yield from in_slices(question, count, "gradients", some)
    return np.concatenate(found)


def _require(question: Question, place: Place, shape: tuple[int, ...]) -> None:
    fits = len(place.index) == len(shape) and all(0 <= n < size for n, size in zip(place.index, shape, strict=True))
    if not fits:
        raise UserError(f"There is no place {list(place.index)}; the map is {list(shape)}.", "Choose another.", "index")


def _map_shape(question: Question) -> tuple[int, ...]:
    shape = tuple(question.raw.shape[1:])
    return shape[:2] if len(shape) == 3 else shape


def _saliency(question: Question, place: Place) -> Work:
    require_smooth_input(question)
    _require(question, place, _map_shape(question))
    values, x = question.values, np.asarray(question.x)
    copies, spread = int(values["copies"]), values["noise"] * float(np.ptp(x))
    found = yield from _gradients(question, lambda n: noisy(x, spread, n), copies, place.index)
    by_channel = found if found.ndim == 2 else found[:, None]
    channel = int(np.abs(by_channel.mean(axis=0)).argmax())
    terms = [
        product(Factor(float(gradient)), Factor(1 / copies), text=f"noisy copy {n}")
        for n, gradient in enumerate(by_channel[:, channel])
    ]
    index = (*place.index, channel) if found.ndim == 2 else place.index
    clean = Factor(
        float(np.asarray(scored(question, [INPUT]).gradients[INPUT])[index]),
        Place("error", question.moment.network.model.inputs[0].name, index, of=place.of),
    )
    which = f", channel {channel} of {by_channel.shape[1]}" if by_channel.shape[1] > 1 else ""
    return opened(
        place,
        float(np.abs(by_channel[:, channel].mean())),
        f"S = |mean of ∂z[{place.of}]/∂x|{which}",
        terms,
        then=Then("|{z}|", "abs({z})"),
        also=(("∂z/∂x without noise", clean),),
        name=_title("S", place),
    )


def _attribution(question: Question, place: Place) -> Work:
    require_smooth_input(question)
    _require(question, place, _map_shape(question))
    x, steps = np.asarray(question.x), int(question.values["steps"])
    start = question.scaling.apply(baseline_of(question))

    def points(n: np.ndarray) -> tf.Tensor:
        return on_the_way(start, x, n, steps)

    found = yield from _gradients(question, points, steps, place.index)
    moved = (x - start)[0][place.index]
    if found.ndim == 2 and found.shape[1] > 1:
        terms = [
            product(Factor(float(way)), Factor(float(gradient)), text=f"channel {n}")
            for n, (way, gradient) in enumerate(zip(moved, found.mean(axis=0), strict=True))
        ]
        symbols = "Σ over channels (x − x′) · mean of ∂z/∂x on the way"
    else:
        terms = [
            product(Factor(float(np.ravel(moved)[0])), Factor(float(gradient)), Factor(1 / steps), text=f"point {n}")
            for n, gradient in enumerate(found.ravel())
        ]
        symbols = f"(x − x′) · (1/{steps}) Σ ∂z[{place.of}]/∂x on the way"
    result = float(sum(term.value for term in terms))
    note = f"x′ is the {question.values['baseline']} value of the input; the way has {steps} points."
    return opened(place, result, symbols, terms, note=note, name=_title("attribution", place))


def _occlusion(question: Question, place: Place) -> Work:
    shape = tuple(question.raw.shape[1:])
    patch, stride = patch_and_stride(shape, question.values["patch"], question.values["stride"])
    _require(question, place, (-(-shape[0] // stride), -(-shape[1] // stride)))
    tops, lefts = corners(shape, patch, stride)
    at = place.index[0] * -(-shape[1] // stride) + place.index[1]
    corner = tf.constant([[tops[at], lefts[at]]], tf.int32)
    fill = tf.reduce_mean(question.x, axis=(1, 2), keepdims=True)
    index, moment = tf.constant(place.of), question.moment
    function = hidden_score(moment)
    hidden = yield from in_thread(lambda: function(moment.weights, question.x, fill, corner, tf.constant(patch), index))
    logits = moment.logits(question.x)[0]
    is_other = binary(moment) and place.of == 0
    unit = 0 if binary(moment) else place.of
    own = Factor(float(logits[unit]), Place("activation", moment.network.heads[0].node, (unit,)))
    score = product(Factor(-1.0), own, text="z(x)") if is_other else Term(own.value, (own,), "z(x)")
    terms = [score, Term(-float(hidden[0]), (), "z(x with the patch hidden), off")]
    note = (
        f"Hidden: {patch}×{patch} px from row {int(tops[at])}, column {int(lefts[at])}, cut off at the edges, filled "
        "with the picture's mean colour; then the network is asked again."
    )
    result = float(sum(term.value for term in terms))
    return opened(place, result, "z(x) − z(hidden)", terms, note=note, name=_title("what hiding takes", place))


def _title(name: str, place: Place) -> str:
    return f"{name}[{', '.join(str(n) for n in place.index)}]"


OF_PICTURES: dict[str, tuple[Callable[[Question, Place], Work], Explainer]] = {
    "saliency": (_saliency, SALIENCY),
    "attribution": (_attribution, INTEGRATED_GRADIENTS),
    "occlusion": (_occlusion, OCCLUSION),
}
