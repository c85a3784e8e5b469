"""Watching: what the network does with one sample, now and whenever its weights change. It never disturbs training."""

import math
import time
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.errors import UserError
from engine.messages import Message, Phase, Watch, Watched
from engine.runtime.jobs import Job, Report, Turn, in_thread
from engine.runtime.loading import loaded_data
from engine.runtime.moment import Moment
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import require_plan
from engine.runtime.training.trainer import Trainer

SHORTEST = 1 / 20  # seconds between two looks
SHARE = 0.1  # of the time, at most, goes to looking
MAX_VALUES = 65_536  # of one layer, sent to the screen
GRID = 64  # points along each axis of the plane
MARGIN = 0.12  # of the data's extent, around it
WARM_AFTER = 0.6  # seconds without another request, before the training loop is compiled ahead of time


@dataclass(frozen=True)
class Probe:
    """The sample a network is shown, and the plane around the data where one is drawn; both normalised."""

    x: tf.Tensor
    grid: tf.Tensor | None
    extent: tuple[float, float, float, float]


def watch(request: Watch, shelf: Shelf) -> Job:
    """Say what the network does with the probe sample, again and again until stopped."""
    data = yield from loaded_data(shelf, request.project.data)
    if not 0 <= request.sample < len(data.samples.x):
        raise UserError(f"There is no sample {request.sample}; the data have {len(data.samples.x):,}.")
    probe = _probe(request, data)
    moment = shelf.moment(request.project, request.folder, request.step)
    yield Report([Phase(text=""), _seen(request, probe, moment)])
    trainer = shelf.trainer_of(request.folder)
    if trainer is not None and request.step < 0:
        yield from _follow(request, probe, trainer, shelf)
    if trainer is None:
        yield from _warm(request, shelf, data)
    while True:
        yield Report(is_idle=True)


def _follow(request: Watch, probe: Probe, trainer: Trainer, shelf: Shelf) -> Generator[Report, Turn, None]:
    seen, due = trainer.generation, 0.0
    while shelf.trainer_of(request.folder) is trainer:
        now = time.perf_counter()
        if trainer.generation == seen or now < due:
            yield Report(is_idle=True)
            continue
        seen = trainer.generation
        message = _seen(request, probe, shelf.moment(request.project, request.folder))
        spent = time.perf_counter() - now
        due = now + max(SHORTEST, spent / SHARE)
        yield Report([message])


def _warm(request: Watch, shelf: Shelf, data: LoadedData) -> Generator[Report, Turn, None]:
    """Compile the training loop while nothing else is to do, so that Train shows its first point at once."""
    began = time.perf_counter()
    while time.perf_counter() - began < WARM_AFTER:
        yield Report(is_idle=True)
    try:
        require_plan(request.project)
        trainer = Trainer(request.project, data)
    except UserError:
        return  # Train will say it, where it belongs.
    yield from in_thread(trainer.compile)
    shelf.warm = trainer


def _probe(request: Watch, data: LoadedData) -> Probe:
    index = request.sample
    x = tf.constant(data.scaling.apply(data.samples.x[index : index + 1]))
    if not request.boundary or data.samples.description.input_shape != (2,):
        return Probe(x, None, (0.0, 1.0, 0.0, 1.0))
    points, extent = _plane(data.samples.x)
    return Probe(x, tf.constant(data.scaling.apply(points)), extent)


def _plane(x: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Points of a square grid over the data, (row·column, 2), rows from high y to low; and the grid's extent."""
    low, high = x.min(axis=0), x.max(axis=0)
    margin = MARGIN * (high - low)
    (x0, y0), (x1, y1) = low - margin, high + margin
    across, down = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y1, y0, GRID))
    points = np.stack([across.ravel(), down.ravel()], axis=-1).astype(np.float32)
    return points, (float(x0), float(x1), float(y0), float(y1))


def _seen(request: Watch, probe: Probe, moment: Moment) -> Message:
    network = moment.network
    outputs = {name: values[0] for name, values in moment.outputs(probe.x).items()}
    for index, head in enumerate(network.heads):
        outputs[head.node] = np.asarray(network.read_out(tf.constant(outputs[head.node]), index))
    boundary = np.zeros((0, 0, 0), np.float32)
    if probe.grid is not None:
        boundary = moment.answer(probe.grid).reshape(GRID, GRID, -1)
    return Watched(
        step=moment.step,
        activations={name: _bounded(values) for name, values in outputs.items()},
        weights=_weights(request, moment),
        boundary=boundary,
        extent=probe.extent,
    )


def _bounded(values: np.ndarray) -> np.ndarray:
    """Every n-th row and column of a large map, so that the screen is not sent more than it can show."""
    values = np.asarray(values, np.float32)
    if values.size <= MAX_VALUES or values.ndim < 3:
        return values
    stride = math.ceil(math.sqrt(values.size / MAX_VALUES))
    return np.ascontiguousarray(values[::stride, ::stride])


def _weights(request: Watch, moment: Moment) -> dict[str, np.ndarray]:
    names = [name for name in request.weights_of if name in moment.network.inference.layers]
    return {f"{name}/{key}": values for name in names for key, values in moment.of_layer(name).items()}
