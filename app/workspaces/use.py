"""Use: the trained network at work on what the user draws, loads or types; and on its way out of the program."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.job import Job, JobState
from app.live_predictor import LivePredictor
from app.panels.draw_panel import DrawPanel
from app.panels.export_panel import ExportPanel
from app.panels.final_evaluation import FinalEvaluation
from app.panels.moment_chip import MomentChip
from app.panels.picture_files import PictureFiles
from app.panels.plane_input import PlaneInput
from app.panels.prediction_card import PredictionCard
from app.panels.row_editor import RowEditor
from app.panels.sequence_input import SequenceInput
from app.run_model import RunModel
from app.run_rows import in_sentence, metric_name, run_name
from app.studio import Studio
from app.text import count, fixed
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.empty_or import EmptyOr
from app.widgets.error_state import ErrorState
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel
from app.widgets.surface import Surface
from engine.messages import DataLoaded, Failed, Predicted
from engine.project import DataChoice

WIDE, ROOMY = 1400, 2000
WAYS = {
    "image": [("draw", "Draw"), ("files", "Load images")],
    "points": [("plane", "Point")],
    "table": [("row", "Table row")],
    "sequence": [("sequence", "Sequence")],
}
ASK = {
    "draw": "Draw, and the network answers while you draw.",
    "files": "Load images, and the network answers for each.",
    "plane": "Click in the plane, or move the point with the arrows.",
    "row": "Change a value, and the network answers at once.",
    "sequence": "Type a sequence, or take one of the data, and the network answers at once.",
}
LIVE = ("training", "paused")
NEWEST = "Export and the final evaluation take the newest weights of the run."


class UseWorkspace(QWidget):
    """Asks the trained network."""

    def __init__(self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._look = studio, look
        self._kind = ""
        self._files_job: Job | None = None
        self._paths: tuple[Path, ...] = ()
        self._answered_by = ""
        self._run: RunModel | None = None
        self.predictor = LivePredictor(studio, self)
        self.ways = Segmented(WAYS["image"], look)
        self.weights, self.chip = ElidedLabel("", "body", look), MomentChip(studio, look, actions)
        self.draw, self.files = DrawPanel(look), PictureFiles(look)
        self.plane, self.row, self.sequence = PlaneInput(look), RowEditor(look), SequenceInput(look)
        self.card, self.error = PredictionCard(look), ErrorState("", "", "", look)
        self.exporting, self.final = ExportPanel(studio, look), FinalEvaluation(studio, look)
        self._lay_out()
        self.setMinimumSize(1, 1)  # the panels become narrower only once the window has
        self._connect()
        self._bind(actions)
        self.show_run(studio.run)
        self._show_data(studio.data)

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self.bar, self.content, self.right]

    def toggle_right_panel(self) -> None:
        """Fold or unfold the panel at the right."""
        self.right.setVisible(self.right.isHidden())

    def load_images(self, paths: Sequence[Path]) -> None:
        """Let the network recognise image files; says why where it cannot."""
        if self._kind != "image":
            self._studio.noted.emit("The open network takes no images, so there is nothing to recognise.", "warn")
            return
        if self.content.is_empty:
            self._studio.noted.emit("No trained network can recognise images yet: train first, then load them.", "warn")
            return
        self.show_way("files")
        self._paths = tuple(paths)
        self._ask_files(f"Reading {count(len(paths))} file" + "s" * (len(paths) != 1))

    def _ask_files(self, busy: str) -> None:
        self.files.set_busy(busy)
        self._answered_by = self.weights.text
        self._files_job = self._studio.predict_files(self._paths)
        self._files_job.said.connect(self._take_files)
        self._files_job.ended.connect(self._end_files)
        if not self._files_job.is_open:
            self._end_files(self._files_job)

    def show_way(self, way: str) -> None:
        """Show one way of giving the network an input."""
        self.ways.set_value(way)
        self.pages.setCurrentWidget(self._pages[way])
        self.error.hide()
        self.predictor.want(None)
        self.card.clear(ASK[way])
        self._ask_again()

    def choose_images(self) -> None:
        """Ask for image files."""
        self.show_way("files")
        self.files.choose()

    def clear_drawing(self) -> None:
        """Start the drawing again."""
        self.draw.clear()

    def export_keras(self) -> None:
        """Export as .keras."""
        self.exporting.export("keras")

    def export_script(self) -> None:
        """Export as a Python script."""
        self.exporting.export("script")

    def evaluate_test(self) -> None:
        """Measure the run on the test part."""
        self.final.evaluate()

    def show_run(self, run: RunModel | None) -> None:
        """Use another run's weights."""
        if self._run is not None:
            self._run.checkpointed.disconnect(self._show_weights)
        self._run = run
        if run is not None:
            run.checkpointed.connect(self._show_weights)
        self._show_weights()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= WIDE
        self.right.setFixedWidth(360 if self.width() >= ROOMY else 320 if wide else 280)
        self.card.setFixedWidth(440 if self.width() >= ROOMY else 320 if wide else 270)

    def _lay_out(self) -> None:
        self.bar = Surface("panel", self._look, "bottom")
        self.bar.setFixedHeight(self._look.theme.size("subBar"))
        bar = QHBoxLayout(self.bar)
        bar.setContentsMargins(24, 0, 16, 0)
        bar.setSpacing(16)
        bar.addWidget(self.ways)
        bar.addStretch(1)
        bar.addWidget(self.weights)
        bar.addWidget(self.chip)
        self.right = SidePanel(self._look, "left")
        self.right.add(self.exporting)
        self.right.add(self.final)
        centre = Surface("canvas", self._look)
        self.content = EmptyOr(self._inputs(), self._look)
        inner = QVBoxLayout(centre)
        inner.setContentsMargins(24, 20, 24, 16)
        inner.addWidget(self.content)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(centre, 1)
        row.addWidget(self.right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(row, 1)

    def _inputs(self) -> QWidget:
        self._pages = {"draw": self.draw, "files": self.files, "plane": self.plane, "row": self.row}
        self._pages["sequence"] = self.sequence
        self.pages = QStackedWidget()
        for page in self._pages.values():
            self.pages.addWidget(page)
        answer = QVBoxLayout()
        answer.setSpacing(12)
        self.error.hide()
        answer.addWidget(self.error)
        answer.addWidget(self.card, 1)
        inputs = QWidget()
        row = QHBoxLayout(inputs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self.pages, 1)
        row.addLayout(answer)
        return inputs

    def _connect(self) -> None:
        studio = self._studio
        studio.data_changed.connect(self._show_data)
        studio.run_changed.connect(self.show_run)
        studio.training_changed.connect(lambda _: self._show_weights())
        studio.moment_changed.connect(self._show_weights)
        studio.watched.connect(self.plane.set_watched)
        self.ways.changed.connect(self.show_way)
        self.content.pressed.connect(studio.train_or_pause)
        self.error.retry.connect(self._ask_again)
        self.predictor.predicted.connect(self._take)
        self.predictor.failed.connect(self._show_failure)
        self.files.files_chosen.connect(self.load_images)
        self.files.picked.connect(self._show_outputs)
        for panel in (self.draw, self.plane, self.row, self.sequence):
            panel.input_changed.connect(self._ask)

    def _bind(self, actions: Actions) -> None:
        slots: dict[str, Callable[[], object]] = {
            "right_panel": self.toggle_right_panel, "load_image": self.choose_images,
            "clear_drawing": self.clear_drawing, "export_keras": self.export_keras,
            "export_script": self.export_script, "evaluate_test": self.evaluate_test,
        }  # fmt: skip
        for id, slot in slots.items():
            actions.bind(id, slot)

    def _is_ready(self) -> bool:
        return self._run is not None and bool(self._run.checkpoints or self._run.step)

    def _show_weights(self, _moment: object = None) -> None:
        run = self._run
        ready = self._is_ready()
        self.exporting.set_ready(ready)
        self.final.synchronize()
        if run is None or not ready:
            sentence = "There is no trained network yet. Train, and it can be asked, measured and exported here."
            self.content.show_empty("Train first", sentence, "" if self._studio.training == "training" else "Train")
            self.weights.set_text("")
            return
        self._write_weights(run)
        if not _same_data(run.project.data, self._studio.document.project.data):
            sentence = "The data were changed after this run; train again, and the new network can be asked here."
            self.content.show_empty("Trained on other data", sentence, "Train")
            return
        self.content.show_view()
        self._ask_again()

    def _write_weights(self, run: RunModel) -> None:
        past = self._studio.shown_step is not None
        self.weights.set_text(self._weights_text(run), NEWEST if past else "")

    def _weights_text(self, run: RunModel) -> str:
        shown = self._studio.shown_step
        step = None if shown is None else run.kept_step(shown)
        return weights_sentence(run, is_live=self._studio.training in LIVE, step=step)

    def _show_data(self, data: DataLoaded | None) -> None:
        if data is None:
            return
        kind = data.description.kind
        panels: dict[str, DrawPanel | PlaneInput | RowEditor | SequenceInput] = {
            "image": self.draw, "points": self.plane, "table": self.row, "sequence": self.sequence
        }  # fmt: skip
        if kind != self._kind:
            self._kind = kind
            self.ways.set_options(WAYS[kind])
            self.show_way(WAYS[kind][0][0])
        self._show_weights()
        panels[kind].set_data(data)

    def _ask(self, x: np.ndarray | None) -> None:
        self.predictor.want(None if self.content.is_empty else x)
        if x is None:
            self.card.clear(ASK.get(self.ways.value, ""))

    def _ask_again(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, DrawPanel | PlaneInput | RowEditor | SequenceInput):
            self._ask(page.current_input())
        elif self._paths and self._files_job is None and self._answered_by != self.weights.text:
            self._ask_files("")  # other weights answer now than those the answers on screen came from

    def _take(self, predicted: Predicted) -> None:
        if len(predicted.outputs):
            self.error.hide()
            self._show_outputs(predicted.outputs[0])
            if self._run is not None:
                self._write_weights(self._run)

    def _show_outputs(self, outputs: np.ndarray) -> None:
        data = self._studio.data
        if data is not None:
            self.card.set_outputs(outputs, data.description.class_names, data.description.target_unit)

    def _take_files(self, event: object) -> None:
        data = self._studio.data
        if isinstance(event, Predicted) and data is not None:
            self.files.set_predicted(event, data.value_range)

    def _end_files(self, job: Job) -> None:
        if job is not self._files_job:
            return
        self._files_job = None
        self.files.set_busy("")
        if job.state is JobState.FAILED and job.failure is not None:
            self._show_failure(job.failure)

    def _show_failure(self, failure: Failed) -> None:
        self.error.set_error(failure.message, failure.hint, failure.details)
        self.error.show()


def weights_sentence(run: RunModel, is_live: bool, step: int | None = None) -> str:
    """Say which weights answer: the run, the step, and how well it last did on the validation part.

    Args:
        is_live: the run trains or is paused, so the newest weights answer; else those of its last checkpoint.
        step: of the checkpoint that answers, while the playhead stands in the past.
    """
    is_live = is_live and step is None
    if step is None:
        step = run.step if is_live or not run.checkpoints else run.checkpoints[-1]
    at = int(np.searchsorted(run.validation_steps, step, side="right")) - 1
    words = f"{'Live weights' if is_live else 'Weights'} of run {run_name(run)}, step {count(step)}"
    if at < 0:
        return words
    return f"{words}, validation {in_sentence(metric_name(run))} {fixed(float(run.validation_metric[at]), 3)}"


def _same_data(trained: DataChoice, now: DataChoice) -> bool:
    """Whether inputs mean the same; split and scaling are the run's own."""
    return (trained.dataset, trained.values) == (now.dataset, now.values)
