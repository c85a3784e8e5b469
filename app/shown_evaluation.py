"""ShownEvaluation: the validation part measured with the weights that are shown, now or in the past."""

from PySide6.QtCore import QObject, Signal

from app.job import Job, JobState
from app.newest_request import NewestRequest
from app.studio import Studio
from engine.messages import Evaluate, Evaluated

PACE = 33  # ms between two questions while the playhead is dragged


class ShownEvaluation(QObject):
    """The run's own evaluation while the newest weights are shown; else that of the moment, asked for when it changes.

    Attributes:
        changed: another evaluation is to be shown.
        failed: Failed.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._past: Evaluated | None = None
        self._is_wanted = False
        self._request = NewestRequest(studio.engine, self, PACE)
        self._request.said.connect(self._on_said)
        self._request.ended.connect(self._on_ended)
        studio.moment_changed.connect(self._follow)
        studio.run_changed.connect(self._forget)

    @property
    def now(self) -> Evaluated | None:
        """What is to be shown; it names its step. Until the past has been measured, what was shown before."""
        run = self._studio.run
        return self._past or (run.evaluation if run is not None else None)

    def set_shown(self, is_shown: bool) -> None:
        """Whether anybody looks; the past is measured for nobody else."""
        self._is_wanted = is_shown
        if self._studio.shown_step is not None:
            self._follow(self._studio.shown_step)

    def _follow(self, step: int | None) -> None:
        if step is None:
            self._forget()
            self.changed.emit()
        elif self._is_wanted and self._studio.seen_folder:
            self._request.ask(Evaluate(folder=self._studio.seen_folder, split="validation", step=step), PACE)

    def _forget(self, _run: object = None) -> None:
        self._request.drop()
        self._past = None

    def _on_said(self, event: object) -> None:
        if isinstance(event, Evaluated):
            self._past = event
            self.changed.emit()

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED:
            self.failed.emit(job.failure)
