"""The first steps a newcomer takes, and which of them are done; remembered between starts."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.job import Job, JobState
from app.run_model import RunModel
from app.settings import Settings
from app.studio import Studio
from engine.messages import Export, Predict

DEFAULT_EXAMPLE = "digits"


@dataclass(frozen=True)
class FirstStep:
    """One of them.

    Args:
        id: what the settings remember.
        title, sentence: what it says.
        sign: the icon on its picture.
    """

    id: str
    title: str
    sentence: str
    sign: str


STEPS = (
    FirstStep("open", "Open the digits", "1,797 scans, a small ConvNet", "open"),
    FirstStep("train", "Train it", "Watch the loss fall, live", "play"),
    FirstStep("draw", "Draw a digit", "See it recognised", "pencil"),
    FirstStep("export", "Export the model", "A file that runs elsewhere", "export"),
)


class FirstSteps(QObject):
    """Watches the studio and marks a step when it really happened."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings: Settings = studio.settings
        self._studio = studio
        studio.document.opened.connect(self._on_opened)
        studio.run_changed.connect(self._on_run)
        studio.asked.connect(self._on_asked)
        self._on_run(studio.run)
        self._on_opened()

    def is_done(self, id: str) -> bool:
        """Whether a step was done, now or earlier."""
        return self._settings.flag(f"first_step_{id}")

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(self.is_done(step.id) for step in STEPS)

    @property
    def next(self) -> str:
        """The first step not done; empty when all are."""
        return next((step.id for step in STEPS if not self.is_done(step.id)), "")

    def mark(self, id: str) -> None:
        """A step was done."""
        if not self.is_done(id):
            self._settings.set_flag(f"first_step_{id}", True)
            self.changed.emit()

    def _on_opened(self) -> None:
        project = self._studio.document.project
        if project.data.dataset == "digits" and project.graph.nodes:
            self.mark("open")

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.SUCCEEDED and isinstance(job.request, Predict):
            self.mark("draw")
        elif job.state is JobState.SUCCEEDED and isinstance(job.request, Export):
            self.mark("export")

    def _on_asked(self, job: Job) -> None:
        job.ended.connect(self._on_ended)

    def _on_run(self, run: RunModel | None) -> None:
        if run is not None and not self.is_done("train"):
            run.grown.connect(self._on_grown)

    def _on_grown(self) -> None:
        self.mark("train")
