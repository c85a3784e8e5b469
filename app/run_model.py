"""RunModel: the curves of one training as arrays that grow, live from the engine or read from its folder."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.buckets import Buckets
from app.growing import GrowingArray
from engine.buckets import LIMIT, bucket_ends, gathered
from engine.messages import CheckpointSaved, Evaluated, Message, Metrics, Started
from engine.metrics_db import RAW_STEPS, RecordedMetrics
from engine.project import Project
from engine.run_folder import RunFolder

RATE_SAMPLES = 40
RATE_SPACING = 0.25  # seconds between two samples, so that the estimate looks back about ten seconds


class RunModel(QObject):
    """One training: its curves, evaluations and checkpoints. All arrays share one axis, `steps`.

    Every step is a point up to a million; beyond, steps in a row are gathered into one point, their mean.

    Args:
        folder: the run folder.
        project: what was trained.
        clock: seconds that only grow.
        limit: so many steps stay points of their own.
        raw_steps: of the steps beyond, so many are gathered at once.

    Attributes:
        grown: steps were added.
        evaluated: Evaluated, of the validation part sample by sample.
        checkpointed: a checkpoint was added.
        started: the engine said how long the training is.
    """

    grown = Signal()
    evaluated = Signal(object)
    checkpointed = Signal()
    started = Signal()

    def __init__(
        self,
        folder: Path,
        project: Project,
        clock: Callable[[], float] = time.monotonic,
        limit: int = LIMIT,
        raw_steps: int = RAW_STEPS,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.project = project
        self.steps_per_epoch = 0
        self.total_steps = 0
        self.first_step = 0
        self.execution = ""
        self.device = ""
        self.metric_id = ""
        self.gradient_layers: tuple[str, ...] = ()
        self.checkpoints: list[int] = []
        self.samples_per_second = 0.0
        self.evaluation: Evaluated | None = None
        self.branched_from, self.branched_step = "", 0  # folder and step of the run this one began with
        self._clock, self._limit, self._raw_steps = clock, limit, raw_steps
        self._gathered = limit  # so many points need no gathering any more
        self._pace: deque[tuple[float, int]] = deque(maxlen=RATE_SAMPLES)
        self._columns = {name: GrowingArray() for name in ("loss", "metric", "learning_rate")}
        self._norms = GrowingArray(width=0)
        self._steps, self._epochs = GrowingArray(dtype=np.int64), GrowingArray(dtype=np.float64)
        self._loss_buckets, self._rate_buckets, self._norm_buckets = Buckets(), Buckets(), Buckets(width=0)
        self._validation = {name: GrowingArray(dtype=np.float64) for name in ("steps", "loss", "metric")}

    @classmethod
    def load(cls, folder: Path) -> "RunModel":
        """Read an old run.

        Raises:
            UserError: the folder is no run, or is damaged.
        """
        found = RunFolder(folder)
        info, metrics = found.info(), found.metrics()
        run = cls(folder, found.project())
        run.steps_per_epoch, run.total_steps = info.steps_per_epoch, info.total_steps
        run.execution, run.device, run.metric_id = info.execution, info.device, info.metric
        run.samples_per_second = info.samples_per_second
        run.gradient_layers = info.gradient_layers
        run.first_step = metrics.first_step
        run.branched_from, run.branched_step = info.branched_from, info.branched_step
        run._write(metrics)
        run.checkpoints = [manifest.step for manifest in found.checkpoints()]
        return run

    @property
    def step(self) -> int:
        """Steps done."""
        return int(self._steps.view[-1]) if len(self._steps) else self.first_step

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return self.step // self.steps_per_epoch if self.steps_per_epoch else 0

    @property
    def steps(self) -> np.ndarray:
        """Number of steps done at each point of the curves, int64 (step,)."""
        return self._steps.view

    @property
    def epochs(self) -> np.ndarray:
        """`steps` as epochs, float64 (step,); as steps where the length of an epoch is not known."""
        return self._epochs.view

    @property
    def loss(self) -> np.ndarray:
        """Training loss of each step, float32 (step,)."""
        return self._columns["loss"].view

    @property
    def loss_buckets(self) -> Buckets:
        """Summary of `loss`, for drawing it."""
        return self._loss_buckets.follow(self.loss)

    @property
    def metric(self) -> np.ndarray:
        """Training metric of each step, float32 (step,)."""
        return self._columns["metric"].view

    @property
    def learning_rate(self) -> np.ndarray:
        """Learning rate of each step, float32 (step,)."""
        return self._columns["learning_rate"].view

    @property
    def rate_buckets(self) -> Buckets:
        """Summary of `learning_rate`, for drawing it."""
        return self._rate_buckets.follow(self.learning_rate)

    @property
    def gradient_norms(self) -> np.ndarray:
        """L2 norm of the gradient, float32 (step, layer); the layers are `gradient_layers`."""
        return self._norms.view

    @property
    def norm_buckets(self) -> Buckets:
        """Summary of `gradient_norms`, for drawing them."""
        return self._norm_buckets.follow(self.gradient_norms)

    @property
    def validation_steps(self) -> np.ndarray:
        """Steps done at each evaluation of the validation part, float64 (evaluation,)."""
        return self._validation["steps"].view

    @property
    def validation_loss(self) -> np.ndarray:
        """Validation loss, float64 (evaluation,)."""
        return self._validation["loss"].view

    @property
    def validation_metric(self) -> np.ndarray:
        """Validation metric, float64 (evaluation,); NaN where the task has none."""
        return self._validation["metric"].view

    @property
    def best_step(self) -> int | None:
        """Steps done at the lowest validation loss; None before the first finite one."""
        loss = self.validation_loss
        if not np.isfinite(loss).any():
            return None
        return int(self.validation_steps[int(np.nanargmin(np.where(np.isfinite(loss), loss, np.nan)))])

    def kept_step(self, wanted: int | None) -> int:
        """The step whose weights are shown for a step: the nearest that was kept, the earlier of two as near.

        Args:
            wanted: None for the newest.
        """
        if wanted is None or not self.checkpoints:
            return self.step
        return min(self.checkpoints, key=lambda step: (abs(step - wanted), step))

    @property
    def seconds_left(self) -> float | None:
        """Until the last step at the pace of the last ten seconds; None where no pace is known."""
        left = self.total_steps - self.step
        if left <= 0:
            return 0.0 if self.total_steps else None
        if len(self._pace) < 2:
            return None
        (began, first), (now, last) = self._pace[0], self._pace[-1]
        return left * (now - began) / (last - first) if last > first and now > began else None

    def take(self, event: Message) -> None:
        """Note an event of the training; others are left alone."""
        match event:
            case Started():
                self._start(event)
            case Metrics():
                self._grow(event)
            case Evaluated():
                self._evaluate(event)
            case CheckpointSaved():
                self.checkpoints = sorted({*self.checkpoints, event.step})
                self.checkpointed.emit()

    def forget_pace(self) -> None:
        """The training was paused, so the time before says nothing about the time left."""
        self._pace.clear()

    def _start(self, event: Started) -> None:
        if not len(self._steps):
            self.first_step = event.first_step
        self.steps_per_epoch, self.total_steps = event.steps_per_epoch, event.total_steps
        self.execution, self.device, self.metric_id = event.execution, event.device, event.metric
        if event.gradient_layers != self.gradient_layers:
            self.gradient_layers = event.gradient_layers
            self._set_norm_width(len(event.gradient_layers))
        self._cut(event.first_step)
        self.forget_pace()
        self.started.emit()

    def _cut(self, step: int) -> None:
        """Give up what lies behind `step`: a resumed training does those steps again."""
        kept = min(self._place(step), len(self._steps))
        for column in (*self._columns.values(), self._norms, self._steps):
            column.cut(kept)
        self._gathered = max(self._limit, min(self._gathered, kept))
        self._forget_summaries(kept)
        self._epochs.cut(0)  # a resumed training may have other epochs
        self._write_epochs()
        evaluations = int(np.searchsorted(self.validation_steps, step, side="right"))
        for column in self._validation.values():
            column.cut(evaluations)
        self.checkpoints = [saved for saved in self.checkpoints if saved <= step]

    def _set_norm_width(self, width: int) -> None:
        self._norms, self._norm_buckets = GrowingArray(width=width), Buckets(width)

    def _forget_summaries(self, kept: int) -> None:
        for buckets in (self._loss_buckets, self._rate_buckets, self._norm_buckets):
            buckets.cut(kept)

    def _write_epochs(self) -> None:
        known = len(self._epochs)
        self._epochs.write(known, self.steps[known:] / (self.steps_per_epoch or 1))

    def _grow(self, event: Metrics) -> None:
        self._write(event)
        self.samples_per_second = event.samples_per_second
        now = self._clock()
        if not self._pace or now - self._pace[-1][0] >= RATE_SPACING:
            self._pace.append((now, self.step))
        self.grown.emit()

    def _place(self, step: int) -> int:
        """Index of the first point behind `step`; beyond the end where reports are missing."""
        missing = max(0, step - self.step)
        return int(np.searchsorted(self.steps, step, side="right")) + missing

    def _write(self, event: Metrics) -> None:
        start, known = self._place(event.first_step), min(event.first_step, self.step)
        for name, column in self._columns.items():
            column.write(start, getattr(event, name))
        if not len(self._norms) and event.gradient_norms.shape[1] != self._norms.width:
            self._set_norm_width(event.gradient_norms.shape[1])
        self._norms.write(start, event.gradient_norms)
        start = min(start, len(self._steps))
        self._forget(start)
        self._write_validation(event)
        if isinstance(event, RecordedMetrics):
            self._steps.write(start, event.steps)
            self._gathered = max(self._limit, len(event.steps))
        else:
            self._steps.write(start, np.arange(known, event.first_step + len(event.loss)) + 1)
            self._gather()
        self._write_epochs()

    def _gather(self) -> None:
        """Put the steps beyond the limit together in buckets, once there are enough of them."""
        first = self._gathered
        if len(self._steps) - first < self._raw_steps:
            return
        done = int(self.steps[first - 1])
        ends = bucket_ends(done, self.step, self._limit)
        if not len(ends):
            return
        rest = first + int(ends[-1]) - done
        for column in (*self._columns.values(), self._norms):
            table = column.view[first:].reshape(len(self._steps) - first, column.width or 1)
            means = gathered(done, ends, table)[:, 1].reshape(-1, *column.view.shape[1:])
            column.write(first, np.concatenate([means, column.view[rest:]]))
        self._steps.write(first, np.concatenate([ends, self.steps[rest:]]))
        self._gathered = first + len(ends)
        self._forget(first)

    def _forget(self, kept: int) -> None:
        """What follows from the points behind `kept` is worked out anew."""
        self._forget_summaries(kept)
        self._epochs.cut(kept)

    def _write_validation(self, event: Metrics) -> None:
        if not len(event.validation_steps):
            return
        at = int(np.searchsorted(self.validation_steps, event.validation_steps[0]))  # may be done again
        for name, column in self._validation.items():
            column.write(at, getattr(event, f"validation_{name}"))

    def _evaluate(self, event: Evaluated) -> None:
        if event.split == "validation":
            self.evaluation = event
            self.evaluated.emit(event)
