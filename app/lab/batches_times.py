"""Times: how long an epoch takes at several batch sizes, measured by the engine on this machine when it is asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.job import Job, JobState
from app.lab.parts import Numbers, Section
from app.newest_request import NewestRequest
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.messages import Explain, Explained, Phase, Progress
from engine.project import Project

ALONE = "The engine measures in the window only."
BUSY = "A training runs and would be measured with it. Pause or stop it first."
LOST = "The engine ended while it measured; measure again."
CANCELLED = "Cancelled."


@dataclass(frozen=True)
class Measured:
    """Of one batch size.

    Args:
        seconds: of an epoch, the median; NaN where it is not measured yet.
        epochs: that were measured.
    """

    size: int
    steps: int
    seconds: float
    epochs: int

    @property
    def is_known(self) -> bool:
        """Whether it is measured."""
        return math.isfinite(self.seconds)


class Times(Section):
    """A button, how far the measuring is, and what it found; nothing is shown that was not measured just now.

    Attributes:
        measured: there are other figures.
        found: by batch size, in the order they were asked for.
    """

    measured = Signal()

    def __init__(self, studio: Studio | None, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Time per epoch", look, "measured on this machine", parent)
        self.found: list[Measured] = []
        self._studio = studio
        self._asked: tuple[Project, str, str] | None = None
        self.what = PlainLabel("", "body", look).set_wrapped()
        self.button = QPushButton("Measure")
        self.line = ProgressLine(look)
        self.message = PlainLabel("" if studio is not None else ALONE, "body", look, "warn", self).set_wrapped()
        self.rows = Numbers(look)
        self.note = PlainLabel("", "caption", look, "ink3", self).set_wrapped()
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        self.add(self.what)
        self.column.addLayout(row)
        for part in (self.line, self.message, self.rows, self.note):
            self.add(part)
        self._request = NewestRequest(studio.engine, self) if studio is not None else None
        if self._request is not None:
            self._request.said.connect(self._on_said)
            self._request.ended.connect(self._on_ended)
        self.button.clicked.connect(self.measure)
        self.line.cancelled.connect(self.cancel)
        self.button.setEnabled(studio is not None)
        self._show_parts(is_open=False)

    def set_question(self, project: Project, sizes: Sequence[int], table: str, what: str) -> None:
        """Say what will be measured; figures about anything else are forgotten.

        Args:
            sizes: of batches; 0 is all samples.
            table: a table of two columns in place of the project's data; empty for those.
            what: the network and its data, in words.
        """
        asked = (project, ",".join(map(str, dict.fromkeys(sizes))), table)
        self.what.setText(what)
        if asked != self._asked:
            self._asked = asked
            self.cancel()
            self._forget("" if self._studio is not None else ALONE)

    def measure(self) -> None:
        """Ask the engine, unless it trains: both would be slower then."""
        if self._request is None or self._studio is None or self._asked is None:
            return
        if self._studio.training in ("starting", "training"):
            self._forget(BUSY)
            return
        project, sizes, table = self._asked
        self._forget("")
        self.line.set_busy("the engine begins")
        self._show_parts(is_open=True)
        self._request.ask(
            Explain(explainer="epoch_times", project=project, values={"sizes": sizes, "table": table}), delay=0
        )

    def cancel(self) -> None:
        """Stop what is under way; what is measured stays."""
        if self._request is not None and self.line.isVisibleTo(self):
            self._request.drop()
            self.message.setText(CANCELLED)
            self._show_parts(is_open=False)

    def _forget(self, message: str) -> None:
        self.found = []
        self.message.setText(message)
        self._show_parts(is_open=False)
        self.measured.emit()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Progress):
            self.line.set_count(event.done, event.total, event.text)
        elif isinstance(event, Phase) and event.text:
            self.line.set_busy(event.text)
        elif isinstance(event, Explained):
            self._take(event)

    def _take(self, event: Explained) -> None:
        columns = [event.arrays[name].tolist() for name in ("sizes", "steps", "seconds", "epochs")]
        self.found = [Measured(*row) for row in zip(*columns, strict=True)]
        known = [one for one in self.found if one.is_known]
        facts = event.facts
        epochs = " / ".join(count(one.epochs) for one in known)
        self.note.setText(f"{facts['device']}, {facts['execution'].upper()}; the median of {epochs} epochs.")
        self._show_parts(is_open=True)
        self.measured.emit()

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED and job.failure is not None:
            self.message.setText(f"{job.failure.message} {job.failure.hint}".strip())
        elif job.state is JobState.LOST:
            self.message.setText(LOST)
        self._show_parts(is_open=False)

    def _show_parts(self, *, is_open: bool) -> None:
        self.line.setVisible(is_open)
        self.button.setText("Measure again" if self.found else "Measure")
        self.button.setVisible(not is_open)
        self.message.setVisible(bool(self.message.text()))
        self.rows.show_rows([_row(one) for one in self.found])
        self.rows.setVisible(bool(self.found))
        self.note.setVisible(bool(self.found))


def _row(one: Measured) -> tuple[str, str, str]:
    name = f"Batch {count(one.size)}, {count(one.steps)} step{'s' * (one.steps != 1)}"
    return (name, time_text(one.seconds), "ink") if one.is_known else (name, "…", "ink3")


def time_text(seconds: float) -> str:
    """A span of time with three digits: "9.09 µs", "1.93 ms", "0.19 s"."""
    for unit, scale in (("µs", 1e6), ("ms", 1e3)):
        if seconds * scale < 999.5 and (unit == "µs" or seconds < 0.0995):
            return f"{format_number(seconds * scale, 3)} {unit}"
    return f"{format_number(float(np.round(seconds, 3)), 3)} s"
