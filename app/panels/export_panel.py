"""Export with proof: choose a form and a place; what was written is loaded again elsewhere and compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.file_dialogs import ask_for_target, file_stem
from app.icons import icon
from app.job import Job, JobState
from app.studio import Studio
from app.text import bytes_text, count, minus
from app.theme import Look
from app.widgets.card import Card
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.messages import Exported, Phase, Progress


@dataclass(frozen=True)
class Format:
    """What can be written: id of the exporter, name, file suffix, and one sentence about it."""

    id: str
    name: str
    suffix: str
    sentence: str


FORMATS = (
    Format(
        "keras", "Keras model", ".keras", "Graph, weights and normalisation in one file for keras.models.load_model."
    ),
    Format(
        "script",
        "Python script",
        ".py",
        "Plain Keras that rebuilds, trains with the same data and seed, and evaluates.",
    ),
)


def proof(exported: Exported) -> str:
    """Return what the comparison found, e.g. "reloaded in a fresh process, 64 samples, greatest difference 1.2e−7"."""
    difference = minus(f"{exported.max_difference:.1e}".replace("e-0", "e-").replace("e+00", ""))
    return (
        f"Reloaded in a fresh process, {count(exported.samples)} samples compared, "
        f"greatest difference {difference if exported.max_difference else '0'}."
    )


class ExportPanel(QWidget):
    """One card per format; progress, proof and errors in place."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._look = studio, look
        self._job: Job | None = None
        self._asked: tuple[Format, Path] | None = None
        self._written = Path()
        self._last_folder: Path | None = None
        self.ask_for_target: Callable[[QWidget, str, str, str], Path | None] = ask_for_target
        self.open_folder: Callable[[Path], object] = _open_folder
        self.buttons: dict[str, QPushButton] = {}
        self.progress = ProgressLine(look)
        self.error = ErrorState("", "", "", look)
        self.result = self._result_card()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(PlainLabel("Export", "title", look, "ink"))
        for format in FORMATS:
            column.addWidget(self._format_card(format))
        for widget in (self.progress, self.error, self.result):
            widget.hide()
            column.addWidget(widget)
        self.progress.cancelled.connect(self._cancel)
        self.error.retry.connect(self._retry)

    def set_ready(self, is_ready: bool) -> None:
        """Whether there is anything to export."""
        for button in self.buttons.values():
            button.setEnabled(is_ready and self._job is None)

    def export(self, id: str) -> None:
        """Ask for a place and write."""
        format = next(format for format in FORMATS if format.id == id)
        kinds = f"{format.name} (*{format.suffix})"
        path = self.ask_for_target(self, f"Export as {format.name}", str(self._suggested(format)), kinds)
        if path is not None:
            self._last_folder = path.parent
            self._start(format, path if path.suffix else path.with_suffix(format.suffix))

    def _suggested(self, format: Format) -> Path:
        """Where the last export went, else beside the project's file, else in the user's own folder."""
        document = self._studio.document
        folder = self._last_folder or (document.path.parent if document.path is not None else Path.home())
        return folder / f"{file_stem(document.project.title)}{format.suffix}"

    def _start(self, format: Format, path: Path) -> None:
        self._asked = (format, path)
        self.error.hide()
        self.result.hide()
        self.progress.set_busy(f"Writing {path.name}, then loading it again")
        self.progress.show()
        self._job = self._studio.export(format.id, path)
        self.set_ready(False)
        self._job.said.connect(self._hear)
        self._job.ended.connect(self._end)
        if not self._job.is_open:
            self._end(self._job)

    def _hear(self, event: object) -> None:
        match event:
            case Progress():
                self.progress.set_count(event.done, event.total, event.text)
            case Phase() if event.text:
                self.progress.set_busy(event.text)
            case Exported():
                self._show_result(event)

    def _end(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        self.progress.hide()
        self.set_ready(True)
        if job.state is JobState.FAILED and job.failure is not None:
            self._show_error(job.failure.message, job.failure.hint, job.failure.details)
        elif job.state is JobState.LOST:
            self._show_error("The engine ended before the export was done.", "Nothing was replaced. Try again.", "")

    def _show_error(self, message: str, hint: str, details: str) -> None:
        self.error.set_error(message, hint, details)
        self.error.show()

    def _show_result(self, exported: Exported) -> None:
        self._written = Path(exported.path)
        self._name.set_text(self._written.name, exported.path)
        self.result.set_value(bytes_text(exported.size))
        self._proof.setText(proof(exported))
        self.result.show()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _retry(self) -> None:
        if self._asked is not None and self._job is None:
            self._start(*self._asked)

    def _format_card(self, format: Format) -> Card:
        card = Card(format.name, self._look)
        card.set_value(format.suffix)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(format.sentence, "caption", self._look).set_wrapped(), 1)
        button = QPushButton("Export…")
        button.setAccessibleName(f"Export as {format.name}")
        button.clicked.connect(lambda: self.export(format.id))
        self.buttons[format.id] = button
        row.addWidget(button)
        card.body.addLayout(row)
        return card

    def _result_card(self) -> Card:
        card = Card("Written and proved", self._look)
        self._name = ElidedLabel("", "number", self._look, "ink")
        self._proof = PlainLabel("", "body", self._look).set_wrapped()
        button = QPushButton("Open folder")
        button.setIcon(icon("open", self._look))
        button.clicked.connect(lambda: self.open_folder(self._written.parent))
        self._folder_button = button
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        card.body.addWidget(self._name)
        card.body.addWidget(self._proof)
        card.body.addLayout(row)
        return card


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
