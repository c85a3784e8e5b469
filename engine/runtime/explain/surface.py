"""The loss around the network's weights, along two directions: every point inside one compiled function."""

import re
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.directions import Vector, coordinates, principal, random_direction, single_weight
from engine.params import Param
from engine.run_folder import RunFolder
from engine.runtime.explain.loss_along import LossAlong, in_chunks
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Weights, read_weights

Way = Sequence[tuple[int, dict[str, tf.Tensor]]]  # step and weights of checkpoints
COARSE = 5, 10  # intervals of the first pictures
MARGIN = 0.2  # around the path, of its extent
MOST_POINTS = 60  # of the path
MOST_BYTES = 256 * 1024 * 1024  # of the path's weights
NAME = re.compile(r"(?P<layer>[^/]+)/(?P<variable>[^\[]+)\[(?P<index>[\d, ]+)\]")


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `loss` float32 (second, first) over `first` and `second`, coordinates along the directions; `path`
    (checkpoint, 2), `path_steps`, `path_loss` (checkpoint,), where the run went, projected onto the plane.

    Facts: `directions`; `samples`, `part`; `centre`, the loss at coordinates (0, 0), and `centre_step`, whose weights
    these are: the run's last checkpoint for its own components, so that the landscape stays while the playhead moves,
    else the moment's; `shares` of the path's variance along the two directions; `is_coarse`; `labels` of the axes;
    `variables`, name and shape of each trained one. The coarse answer may lack the path.
    """
    values = question.values
    data = yield from question.data()
    x, y = data.part(values["part"])
    if not len(x):
        raise UserError(f"The {values['part']} part is empty.", "Choose another part, or give it a share in Data.")
    is_pca = values["directions"] == "pca"
    path = (yield from _path_of(question)) if is_pca else []
    plane = _Plane(question, path)
    loss = plane.loss(x[: values["samples"]], y[: values["samples"]])
    first, second = plane.axes(values["size"], values["extent"])
    facts = plane.facts | {"samples": min(values["samples"], len(x)), "part": values["part"]}
    facts["centre"] = float(loss.at(np.zeros((1, 2), np.float32))[0])
    for stride in _strides(values["size"]):
        coarse = yield from _grid(loss, first[::stride], second[::stride])
        arrays = {"loss": coarse, "first": first[::stride], "second": second[::stride], **plane.shadow(path, loss)}
        yield Report([question.explained(Answer(arrays, facts | {"is_coarse": True}))])
    path = path or (yield from _path_of(question))
    fine = yield from _grid(loss, first, second)
    arrays = {"loss": fine, "first": first, "second": second, **plane.shadow(path, loss)}
    return Answer(arrays, facts | {"is_coarse": False})


def _strides(size: int) -> list[int]:
    """Of the points of an axis, every so many-th is computed for the first pictures, coarsest first."""
    return [(size - 1) // intervals for intervals in COARSE if size - 1 >= 2 * intervals]


def _grid(along: LossAlong, first: np.ndarray, second: np.ndarray) -> Generator[Report, Turn, np.ndarray]:
    """Loss (second, first); says how far it is."""
    places = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
    found = yield from in_chunks(along.at, places, "loss surface")
    return found.reshape(len(second), len(first))


class _Plane:
    """The plane of two directions through some weights.

    Args:
        path: step and weights of checkpoints; needed for the path's own components.

    Attributes:
        facts: what is known of it.
    """

    def __init__(self, question: Question, path: Way) -> None:
        self._sight, self._values = question.moment.sight, question.values
        self._path = path
        if self._values["directions"] == "pca":
            if len(path) < 3:
                raise UserError(
                    f"The run has {len(path)} checkpoints; its path needs at least 3.",
                    "Train longer, or choose random directions.",
                )
            step, self._weights = path[-1]
        else:
            step, self._weights = question.moment.step, question.moment.weights
        self._centre = self._trained(self._weights)
        self.facts: dict[str, Any] = {"directions": self._values["directions"], "centre_step": step, "shares": []}
        self.facts["variables"] = [[_written(name), list(value.shape)] for name, value in self._centre.items()]
        self._directions, labels = self._chosen()
        self.facts["labels"] = list(labels)

    def loss(self, x: np.ndarray, y: np.ndarray) -> LossAlong:
        """The loss of samples over the plane."""
        return LossAlong(self._sight, x, y, self._weights, self._directions)

    def axes(self, size: int, extent: float) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of the grid, float32 (size,): around the weights, or around the whole path."""
        low, high = np.full(2, -extent), np.full(2, extent)
        if self._values["directions"] == "pca":
            found = self._places(self._path)
            margin = MARGIN * np.maximum(np.ptp(found, axis=0), 1e-3)
            low, high = np.minimum(found.min(0), 0) - margin, np.maximum(found.max(0), 0) + margin
        return tuple(np.linspace(low[n], high[n], size, dtype=np.float32) for n in range(2))  # type: ignore[return-value]

    def shadow(self, path: Way, loss: LossAlong) -> dict[str, np.ndarray]:
        """The path projected onto the plane, with the plane's loss there."""
        if not path:
            return {}
        places = self._places(path).astype(np.float32)
        steps = np.array([step for step, _ in path], np.int64)
        return {"path": places, "path_steps": steps, "path_loss": loss.all_at(places)}

    def _chosen(self) -> tuple[tuple[Vector, Vector], tuple[str, str]]:
        values, centre = self._values, self._centre
        if values["directions"] == "weights":
            names = values["first"], values["second"]
            first, second = (single_weight(centre, *_weight(centre, name)) for name in names)
            return (first, second), names
        if values["directions"] == "pca":
            first, second, shares = principal([self._trained(weights) for _, weights in self._path], centre)
            self.facts["shares"] = list(shares)
            return (first, second), ("first component", "second component")
        pair = random_direction(centre, 2 * values["seed"]), random_direction(centre, 2 * values["seed"] + 1)
        return pair, ("first random direction", "second random direction")

    def _places(self, path: Way) -> np.ndarray:
        found = [coordinates(self._trained(weights), self._centre, self._directions) for _, weights in path]
        return np.array(found).reshape(-1, 2)

    def _trained(self, weights: Weights) -> Vector:
        return {name: np.asarray(weights[name]) for name in self._sight.trainable}


def _path_of(question: Question) -> Generator[Report, Turn, Way]:
    """Weights at up to 60 of the run's checkpoints, before the moment and after it; unreadable ones are left out."""
    if question.moment.info is None:
        return []
    run, sight = RunFolder(Path(question.folder)), question.moment.sight
    manifests = run.checkpoints()
    size = sum(4 * int(np.prod(variable.shape)) for variable in sight.variables.values())
    most = max(3, min(MOST_POINTS, MOST_BYTES // max(size, 1)))
    chosen = manifests[:: max(1, -(-len(manifests) // most))]
    if manifests and chosen[-1] is not manifests[-1]:
        chosen.append(manifests[-1])
    found: list[tuple[int, dict[str, tf.Tensor]]] = []
    for manifest in chosen:
        try:
            found.append((manifest.step, read_weights(run, manifest, sight)))
        except UserError:
            continue
        yield Report()
    moment = question.moment
    if moment.is_live and (not found or moment.step > found[-1][0]):
        found.append((moment.step, moment.weights))
    return found


def _written(name: str) -> str:
    """ "conv2d_1/0_kernel" as it is typed: "conv2d_1/kernel"."""
    layer, _, variable = name.partition("/")
    return f"{layer}/{variable.partition('_')[2]}"


def _weight(weights: Vector, text: str) -> tuple[str, tuple[int, ...]]:
    """Read "conv2d_1/kernel[0, 0, 0, 3]".

    Raises:
        UserError: it names no trained weight.
    """
    match = NAME.fullmatch(text.strip())
    hint = "Write it as layer/variable[index], e.g. dense_1/kernel[0, 3]."
    if match is None:
        raise UserError(f"{text[:60]!r} names no weight.", hint, "weights")
    index = tuple(int(n) for n in match["index"].split(","))
    for name, value in weights.items():
        layer, _, variable = name.partition("/")
        if layer == match["layer"] and variable.partition("_")[2] == match["variable"]:
            if len(index) == value.ndim and all(n < size for n, size in zip(index, value.shape, strict=True)):
                return name, index
            raise UserError(f"{text} lies outside the shape {list(value.shape)}.", hint, "weights")
    raise UserError(f"There is no trained weight {text[:60]!r}.", hint, "weights")


PART = Param("part", "choice", "train", choices=("train", "validation"), help="Part of the data the loss is of.")
SAMPLES = Param("samples", "int", 512, low=1, high=65_536, help="At most so many of them.")
EXTENT = Param("extent", "float", 1.0, low=1e-6, high=1e6, help="How far to go along each direction.")
SURFACE = Explainer(
    "surface",
    "Loss surface",
    _run,
    (
        Param("directions", "choice", "random", choices=("random", "pca", "weights"), help="What spans the plane."),
        Param("size", "int", 51, low=3, high=201, help="Points along each direction."),
        EXTENT,
        PART,
        SAMPLES,
        Param("seed", "int", 0, low=0, high=1_000_000, help="Of the random directions."),
        Param("first", "text", "", help="First weight, as layer/variable[index]."),
        Param("second", "text", "", help="Second weight."),
    ),
    needs_input=False,
)
