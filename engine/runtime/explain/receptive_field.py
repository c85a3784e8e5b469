"""Receptive field: the input pixels one unit can see, exactly, and how much each of them moves it now."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.field_box import boxes
from engine.params import Param
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import Sight

UNIT = (
    Param("row", "int", 0, low=0, help="Of the layer's output."),
    Param("column", "int", 0, low=0, help="Of the layer's output."),
    Param("unit", "int", 0, low=0, help="Feature map, or unit of a vector."),
)


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `footprint` (row, column), |∂a/∂x| summed over the input's channels, for the unit's value a; `input`.

    Facts: `boxes`, by layer with rows and columns before the unit: `top`, `left`, `bottom`, `right`, ends included,
    over the edge where padding is read; `source`, the input's name; `value` of the unit; `outside`, the share of the
    footprint outside the box, which is 0; `layer`, `place` (row, column, unit).
    """
    name, info = question.layer_and_name(question.values["layer"])
    place = _place(question, name, info.shape)
    project, inference = question.moment.project, question.moment.network.inference
    found = boxes(project.graph, inference, name, place[:2]) if len(info.shape) == 3 else {}
    gradient, value = yield from in_thread(lambda: _gradient(question, name, place, len(info.shape)))
    footprint = np.abs(gradient).sum(axis=-1)
    source = str(question.moment.network.model.inputs[0].name)
    outside = 0.0
    if source in found and footprint.any():
        box = found[source].inside(*footprint.shape)
        within = footprint[box.top : box.bottom + 1, box.left : box.right + 1].sum()
        outside = float(1 - within / footprint.sum())
    facts = {"source": source, "value": value, "outside": outside, "layer": name, "place": list(place)}
    traced = {layer: asdict(box) for layer, box in found.items()}
    return Answer({"footprint": footprint, "input": question.raw[0]}, facts | {"boxes": traced})


def _place(question: Question, name: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Row, column and unit, checked.

    Raises:
        UserError: the layer has no such unit, or the network reads no pictures.
    """
    if question.raw.ndim != 4:
        raise UserError("This network reads no pictures, so a unit sees no region.", "Open one that does.")
    if len(shape) == 2:
        raise UserError(f"{name} gives a sequence; its units have no rows and columns.", "Choose another layer.")
    asked = tuple(question.values[key] for key in ("row", "column", "unit"))
    sizes = shape if len(shape) == 3 else (1, 1, shape[0])
    row, column, unit = (min(value, 0) if len(shape) == 1 and axis < 2 else value for axis, value in enumerate(asked))
    if row >= sizes[0] or column >= sizes[1] or unit >= sizes[2]:
        raise UserError(f"{name} has no unit {asked}; its output is {shape}.", "Counting starts at 0.", "row")
    return row, column, unit


def _gradient(question: Question, name: str, place: tuple[int, int, int], axes: int) -> tuple[np.ndarray, float]:
    moment = question.moment
    function = moment.sight.function(("receptive field", name), lambda: _differentiate(moment.sight, name))
    index = place if axes == 3 else place[2:]
    gradient, value = function(dict(moment.weights), question.x, tf.constant((0, *index)))
    return np.asarray(gradient)[0], float(value)


def _differentiate(sight: Sight, name: str) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
    """A value of a layer's output and its gradient with respect to the input."""

    def run(weights: Mapping[str, tf.Tensor], x: tf.Tensor, index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = tf.gather_nd(sight.run(weights, x)[name], index[None])[0]
        return tape.gradient(value, x, unconnected_gradients=tf.UnconnectedGradients.ZERO), value

    return run


RECEPTIVE_FIELD = Explainer("receptive-field", "Receptive field", _run, (LAYER, *UNIT))
