"""Explanation: one explainer's newest answer, kept in step with the sample, the playhead and the run."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.job import Job, JobState
from app.newest_request import NewestRequest
from app.run_model import RunModel
from app.studio import Studio
from engine.messages import NOTHING, Explain, Explained, Failed, Phase, Progress
from engine.project import Project

PACE = 33  # ms between two questions while something is dragged


class Explanation(QObject):
    """Asks again whenever what the answer depends on changes; the newest question wins.

    Args:
        explainer: id of an Explainer of the engine.
        is_live: answer again while the network trains.

    Attributes:
        explained: Explained.
        failed: Failed; shown in the place of the view.
        busy_changed: a sentence while an answer takes long ("loading the data"), empty when it is there.
        progressed: Progress.
    """

    explained = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(str)
    progressed = Signal(object)

    def __init__(self, studio: Studio, explainer: str, parent: QObject | None = None, *, is_live: bool = True) -> None:
        super().__init__(parent)
        self.now: Explained | None = None
        self._studio, self._explainer, self._is_live = studio, explainer, is_live
        self._values: dict[str, Any] | None = None
        self._picture: Path | None = None
        self._x: np.ndarray | None = None
        self._sample: int | None = None
        self._of: tuple[Project, str] | None = None
        self._is_shown = False
        self._is_stale = True
        self._request = NewestRequest(studio.engine, self, PACE)
        self._request.said.connect(self._on_said)
        self._request.ended.connect(self._on_ended)
        for signal in (studio.probe_changed, studio.moment_changed, studio.run_changed, studio.training_changed):
            signal.connect(self.refresh)
        studio.data_changed.connect(self.refresh)
        studio.document.changed.connect(self._on_edited)
        studio.engine.ready.connect(self.refresh)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._request.is_open

    def ask(self, **values: Any) -> None:
        """Ask with these settings of the explainer, now and whenever something changes."""
        self._values = values
        self.refresh()

    def set_input(self, *, picture: Path | None = None, x: np.ndarray | None = None, sample: int | None = None) -> None:
        """Explain an image file, a raw input (*input_shape), or another sample instead of the probe; none for that."""
        self._picture, self._x, self._sample = picture, x, sample
        self.refresh()

    def set_network(self, project: Project, folder: str) -> None:
        """Explain another network than the one seen: that of a run folder, at its last step."""
        self._of = project, folder
        self.refresh()

    def set_shown(self, is_shown: bool) -> None:
        """Whether the view is on screen; nothing is asked for a view nobody sees."""
        self._is_shown = is_shown
        if is_shown and self._is_stale:
            self.refresh()
        elif not is_shown:
            self._request.drop()
            self._is_stale = True

    def stop(self) -> None:
        """Take back the question, as a cancel button does."""
        self._request.drop()
        self.busy_changed.emit("")

    def refresh(self, _news: object = None) -> None:
        """Ask again, where the view is shown."""
        if not self._is_shown or self._values is None:
            self._is_stale = True
            return
        if self._studio.training == "starting":
            return  # the weights change hands in a moment
        self._is_stale = False
        self._request.ask(self._question(self._values), PACE)
        if self._studio.engine.state in ("starting", "restarting"):
            self.busy_changed.emit("the engine starts")

    def _question(self, values: dict[str, Any]) -> Explain:
        studio = self._studio
        step = studio.shown_step if self._of is None else None
        project, folder = self._of or (studio.seen_project, studio.seen_folder)
        return Explain(
            explainer=self._explainer,
            project=project,
            folder=folder,
            step=-1 if step is None else step,
            sample=studio.probe if self._sample is None else self._sample,
            picture=str(self._picture or ""),
            x=NOTHING if self._x is None else np.asarray(self._x, np.float32),
            values=values,
            follow=self._is_live and self._of is None and step is None and studio.training in ("training", "paused"),
        )

    def _on_edited(self, _before: Project, _after: Project) -> None:
        if not self._studio.seen_folder:
            self.refresh()

    def _on_said(self, event: object) -> None:
        match event:
            case Explained():
                self.now = event
                self.explained.emit(event)
            case Phase():
                self.busy_changed.emit(event.text)
            case Progress():
                self.progressed.emit(event)

    def _on_ended(self, job: Job) -> None:
        self.busy_changed.emit("")
        if job.state is JobState.FAILED and job.failure is not None:
            self.failed.emit(job.failure)
        elif job.state is JobState.LOST and not self._studio.engine.is_closed:
            message = "The engine ended while it explained this."
            self.failed.emit(
                Failed(kind="user", message=message, hint="It starts again; choose another input or layer.")
            )


def moment_text(run: RunModel | None, step: int) -> str:
    """Name the weights shown, e.g. "weights of epoch 3" or "weights of step 1,234"."""
    if run is None:
        return "initial weights"
    per_epoch = run.steps_per_epoch
    if per_epoch and step % per_epoch == 0:
        return f"weights of epoch {step // per_epoch}"
    return f"weights of step {step:,}"
