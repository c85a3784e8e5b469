"""Studio: what every workspace is given: the document, the engine, the shown run, the loaded data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.engine_client import EngineClient
from app.job import Job
from app.run_model import RunModel
from app.settings import Settings
from engine.messages import DataLoaded, Watched


class Studio(QObject):
    """The open project with everything around it.

    Attributes:
        data_changed: DataLoaded, or None while loading.
        data_failed: Failed.
        run_changed: another RunModel, or None, is shown.
        watched: Watched, newest only.
        training_changed: "idle", "starting", "training", "paused", "stopping", "stuck", "finished" or "failed".
        phase_changed: what the training is busy with, e.g. "first step compiles"; empty when that is over.
        probe_changed: index of the probe sample.
        failed: the Failed of a training.
        noted: a sentence for a toast, and its kind: "ok", "warn" or "err".
    """

    data_changed = Signal(object)
    data_failed = Signal(object)
    run_changed = Signal(object)
    watched = Signal(object)
    training_changed = Signal(str)
    phase_changed = Signal(str)
    probe_changed = Signal(int)
    failed = Signal(object)
    noted = Signal(str, str)

    def __init__(
        self, document: Document, engine: EngineClient, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.engine = engine
        self.settings = settings
        self.run: RunModel | None = None
        self.data: DataLoaded | None = None
        self.watched_now: Watched | None = None
        self.probe = 0
        self.training = "idle"

    def train_or_pause(self) -> None: ...
    def step(self, unit: Literal["batch", "epoch"]) -> None: ...
    def stop(self) -> None: ...
    def reset(self) -> None: ...
    def resume(self) -> None: ...
    def force_stop(self) -> None: ...
    def set_learning_rate(self, value: float) -> None: ...
    def set_probe(self, index: int) -> None: ...
    def watch_weights(self, names: Sequence[str]) -> None: ...
    def predict(self, x: np.ndarray) -> Job: ...
    def predict_files(self, paths: Sequence[Path]) -> Job: ...
    def evaluate(self, split: str) -> Job: ...
    def export(self, format: str, path: Path) -> Job: ...
    def runs(self) -> list[RunModel]: ...
