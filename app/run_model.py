"""RunModel: the curves of one training as arrays that grow, live from the engine or read from its folder."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.growing import GrowingArray
from engine.messages import CheckpointSaved, Evaluated, Message, Metrics, Started
from engine.project import Project

RATE_SAMPLES = 40
RATE_SPACING = 0.25  # seconds between two samples, so that the estimate looks back about ten seconds


class RunModel(QObject):
    """One training: its curves, evaluations and checkpoints.

    Args:
        folder: the run folder.
        project: what was trained.
        clock: seconds that only grow.

    Attributes:
        grown: steps were added.
        evaluated: the Evaluated.
        checkpointed: a checkpoint was added.
        started: the engine said how long the training is.
    """

    grown = Signal()
    evaluated = Signal(object)
    checkpointed = Signal()
    started = Signal()

    def __init__(self, folder: Path, project: Project, clock: Callable[[], float] = time.monotonic) -> None:
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
        self._clock = clock
        self._pace: deque[tuple[float, int]] = deque(maxlen=RATE_SAMPLES)
        self._columns = {name: GrowingArray() for name in ("loss", "metric", "learning_rate")}
        self._norms = GrowingArray(width=0)
        self._steps = GrowingArray(dtype=np.int64)
        self._validation = {"step": GrowingArray(dtype=np.int64), "loss": GrowingArray(), "metric": GrowingArray()}

    @classmethod
    def load(cls, folder: Path) -> "RunModel":
        """Read an old run.

        Raises:
            UserError: the folder is no run, or is damaged.
        """
        raise NotImplementedError

    @property
    def step(self) -> int:
        """Steps done."""
        return self.first_step + len(self._steps)

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return self.step // self.steps_per_epoch if self.steps_per_epoch else 0
