"""How soon ten thousand descents, a race and the loss of a two-weight model are computed."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from engine.explain.descent import Swarm
from engine.explain.race import Lane, Race, suggested_rate
from engine.explain.surfaces import SURFACES
from engine.explain.two_weights import TwoWeights
from tests.benchmarks.row import Row

REPEATS = 5
WANTED = 1.0


def measure() -> list[Row]:
    """Measure on every surface, and keep the slowest."""
    swarms = {name: _timed(lambda surface=surface: _swarm(surface)) for name, surface in SURFACES.items()}
    slowest = max(swarms, key=lambda name: median(swarms[name]))
    grids = {kind: _timed(_grid(kind)) for kind in ("linear", "logistic")}
    races = _timed(_race)
    return [
        _row("10,000 starts, 200 steps of Adam", swarms[slowest], WANTED, f"{slowest}, the slowest surface"),
        _row("loss of two weights, 101x101, 1,000 samples, logistic", grids["logistic"], WANTED),
        _row("loss of two weights, 101x101, 1,000 samples, linear", grids["linear"], WANTED),
        _row("race of four optimisers, 120 steps", races, None),
    ]


def _row(name: str, seconds: list[float], wanted: float | None, note: str = "") -> Row:
    spread = f"{min(seconds):.3g} to {max(seconds):.3g} s in {len(seconds)} repeats"
    return Row(name, median(seconds), "s", wanted, "below", note="; ".join(filter(None, (note, spread))))


def _timed(work: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _swarm(surface: object) -> None:
    swarm = Swarm(surface, "adam", {"learning_rate": suggested_rate(surface, "adam")})
    for _ in swarm.compute():
        pass
    assert swarm.positions.shape == (201, 10_000, 2)


def _grid(kind: str) -> Callable[[], object]:
    random = np.random.default_rng(0)
    x = random.normal(size=(1000, 2))
    y = x @ [1.5, -1.0] + random.normal(size=1000)
    model = TwoWeights(kind, x, y if kind == "linear" else (y > 0).astype(float))
    surface = model.surface("data", "")
    return lambda: surface.grid(101)


def _race() -> None:
    surface = SURFACES["himmelblau"]
    lanes = [Lane(name, suggested_rate(surface, name)) for name in ("sgd", "momentum", "rmsprop", "adam")]
    Race(surface, lanes, surface.start, 120).reach(120)
