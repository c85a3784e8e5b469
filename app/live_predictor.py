"""LivePredictor: asks the network again and again while the input changes; the newest input wins."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job, JobState
from app.studio import Studio
from engine.messages import Failed, Predicted

PAUSE = 40  # ms without a change before the network is asked


class LivePredictor(QObject):
    """One question at a time; of those that come while one is under way only the last is asked."""

    predicted = Signal(object)  # Predicted
    failed = Signal(object)  # Failed

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._wanted: np.ndarray | None = None
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._ask)

    def want(self, x: np.ndarray | None) -> None:
        """Ask for the outputs for raw inputs (sample, *input_shape); None takes the last question back."""
        self._wanted = x
        if x is None:
            self._timer.stop()
        else:
            self._timer.start()

    def _ask(self) -> None:
        if self._job is not None or self._wanted is None:
            return
        x, self._wanted = self._wanted, None
        self._job = self._studio.predict(x)
        self._job.said.connect(self._hear)
        self._job.ended.connect(self._end)
        if not self._job.is_open:
            self._end(self._job)

    def _hear(self, event: object) -> None:
        if isinstance(event, Predicted) and self._wanted is None:
            self.predicted.emit(event)

    def _end(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is JobState.FAILED and job.failure is not None:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST:
            message = "The engine ended before it answered."
            self.failed.emit(Failed(kind="user", message=message, hint="It is starting again; change the input."))
        if self._wanted is not None:
            self._timer.start()
