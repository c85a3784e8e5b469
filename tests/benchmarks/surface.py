"""The loss surface of the digits ConvNet against Keras's own way: set the weights, evaluate, point by point."""

import time
from statistics import median

import numpy as np

from engine.examples import load_example
from engine.explain.directions import random_direction
from engine.messages import Explain, Explained
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.jobs import Turn
from engine.runtime.shelf import Shelf
from tests.benchmarks.row import Row

SIZE, SAMPLES = 51, 512
BY_HAND = 48  # points measured by hand; 2,601 would take minutes
REPEATS = 3


def measure() -> list[Row]:
    """Measure both in turns; the first of ours compiles, as it does for whoever opens the view."""
    shelf = Shelf()
    shelf.data(load_example("digits").data)
    cold, firsts = _ours(shelf)
    ours, theirs = [], []
    evaluate = _Evaluated(shelf)
    for _ in range(REPEATS):
        theirs.append(evaluate.seconds() * SIZE * SIZE / BY_HAND)
        ours.append(_ours(shelf)[0])
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    note = f"{min(ratios):.3g} to {max(ratios):.3g} in {REPEATS} repeats; {BY_HAND} points by hand, extrapolated"
    name = f"loss surface {SIZE}x{SIZE}, digits ConvNet, {SAMPLES} samples"
    return [
        Row(name, median(ratios), "x", 30.0, ours=median(ours), other=median(theirs), sides_unit="s",
            other_name="set_weights + evaluate", note=note),
        Row(f"{name}, the first in a process against the same", median(theirs) / cold, "x", 30.0, ours=cold,
            other=median(theirs), sides_unit="s", other_name="set_weights + evaluate"),
        Row("first coarse loss surface, data loaded, nothing compiled", firsts, "s", 1.0, "below"),
    ]  # fmt: skip


def _ours(shelf: Shelf) -> tuple[float, float]:
    """Seconds to the whole surface and to the first coarse one."""
    values = {"size": SIZE, "samples": SAMPLES}
    request = Explain(explainer="surface", project=load_example("digits"), values=values)
    began, coarse = time.perf_counter(), 0.0
    job = explain(request, shelf)
    try:
        report = next(job)
        while True:
            if not coarse and any(isinstance(event, Explained) for event in report.events):
                coarse = time.perf_counter() - began
            report = job.send(Turn())
    except StopIteration:
        return time.perf_counter() - began, coarse


class _Evaluated:
    """The same points by hand."""

    def __init__(self, shelf: Shelf) -> None:
        project = load_example("digits")
        self._model = build(project).model
        self._model.compile(loss=_loss())
        x, y = shelf.data(project.data).part("train")
        self._x, self._y = x[:SAMPLES], y[:SAMPLES]
        self._centre = [np.array(value) for value in self._model.get_weights()]
        named = {str(n): value for n, value in enumerate(self._centre)}
        self._directions = [list(random_direction(named, seed).values()) for seed in (0, 1)]
        self.seconds()

    def seconds(self) -> float:
        """Time for the points."""
        began = time.perf_counter()
        for a, b in np.random.default_rng(0).uniform(-1, 1, (BY_HAND, 2)):
            moved = [w + a * u + b * v for w, u, v in zip(self._centre, *self._directions, strict=True)]
            self._model.set_weights(moved)
            self._model.evaluate(self._x, self._y, batch_size=SAMPLES, verbose=0)
        return time.perf_counter() - began


def _loss() -> object:
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
