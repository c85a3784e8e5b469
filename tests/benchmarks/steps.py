"""Optimiser steps per second, window closed, against the same network, data and optimiser in `model.fit`."""

import tempfile
import time
from pathlib import Path

from engine.runtime.device import THREADS  # first of engine.runtime, so that both sides have its threads

# isort: split
import keras
import numpy as np

from engine.runtime.build import build
from engine.runtime.training.optimizer import build_optimizer
from tests.benchmarks.interleaved import interleaved
from tests.benchmarks.networks import SLICE, Case, cases
from tests.benchmarks.row import Row, versus
from tests.benchmarks.sides import BareSide, JobSide

REPEATS = 5


class FitSide:
    """`model.fit` with its defaults: no callbacks, nothing printed, one compiled step per call.

    Args:
        validates: give it the validation part, as our side has it.
    """

    def __init__(self, case: Case, *, validates: bool) -> None:
        network = build(case.project)
        self._model = network.model
        is_binary = network.model.output_shape[-1] == 1
        kind = keras.losses.BinaryCrossentropy if is_binary else keras.losses.SparseCategoricalCrossentropy
        accuracy = keras.metrics.BinaryAccuracy(threshold=0.0) if is_binary else "sparse_categorical_accuracy"
        optimizer = build_optimizer(case.project.plan, network.model)
        network.model.compile(optimizer, kind(from_logits=True), metrics=[accuracy])
        self._train, self._validation = (_part(case, name, is_binary) for name in ("train", "validation"))
        self._batch_size, self._validates = case.project.plan.batch_size, validates
        self._steps_per_epoch = -(-len(self._train[0]) // self._batch_size)
        self._fit(1)
        self._epochs = 1
        self._epochs = max(1, round(SLICE * self.measure() / self._steps_per_epoch))

    def measure(self) -> float:
        """Steps per second over one call of about a slice of time."""
        began = time.perf_counter()
        self._fit(self._epochs)
        return self._epochs * self._steps_per_epoch / (time.perf_counter() - began)

    def _fit(self, epochs: int) -> None:
        validation = self._validation if self._validates else None
        x, y = self._train
        self._model.fit(
            x, y, batch_size=self._batch_size, epochs=epochs, validation_data=validation, callbacks=[], verbose=0
        )


def measure() -> list[Row]:
    """Measure the four networks."""
    return [row for case in cases() for row in _rows(case)]


def _rows(case: Case) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        job, bare = JobSide(case, Path(folder)), BareSide(case)
        fit, plain = FitSide(case, validates=True), FitSide(case, validates=False)
        sides = {"job": job.measure, "fit": fit.measure, "bare": bare.measure, "plain": plain.measure}
        found = interleaved(sides, REPEATS)
        job.close()
    name = f"{case.name} ({bare.execution}, {THREADS} thread{'s' if THREADS > 1 else ''})"
    return [
        versus(name, found["job"], found["fit"], "fit with validation", case.wanted),
        versus("    fit without validation", found["job"], found["plain"], "fit, no validation", None),
        versus("    bare loop, nothing written", found["bare"], found["fit"], "fit with validation", None),
    ]


def _part(case: Case, name: str, is_binary: bool) -> tuple[np.ndarray, np.ndarray]:
    x, y = case.data.part(name)
    return x, y[:, None].astype(np.float32) if is_binary else y
