"""The loss around the network's weights, along two directions: every point inside one compiled function."""

import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from engine.errors import UserError
from engine.explain.directions import Vector, coordinates, principal, random_direction, single_weight
from engine.messages import Progress
from engine.params import Param
from engine.run_folder import RunFolder
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn
from engine.runtime.moment import Sight, read_weights
from engine.runtime.training.objectives import objective
from engine.runtime.training.rewrite import rewritten

CHUNK = 16  # points of one call, so that a turn stays short
COARSE = 10  # intervals of the first picture
MARGIN = 0.2  # around the path, of its extent
MOST_POINTS = 60  # of the path
NAME = re.compile(r"(?P<layer>[^/]+)/(?P<variable>[^\[]+)\[(?P<index>[\d, ]+)\]")


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `loss` float32 (second, first) over `first` and `second`, coordinates along the directions; `path`
    (checkpoint, 2), `path_steps`, `path_loss` (checkpoint,), where the run went, projected onto the plane.

    Facts: `directions`; `samples`, `part`; `centre`, the loss at the weights themselves; `shares` of the path's
    variance along the two directions; `is_coarse`; `labels` of the axes.
    """
    values = question.values
    data = yield from question.data()
    x, y = data.part(values["part"])
    if not len(x):
        raise UserError(f"The {values['part']} part is empty.", "Choose another part, or give it a share in Data.")
    plane = _Plane(question, x[: values["samples"]], y[: values["samples"]])
    first, second = plane.axes(values["size"], values["extent"])
    path = yield from plane.path()
    stride = max(1, (values["size"] - 1) // COARSE)
    coarse = yield from plane.grid(first[::stride], second[::stride])
    yield Report([question.explained(plane.answer(coarse, (first[::stride], second[::stride]), path, coarse=True))])
    loss = coarse if stride == 1 else (yield from plane.grid(first, second))
    return plane.answer(loss, (first, second), path, coarse=False)


class LossAlong:
    """The mean loss of some samples at weights moved along directions; compiled once, 16 points a call.

    Args:
        sight: of the network.
        x, y: normalised inputs and targets.
        weights: from which the directions start.
        directions: one or two.
    """

    def __init__(
        self, sight: Sight, x: np.ndarray, y: np.ndarray, weights: dict[str, tf.Tensor], directions: list[Vector]
    ) -> None:
        self._sight, self._weights = sight, weights
        fast = rewritten(sight.network, sight.project.graph, len(x))
        self._model, self._trainable = fast.model, sight.trainable
        self._objective = objective(sight.network)
        self._x, self._y = fast.prepare(tf.constant(x)), tf.constant(y)
        self._directions = [[tf.constant(d[name], tf.float32) for name in self._trainable] for d in directions]
        self._compiled = tf.function(self._points, autograph=False)

    def at(self, places: np.ndarray) -> np.ndarray:
        """Loss float32 (point,) at coordinates (point, direction), at most 16 of them."""
        padded = np.zeros((CHUNK, places.shape[1]), np.float32)
        padded[: len(places)] = places
        return np.asarray(self._compiled(tf.constant(padded), len(places)))[: len(places)]

    def _points(self, places: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        rows = tf.TensorArray(tf.float32, CHUNK)

        def one(n: tf.Tensor, rows: tf.TensorArray) -> Any:
            return n + 1, rows.write(n, self._loss(places[n]))

        return tf.while_loop(lambda n, _: n < count, one, (tf.constant(0), rows), parallel_iterations=1)[1].stack()

    def _loss(self, place: tf.Tensor) -> tf.Tensor:
        moved = []
        for n, name in enumerate(self._trainable):
            steps = [place[k] * direction[n] for k, direction in enumerate(self._directions)]
            moved.append(tf.add_n([self._weights[name], *steps]))
        # Not `stateless_call`: the faster forms of layers read weights that are not among the model's own.
        weights = {**self._weights, **dict(zip(self._trainable, moved, strict=True))}
        with keras.StatelessScope([(variable, weights[name]) for name, variable in self._sight.variables.items()]):
            logits = self._model(self._x, training=False)
        return tf.reduce_mean(self._objective.per_sample(_as_list(logits), self._y)[0])


def _as_list(outputs: Any) -> list[tf.Tensor]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]


class _Plane:
    """The plane of two directions through the moment's weights."""

    def __init__(self, question: Question, x: np.ndarray, y: np.ndarray) -> None:
        moment, values = question.moment, question.values
        self._question, self._sight = question, moment.sight
        self._centre: Vector = {name: np.asarray(moment.weights[name]) for name in moment.sight.trainable}
        self._points = _path_of(question)
        self.shares: tuple[float, float] | None = None
        self.directions, self.labels = self._chosen(values)
        self._loss = LossAlong(moment.sight, x, y, moment.weights, list(self.directions))
        self._samples = len(x)

    def _chosen(self, values: dict[str, Any]) -> tuple[tuple[Vector, Vector], tuple[str, str]]:
        kind = values["directions"]
        if kind == "weights":
            names = values["first"], values["second"]
            places = [_weight(self._centre, name) for name in names]
            return tuple(single_weight(self._centre, *place) for place in places), names  # type: ignore[return-value]
        if kind == "pca":
            if len(self._points) < 3:
                raise UserError(
                    f"The run has {len(self._points)} checkpoints; its path needs at least 3.",
                    "Train longer, or choose random directions.",
                )
            first, second, self.shares = principal([point for _, point in self._points], self._centre)
            return (first, second), ("first component", "second component")
        seed = values["seed"]
        pair = random_direction(self._centre, 2 * seed), random_direction(self._centre, 2 * seed + 1)
        return pair, ("first random direction", "second random direction")

    def axes(self, size: int, extent: float) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of the grid, float32 (size,), so that the weights themselves are the middle or on the path."""
        low, high = np.full(2, -extent), np.full(2, extent)
        if self._question.values["directions"] == "pca":
            found = np.array([coordinates(point, self._centre, self.directions) for _, point in self._points])
            margin = MARGIN * np.maximum(np.ptp(found, axis=0), 1e-3)
            low, high = np.minimum(found.min(0), 0) - margin, np.maximum(found.max(0), 0) + margin
        return tuple(np.linspace(low[n], high[n], size, dtype=np.float32) for n in range(2))  # type: ignore[return-value]

    def grid(self, first: np.ndarray, second: np.ndarray) -> Generator[Report, Turn, np.ndarray]:
        """Loss (second, first); says how far it is."""
        places = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
        found = yield from in_chunks(self._loss.at, places, "loss surface")
        return found.reshape(len(second), len(first))

    def path(self) -> Generator[Report, Turn, dict[str, np.ndarray]]:
        """The run's checkpoints in the plane, with the loss the network itself had there."""
        if not self._points:
            return {}
        places = [coordinates(point, self._centre, self.directions) for _, point in self._points]
        yield Report()
        return {
            "path": np.array(places, np.float32).reshape(-1, 2),
            "path_steps": np.array([step for step, _ in self._points], np.int64),
        }

    def answer(
        self, loss: np.ndarray, axes: tuple[np.ndarray, np.ndarray], path: dict[str, np.ndarray], *, coarse: bool
    ) -> Answer:
        """The grid with the run's path over it; the path's height is that of the plane below it."""
        values = self._question.values
        arrays = {"loss": loss, "first": axes[0], "second": axes[1], **path}
        if "path" in path:
            arrays["path_loss"] = self._heights(path["path"])
        facts = {
            "directions": values["directions"],
            "samples": self._samples,
            "part": values["part"],
            "centre": float(self._loss.at(np.zeros((1, 2), np.float32))[0]),
            "shares": list(self.shares) if self.shares else [],
            "labels": list(self.labels),
            "is_coarse": coarse,
        }
        return Answer(arrays, facts)

    def _heights(self, places: np.ndarray) -> np.ndarray:
        pieces = [self._loss.at(places[n : n + CHUNK]) for n in range(0, len(places), CHUNK)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def in_chunks(
    at: Callable[[np.ndarray], np.ndarray], places: np.ndarray, text: str
) -> Generator[Report, Turn, np.ndarray]:
    """Evaluate many places, some in each turn."""
    pieces = []
    for start in range(0, len(places), CHUNK):
        pieces.append(at(places[start : start + CHUNK]))
        yield Report([Progress(done=min(start + CHUNK, len(places)), total=len(places), text=text)])
    return np.concatenate(pieces)


def _path_of(question: Question) -> list[tuple[int, Vector]]:
    """Weights at up to 60 of the run's checkpoints, up to the moment and after it; unreadable ones are left out."""
    if question.moment.info is None:
        return []
    run, sight = RunFolder(Path(question.folder)), question.moment.sight
    manifests = run.checkpoints()
    chosen = manifests[:: max(1, -(-len(manifests) // MOST_POINTS))]
    if manifests and chosen[-1] is not manifests[-1]:
        chosen.append(manifests[-1])
    found: list[tuple[int, Vector]] = []
    for manifest in chosen:
        try:
            weights = read_weights(run, manifest, sight)
        except UserError:
            continue
        found.append((manifest.step, {name: np.asarray(weights[name]) for name in sight.trainable}))
    return found


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


def _slice(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `loss` (point,) over `distance` (point,), steps along the downhill gradient; `tangent` (point,), the line
    the gradient promises.

    Facts: `centre`, the loss here; `slope`, minus the gradient's length; `learning_rate`, where an SGD step would land.
    """
    data = yield from question.data()
    moment, values = question.moment, question.values
    x, y = (part[: values["samples"]] for part in data.part(values["part"]))
    loss, gradients = _gradient(moment.sight, moment.weights, x, y)
    length = float(np.sqrt(sum(float(np.sum(np.square(g))) for g in gradients.values()))) or 1.0
    downhill = {name: -g / length for name, g in gradients.items()}
    along = LossAlong(moment.sight, x, y, moment.weights, [downhill])
    distance = np.linspace(-values["extent"], values["extent"], values["size"], dtype=np.float32)
    found = yield from in_chunks(along.at, distance[:, None], "slice along the gradient")
    arrays = {"loss": found, "distance": distance, "tangent": (loss - length * distance).astype(np.float32)}
    rate = float(moment.project.plan.optimizer_values.get("learning_rate", 0.001))
    return Answer(arrays, {"centre": loss, "slope": -length, "learning_rate": rate, "step": rate * length})


def _gradient(sight: Sight, weights: dict[str, tf.Tensor], x: np.ndarray, y: np.ndarray) -> tuple[float, Vector]:
    measured, heads = objective(sight.network), [head.node for head in sight.network.heads]
    trained = {name: weights[name] for name in sight.trainable}
    with tf.GradientTape() as tape:
        tape.watch(list(trained.values()))
        outputs = sight.run({**weights, **trained}, tf.constant(x))
        loss = tf.reduce_mean(measured.per_sample([outputs[name] for name in heads], tf.constant(y))[0])
    found = tape.gradient(loss, trained, unconnected_gradients="zero")
    return float(loss), {name: np.asarray(tf.convert_to_tensor(value)) for name, value in found.items()}


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
SLICE = Explainer(
    "slice",
    "Along the gradient",
    _slice,
    (Param("size", "int", 81, low=3, high=1001, help="Points along the line."), EXTENT, PART, SAMPLES),
    needs_input=False,
)
