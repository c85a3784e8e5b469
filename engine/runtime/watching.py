"""Watching: what the network does with one sample, now and whenever its weights change. It never disturbs training."""

import math
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.errors import UserError
from engine.messages import Message, Phase, Watch, Watched
from engine.run_folder import RunFolder
from engine.runtime.build import Network, build
from engine.runtime.jobs import Job, Report, Turn, in_thread
from engine.runtime.loading import loaded_data
from engine.runtime.shelf import Shelf, load_network
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
    """A network with its taps compiled, and the sample it is shown."""

    network: Network
    look: tf.types.experimental.GenericFunction
    x: tf.Tensor
    grid: tf.Tensor | None
    extent: tuple[float, float, float, float]


def watch(request: Watch, shelf: Shelf) -> Job:
    """Say what the network does with the probe sample, again and again until stopped."""
    data = yield from loaded_data(shelf, request.project.data)
    if not 0 <= request.sample < len(data.samples.x):
        raise UserError(f"There is no sample {request.sample}; the data have {len(data.samples.x):,}.")
    trainer = shelf.trainer_of(request.folder)
    network, step = _network(request, trainer)
    probe = _probe(request, network, data)
    yield Report([Phase(text=""), _seen(request, probe, trainer.step if trainer else step)])
    if trainer is None:
        yield from _warm(request, shelf, data)
        while True:
            yield Report(is_idle=True)
    yield from _follow(request, probe, trainer)
    return {}


def _network(request: Watch, trainer: Trainer | None) -> tuple[Network, int]:
    """The live network, that of the run's last checkpoint, or the project's with its initial weights."""
    if trainer is not None:
        return trainer.network, trainer.step
    run = RunFolder(Path(request.folder)) if request.folder else None
    if run is not None and run.exists:
        used = load_network(run)
        return used.network, used.step
    return build(request.project), 0


def _follow(request: Watch, probe: Probe, trainer: Trainer) -> Generator[Report, Turn, None]:
    seen, due = trainer.generation, 0.0
    while True:
        now = time.perf_counter()
        if trainer.generation == seen or now < due:
            yield Report(is_idle=True)
            continue
        seen = trainer.generation
        message = _seen(request, probe, trainer.step)
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


def _probe(request: Watch, network: Network, data: LoadedData) -> Probe:
    taps = network.taps()
    index = request.sample
    x = tf.constant(data.scaling.apply(data.samples.x[index : index + 1]))
    grid, extent = None, (0.0, 1.0, 0.0, 1.0)
    if request.boundary and data.samples.description.input_shape == (2,):
        points, extent = _plane(data.samples.x)
        grid = tf.constant(data.scaling.apply(points))
    return Probe(network, tf.function(lambda x: taps(x, training=False), autograph=False), x, grid, extent)


def _plane(x: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Points of a square grid over the data, (row·column, 2), rows from high y to low; and the grid's extent."""
    low, high = x.min(axis=0), x.max(axis=0)
    margin = MARGIN * (high - low)
    (x0, y0), (x1, y1) = low - margin, high + margin
    across, down = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y1, y0, GRID))
    points = np.stack([across.ravel(), down.ravel()], axis=-1).astype(np.float32)
    return points, (float(x0), float(x1), float(y0), float(y1))


def _seen(request: Watch, probe: Probe, step: int) -> Message:
    outputs = {name: np.asarray(values)[0] for name, values in probe.look(probe.x).items()}
    for index, head in enumerate(probe.network.heads):
        outputs[head.node] = np.asarray(probe.network.read_out(tf.constant(outputs[head.node]), index))
    boundary = np.zeros((0, 0, 0), np.float32)
    if probe.grid is not None:
        logits = probe.look(probe.grid)[probe.network.heads[0].node]
        boundary = np.asarray(probe.network.read_out(logits)).reshape(GRID, GRID, -1)
    return Watched(
        step=step,
        activations={name: _bounded(values) for name, values in outputs.items()},
        weights=_weights(request, probe.network),
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


def _weights(request: Watch, network: Network) -> dict[str, np.ndarray]:
    layers = [network.model.get_layer(name) for name in request.weights_of if name in network.inference.layers]
    return {f"{la.name}/{v.name}": np.asarray(v, np.float32) for la in layers for v in la.weights}
