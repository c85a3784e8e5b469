"""Train: is it learning, and what should be changed? Configuration, curves and runs, and what it gets wrong."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.panels.boundary_panel import BoundaryPanel
from app.panels.confusion_panel import ConfusionPanel
from app.panels.loss_panel import LossPanel, in_epochs
from app.panels.moment_chip import MomentChip
from app.panels.predictions_panel import PredictionsPanel
from app.panels.runs_table import RunsTable
from app.panels.small_charts import SmallCharts
from app.panels.training_settings import TrainingSettings
from app.plan_edits import resolved_loss
from app.run_commands import RunCommands
from app.run_model import RunModel
from app.run_rows import run_name
from app.shown_evaluation import ShownEvaluation
from app.studio import Studio
from app.theme import Look
from app.throttle import Throttle
from app.widgets.empty_or import EmptyOr
from app.widgets.error_state import ErrorState
from app.widgets.icon_button import IconButton
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented
from app.widgets.side_panel import SidePanel, hairline
from app.widgets.surface import Surface
from engine.messages import DataLoaded, Evaluated, Failed, Watched
from engine.tasks import LOSS_NAMES

WIDE, ROOMY, TALL, TALLEST = 1400, 2000, 700, 1100
LOSS_HEIGHT, MATRIX_HEIGHT, MATRIX_SHARE = 480, 478, 3  # px, and of ten parts of the row, in large windows
RUNS_PAUSE, ROW_PAUSE, EVALUATION_PAUSE = 150, 400, 250  # ms
ANY_HEIGHT = 16_777_215  # Qt's own limit
RESTING = ("paused", "finished")
TABS = [("charts", "Charts"), ("runs", "Runs")]


class TrainWorkspace(QWidget):
    """Follows the training."""

    def __init__(self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._look, self._actions = studio, look, actions
        self._run: RunModel | None = None
        self._is_wide: bool | None = None
        self._predicted_step = 0
        self.settings = TrainingSettings(studio, look)
        self.loss, self.charts, self.runs = LossPanel(look), SmallCharts(look), RunsTable(look)
        self.boundary, self.confusion = BoundaryPanel(look), ConfusionPanel(look)
        self.predictions = PredictionsPanel(look)
        self.chip = MomentChip(studio, look, actions)
        self.error, self.progress = ErrorState("", "", "", look), ProgressLine(look)
        self.tabs = Segmented(TABS, look)
        self._lay_out()
        self.setMinimumSize(1, 1)  # the panels become narrower only once the window has
        self.run_commands = RunCommands(studio, self.runs, self.load_runs)
        self._runs_due = Throttle(self, self.load_runs, RUNS_PAUSE)
        self._row_due = Throttle(self, self._refresh_row, ROW_PAUSE)
        self.evaluations = ShownEvaluation(studio, self)
        self._evaluation_due = Throttle(self, self._follow_evaluation, EVALUATION_PAUSE)
        self._predictions_due = Throttle(self, self._show_predictions, 0)
        self._rest_due = Throttle(self, self._predict_stale, EVALUATION_PAUSE)
        self._connect()
        actions.bind("right_panel", self.toggle_right_panel)
        self._show_data(studio.data)
        self.show_run(studio.run)

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self.settings, self.centre, self.right]

    def toggle_right_panel(self) -> None:
        """Fold or unfold the panel at the right."""
        self.right.setVisible(self.right.isHidden())

    def toggle_settings(self) -> None:
        """Fold the configuration to a rail, or unfold it."""
        self._fold(not self.settings.isHidden())

    def show_run(self, run: RunModel | None) -> None:
        """Show another run."""
        if self._run is not None:
            for signal, slot in self._run_slots(self._run):
                signal.disconnect(slot)
        self._run, self._predicted_step = run, 0
        if run is not None:
            for signal, slot in self._run_slots(run):
                signal.connect(slot)
        self.settings.show_run(run_name(run) if run else "")
        self.loss.set_run(run, self._loss_name(run))
        self.charts.set_run(run)
        self._show_state(self._studio.training)
        self._show_evaluation()
        self._runs_due.request()

    def load_runs(self) -> None:
        """Read the runs of the project from the disk."""
        runs = self._studio.runs()
        if self._run is not None and all(run.folder != self._run.folder for run in runs):
            runs = [self._run, *runs]
        self.runs.set_runs(runs, self._run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.evaluations.set_shown(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.evaluations.set_shown(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= WIDE
        if wide != self._is_wide:
            self._is_wide = wide
            self._fold(not wide)
            self.settings.set_foldable(not wide)
        self.settings.setFixedWidth(264 if self.width() >= ROOMY else 248)
        roomy = self.width() >= ROOMY and self.height() >= TALLEST
        self.right.setFixedWidth(400 if self.width() >= ROOMY else 368 if wide else 320)
        self._place_matrix(roomy)
        self._show_tabs()

    def _lay_out(self) -> None:
        self.rail = Surface("panel", self._look, "right")
        self.rail.setFixedWidth(40)
        self.unfold_button = IconButton("chevron_right", "Show the configuration", self._look)
        rail = QVBoxLayout(self.rail)
        rail.setContentsMargins(6, 8, 6, 8)
        rail.addWidget(self.unfold_button)
        rail.addStretch(1)
        self.centre = self._centre()
        self.right = self._right()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.rail, self.settings):
            row.addWidget(widget)
        row.addWidget(self.centre, 1)
        row.addWidget(self.right)

    def _centre(self) -> Surface:
        centre = Surface("canvas", self._look)
        for widget in (self.error, self.progress):
            widget.hide()
        self.progress.set_cancellable(False)
        self.curves = EmptyOr(self.loss, self._look)
        column = QVBoxLayout(centre)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(10)
        column.addWidget(self.error)
        column.addWidget(self.progress)
        column.addWidget(self.curves, 11)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        self._charts_row = QHBoxLayout()
        self._charts_row.setSpacing(24)
        self._charts_row.addWidget(self.charts, 10 - MATRIX_SHARE)
        column.addLayout(self._charts_row, 7)
        self._line = hairline()
        column.addWidget(self._line)
        column.addWidget(self.runs, 8)
        return centre

    def _right(self) -> SidePanel:
        right = SidePanel(self._look, "left")
        self.top = QStackedWidget()
        self.top.addWidget(self.confusion)
        self.top.addWidget(self.boundary)
        content = QWidget()
        self._right_column = column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(14)
        column.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.top, 3)
        column.addWidget(self.predictions, 2)
        self.predictions.setMinimumHeight(190)
        self.results = EmptyOr(content, self._look, margin=16)
        right.add(self.results, 1)
        return right

    def _connect(self) -> None:
        studio = self._studio
        studio.run_changed.connect(self.show_run)
        studio.training_changed.connect(self._show_state)
        studio.phase_changed.connect(self._show_phase)
        studio.data_changed.connect(self._show_data)
        studio.failed.connect(self._show_failure)
        studio.watched.connect(self._show_watched)
        studio.document.opened.connect(self._runs_due.request)
        self.evaluations.changed.connect(self._show_evaluation)
        self.evaluations.failed.connect(self._show_failure)
        self.settings.start_requested.connect(self._train)
        self.curves.pressed.connect(self._train)
        self.results.pressed.connect(self._evaluate)
        self.error.retry.connect(self._train)
        self.unfold_button.clicked.connect(self.toggle_settings)
        self.settings.fold_requested.connect(self.toggle_settings)
        self.tabs.changed.connect(lambda _: self._show_tabs())
        self.runs.run_chosen.connect(self._choose_run)
        self.runs.overlays_changed.connect(self._show_overlays)
        self.runs.failed.connect(lambda sentence: studio.noted.emit(sentence, "err"))
        for panel in (self.confusion, self.predictions, self.boundary):
            panel.sample_picked.connect(studio.set_probe)

    def _run_slots(self, run: RunModel) -> tuple:
        return (
            (run.grown, self._grow),
            (run.evaluated, self._take_evaluation),
            (run.started, self._begin),
        )

    def _train(self) -> None:
        self.error.hide()
        self._studio.train_or_pause()

    def _evaluate(self) -> None:
        if self._run is None or not self._run.step:
            self._train()
        elif self._studio.shown_step is not None:
            self.evaluations.set_shown(True)
        else:
            self._predict(self._run)

    def _predict_stale(self) -> None:
        """The engine looks at the samples only now and then; when the training rests, its last look may be old."""
        run = self._run
        if run is None or self._studio.training not in RESTING or self._predicted_step == run.step:
            return
        if self._studio.shown_step is not None:
            return  # the past is shown, and measured for itself
        if run.evaluation is not None and run.evaluation.step < run.step:
            self._predict(run)

    def _predict(self, run: RunModel) -> None:
        self._predicted_step = run.step
        job = self._studio.evaluate("validation")
        job.said.connect(run.take)
        job.ended.connect(lambda job: self._show_failure(job.failure) if job.failure else None)

    def _begin(self) -> None:
        """A resumed training does its last steps again."""
        self.loss.restart()
        self.charts.restart()
        self._grow()

    def _grow(self) -> None:
        self.loss.refresh()
        self.charts.refresh()
        self._row_due.request()
        if self.curves.is_empty:
            self._show_state(self._studio.training)

    def _refresh_row(self) -> None:
        if self._run is not None:
            self.runs.refresh(self._run)

    def _show_state(self, state: str) -> None:
        run = self._run
        if run is not None and (run.step or run.total_steps):
            self.curves.show_view()
        elif state in ("starting", "training", "paused"):
            self.curves.show_empty("Starting", "The first step compiles; the first point appears in a moment.")
        else:
            self.curves.show_empty(
                "No run yet", "Train, and the loss of every batch is drawn here while the network learns.", "Train"
            )
        if state == "starting":
            self.error.hide()
        if state in ("finished", "idle", "failed"):
            self._runs_due.request()
        if state in RESTING:
            self._rest_due.request()
        self.charts.setEnabled(run is not None)
        self._show_tabs()

    def _show_phase(self, phase: str) -> None:
        self.progress.set_busy(phase)
        self.progress.setVisible(bool(phase))

    def _show_failure(self, failure: Failed) -> None:
        self.error.set_error(failure.message, failure.hint, failure.details)
        self.error.show()

    def _show_data(self, data: DataLoaded | None) -> None:
        is_plane = data is not None and data.description.kind == "points"
        self.top.setCurrentWidget(self.boundary if is_plane else self.confusion)
        if data is not None and is_plane:
            self.boundary.set_data(data)
        self._show_evaluation()

    def _show_watched(self, watched: Watched) -> None:
        self.boundary.set_watched(watched)

    def _take_evaluation(self, evaluated: Evaluated) -> None:
        if evaluated.split == "validation" and self._studio.shown_step is None:
            due = self._evaluation_due
            due.now() if self._studio.training in RESTING else due.request()

    def _show_evaluation(self) -> None:
        if self._has_results():
            self._show_confusion()
            self._show_predictions()

    def _follow_evaluation(self) -> None:
        """Show a new evaluation of the running training: the two views one after the other."""
        if self._has_results():
            self._show_confusion()
            self._predictions_due.request()

    def _has_results(self) -> bool:
        """Show the results, or why there are none; returns whether there are."""
        run, evaluated = self._run, self.evaluations.now
        if run is None or not run.step:
            sentence = "After each epoch the validation samples are predicted; the mistakes are listed here."
            self.results.show_empty("No predictions yet", sentence, "Train" if run is None else "")
        elif run.project.data != self._studio.document.project.data:
            self.results.show_empty("Other data", "The data were changed after this run; train again to compare.")
        elif evaluated is None:
            self.results.show_empty(
                "No predictions of this run", "Its validation samples can be predicted now.", "Predict"
            )
        elif self._studio.data is not None:
            self.results.show_view()
            return True
        return False

    def _show_confusion(self) -> None:
        run, evaluated = self._run, self.evaluations.now
        if run is not None and evaluated is not None and len(evaluated.confusion):
            epoch = evaluated.step / (run.steps_per_epoch or 1)
            self.confusion.set_evaluation(evaluated, self._studio.data, epoch)

    def _show_predictions(self) -> None:
        evaluated, data = self.evaluations.now, self._studio.data
        if evaluated is not None and data is not None:
            self.predictions.set_evaluation(evaluated, data)

        self._show_matrix()

    def _show_matrix(self) -> None:
        """A matrix beside the charts has no empty state of its own: without predictions it is not there."""
        data = self._studio.data
        beside = self._charts_row.indexOf(self.top) >= 0
        has_classes = data is None or data.description.target == "class"
        self.top.setVisible(has_classes and not (beside and self.results.is_empty))

    def _choose_run(self, run: RunModel) -> None:
        if run is not self._run:
            self._studio.show_run(run)

    def _show_overlays(self, runs: list[RunModel]) -> None:
        others = {run_name(run): (in_epochs(run, run.validation_steps), run.validation_loss) for run in runs}
        self.loss.set_overlays({name: curve for name, curve in others.items() if len(curve[0])})

    def _loss_name(self, run: RunModel | None) -> str:
        project = run.project if run is not None else self._studio.document.project
        if not project.heads:
            return ""
        loss = resolved_loss(project.heads[0], self._studio.document.inference)
        return LOSS_NAMES.get(loss, loss).lower()

    def _fold(self, folded: bool) -> None:
        self.settings.setVisible(not folded)
        self.rail.setVisible(folded)

    def _place_matrix(self, roomy: bool) -> None:
        """In a large window the matrix stands in one row with the small charts, else above the predictions."""
        if roomy == (self._charts_row.indexOf(self.top) >= 0):
            return
        (self._right_column if roomy else self._charts_row).removeWidget(self.top)
        if roomy:
            self._charts_row.addWidget(self.top, MATRIX_SHARE)
        else:
            self._right_column.insertWidget(0, self.top, 3)
        self.curves.setFixedHeight(LOSS_HEIGHT) if roomy else self.curves.setMinimumHeight(0)
        self.curves.setMaximumHeight(LOSS_HEIGHT if roomy else ANY_HEIGHT)
        self.top.setFixedHeight(MATRIX_HEIGHT) if roomy else self.top.setMinimumHeight(0)
        self.top.setMaximumHeight(MATRIX_HEIGHT if roomy else ANY_HEIGHT)
        self._show_matrix()

    def _show_tabs(self) -> None:
        short = self.height() < TALL
        empty = self.curves.is_empty
        self.tabs.setVisible(short and not empty)
        self._line.setVisible(not short and not empty)
        self.charts.setVisible(not empty and (not short or self.tabs.value == "charts"))
        self.runs.setVisible(not short or empty or self.tabs.value == "runs")
