"""The final evaluation: the test part is touched once, on purpose, and every time is counted."""

from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.job import Job, JobState
from app.run_model import RunModel
from app.run_rows import in_sentence, metric_name
from app.studio import Studio
from app.text import count, fixed
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.errors import UserError
from engine.messages import Evaluated

WHY = (
    "The test part has had no say in any choice so far, so it alone tells how well the network does on new data. "
    "Each look at it that changes what you do next makes it a second validation part. Evaluate once, at the end."
)


class FinalEvaluation(QWidget):
    """A button, its reason, and the result."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._look = studio, look
        self._job: Job | None = None
        self._asked: RunModel | None = None
        self._times: dict[Path, int] = {}
        self._results: dict[Path, Evaluated] = {}
        self.button = QPushButton("Evaluate on the test part")
        self.progress = ProgressLine(look)
        self.progress.set_cancellable(False)
        self.progress.hide()
        self.loss_value = PlainLabel("", "numberLarge", look, "ink")
        self.metric_value = PlainLabel("", "numberLarge", look, "ink")
        self.metric_name = PlainLabel("Test accuracy", "caption", look, "ink3")
        self.times = PlainLabel("", "body", look).set_wrapped()
        self.problem = PlainLabel("", "body", look, "err").set_wrapped()
        self.problem.hide()
        self._lay_out()
        self.button.clicked.connect(self.evaluate)
        self.synchronize()

    def synchronize(self) -> None:
        """Bring everything in step with the run shown."""
        run = self._studio.run
        result = self._results.get(run.folder) if run else None
        times = self._looks(run) if run else 0
        self.button.setEnabled(run is not None and run.step > 0 and self._job is None)
        self.numbers.setVisible(result is not None)
        self.times.setText(_times_sentence(times))
        if run is not None and result is not None:
            self._show(run, result)

    def showEvent(self, event: QShowEvent) -> None:
        self.synchronize()

    def evaluate(self) -> None:
        """Measure the run on the test part."""
        run = self._studio.run
        if run is None or self._job is not None:
            return
        self.problem.hide()
        self.progress.set_busy("Evaluating the test part")
        self.progress.show()
        self._asked = run
        self._job = self._studio.evaluate("test")
        self.synchronize()
        self._job.said.connect(self._hear)
        self._job.ended.connect(self._end)
        if not self._job.is_open:
            self._end(self._job)

    def _looks(self, run: RunModel) -> int:
        """How often the run was measured on the test part, as its folder remembers."""
        if run.folder not in self._times and self.isVisible():
            self._times[run.folder] = test_evaluations(run.folder)
        return self._times.get(run.folder, 0)

    def _lay_out(self) -> None:
        self.numbers = QWidget()
        numbers = QHBoxLayout(self.numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(24)
        for name, value in ((PlainLabel("Test loss", "caption", self._look, "ink3"), self.loss_value),
                            (self.metric_name, self.metric_value)):  # fmt: skip
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(name)
            pair.addWidget(value)
            numbers.addLayout(pair)
        numbers.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(PlainLabel("Final evaluation", "title", self._look, "ink"))
        column.addWidget(PlainLabel(WHY, "caption", self._look).set_wrapped())
        for widget in (self.button, self.progress, self.numbers, self.times, self.problem):
            column.addWidget(widget)

    def _hear(self, event: object) -> None:
        if isinstance(event, Evaluated) and self._asked is not None:
            folder = self._asked.folder
            self._results[folder] = event

    def _end(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        self.progress.hide()
        if job.result is not None and self._asked is not None:
            self._times[self._asked.folder] = int(job.result.result.get("test_evaluations", 0))
        if job.state is JobState.FAILED and job.failure is not None:
            self.problem.setText(f"{job.failure.message} {job.failure.hint}".strip())
        elif job.state is JobState.LOST:
            self.problem.setText("The engine ended before the evaluation was done. Try again.")
        self.problem.setVisible(job.state in (JobState.FAILED, JobState.LOST))
        self.synchronize()

    def _show(self, run: RunModel, result: Evaluated) -> None:
        others = [value for name, value in result.values.items() if name != "loss"]
        self.loss_value.setText(fixed(result.values["loss"], 4) if "loss" in result.values else "–")
        self.metric_value.setText(fixed(others[0], 4) if others else "–")
        self.metric_name.setText(f"Test {in_sentence(metric_name(run))}, step {count(result.step)}")


def test_evaluations(folder: Path) -> int:
    """Read how often a run was measured on the test part; 0 where its folder does not say."""
    from engine.run_folder import RunFolder  # brings SQLite, which the first paint can do without

    try:
        return RunFolder(folder).info().test_evaluations
    except UserError:
        return 0  # a run that has only begun has no record yet


def _times_sentence(times: int) -> str:
    if not times:
        return "This run was never evaluated on it."
    return f"This run was evaluated on it {'once' if times == 1 else f'{times} times'}."
