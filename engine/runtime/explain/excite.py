"""What excites a unit most: the parts of the training samples for which its value is largest."""

from collections.abc import Generator

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.field_box import Box, boxes
from engine.params import Param
from engine.runtime.explain.slices import in_slices, per_slice
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.shapes import LayerInfo

UNIT = Param("unit", "int", 0, low=0, help="Channel of a map, or index of a value.")
MOST_SAMPLES = 4000  # looked through


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """The largest values of one unit over the training samples, one for each sample, and what it sees there.

    Arrays: `patches` raw (patch, height, width, channels), zeros where the receptive field leaves the picture, or whole
    samples where the unit sees all; `values` (patch,); `samples` int64 (patch,); `places` int32 (patch, 2), the unit's
    row and column, −1 where it has none; `boxes` int32 (patch, 4): top, left, bottom, right in the input, px, the last
    two exclusive.
    Facts: `layer`, `unit`, `units`, `looked` samples.
    """
    name, info = question.layer_and_name(question.values["layer"])
    unit, units = question.values["unit"], info.shape[-1]
    require_unit(name, unit, units)
    data = yield from question.data()
    indices = data.indices("train")[:MOST_SAMPLES]
    best, places = yield from _best(question, name, unit, data.scaling.apply(data.samples.x[indices]))
    order = np.argsort(-best, kind="stable")[: question.values["count"]]
    found = [_seen(question, info, name, tuple(places[at])) for at in order]
    raw = data.samples.x[indices[order]]
    arrays = {
        "patches": np.stack([_cut(x, box) for x, box in zip(raw, found, strict=True)]),
        "values": best[order],
        "samples": indices[order],
        "places": places[order],
        "boxes": np.array([(box.top, box.left, box.bottom + 1, box.right + 1) for box in found], np.int32),
    }
    return Answer(arrays, {"layer": name, "unit": unit, "units": units, "looked": len(indices)})


def require_unit(name: str, unit: int, units: int) -> None:
    """Raise a UserError where a layer has no such unit."""
    if unit >= units:
        raise UserError(f"{name} has no unit {unit}; it has {units}.", f"Give 0 to {units - 1}.", "unit")


def _best(
    question: Question, name: str, unit: int, x: np.ndarray
) -> Generator[Report, Turn, tuple[np.ndarray, np.ndarray]]:
    """Largest value of every sample, float32 (sample,), and its row and column, int32 (sample, 2)."""
    moment = question.moment
    values, places = np.empty(len(x), np.float32), np.full((len(x), 2), -1, np.int32)
    size = 4 * per_slice(max(x[0].size, 4096))

    def some(done: int) -> int:
        end = min(done + size, len(x))
        here = np.asarray(moment.sight.outputs(moment.weights, tf.constant(x[done:end]))[name])[..., unit]
        flat = here.reshape(len(here), -1)
        values[done:end] = flat.max(axis=1)
        if here.ndim == 3:
            places[done:end] = np.stack(np.unravel_index(flat.argmax(axis=1), here.shape[1:]), axis=1)
        return end

    yield from in_slices(question, len(x), "samples", some)
    return values, places


def _seen(question: Question, info: LayerInfo, name: str, place: tuple[int, ...]) -> Box:
    """What the unit sees at a place of its map; the whole sample where it has none."""
    network = question.moment.network
    shape = network.inference.layers[network.model.inputs[0].name].shape
    whole = Box(0, 0, shape[0] - 1, (shape[1] if len(shape) > 1 else 1) - 1)
    if len(info.shape) != 3:
        return whole
    found = boxes(question.moment.project.graph, network.inference, name, (place[0], place[1]))
    return found.get(network.model.inputs[0].name, whole)


def _cut(x: np.ndarray, box: Box) -> np.ndarray:
    """The part of a raw sample in a box; zeros outside it."""
    if x.ndim != 3:
        return x
    patch = np.zeros((*box.size, x.shape[2]), x.dtype)
    inside = box.inside(*x.shape[:2])
    top, left = inside.top - box.top, inside.left - box.left
    high, wide = inside.size
    patch[top : top + high, left : left + wide] = x[inside.top : inside.bottom + 1, inside.left : inside.right + 1]
    return patch


EXCITE = Explainer(
    "excite",
    "What excites a unit",
    _run,
    (LAYER, UNIT, Param("count", "int", 9, low=1, high=64, help="Patches shown.")),
    needs_input=False,
)
