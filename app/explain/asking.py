"""Asking: one explainer asked now and then, where `Explanation` would ask too often: not at every sample and step."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.job import Job, JobState
from app.newest_request import NewestRequest
from app.studio import Studio
from engine.messages import NOTHING, Explain, Explained, Failed
from engine.project import Project

PACE = 60  # ms


class Asking(QObject):
    """Asks only when told to; the newest question wins.

    Args:
        explainer: id of an Explainer of the engine.

    Attributes:
        explained: Explained.
        failed: Failed.
    """

    explained = Signal(object)
    failed = Signal(object)

    def __init__(self, studio: Studio, explainer: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._explainer = studio, explainer
        self._request = NewestRequest(studio.engine, self, PACE)
        self._request.said.connect(self._on_said)
        self._request.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._request.is_open

    def ask(self, values: dict[str, Any], x: np.ndarray | None = None, of: tuple[Project, Path] | None = None) -> None:
        """Ask about the network on screen at the moment shown, or about the newest weights of another run.

        Args:
            x: raw input (*input_shape); the probe sample without.
            of: the other run's project and folder.
        """
        studio = self._studio
        step = studio.shown_step if of is None else None
        self._request.ask(
            Explain(
                explainer=self._explainer,
                project=studio.seen_project if of is None else of[0],
                folder=studio.seen_folder if of is None else str(of[1]),
                step=-1 if step is None else step,
                sample=studio.probe,
                x=NOTHING if x is None else np.asarray(x, np.float32),
                values=values,
            ),
            PACE,
        )

    def drop(self) -> None:
        """Take the question back."""
        self._request.drop()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Explained):
            self.explained.emit(event)

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED and job.failure is not None:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST and not self._studio.engine.is_closed:
            message = "The engine ended while it explained this."
            self.failed.emit(Failed(kind="user", message=message, hint="It starts again; choose something else."))
