"""Transport: reset, train or pause, step, stop; the timeline; the numbers of the run."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.actions import Actions
from app.frame.busy_label import BusyLabel
from app.frame.figure import Figure
from app.frame.play_button import PlayButton
from app.frame.run_numbers import RunNumbers, numbers_of
from app.frame.step_button import StepButton
from app.plots.timeline import Timeline
from app.run_model import RunModel
from app.studio import Studio
from app.theme import Look
from app.throttle import Throttle
from app.training_commands import RUNNING, allowed
from app.widgets.icon_button import IconButton
from engine.tasks import TASKS

MIN_TIMELINE = 320
READABLE = 100  # ms between two readings of the numbers; nobody reads them faster
DROPPED_FIRST = ("left", "rate", "metric")
BUSY_STATES = ("starting", "stopping")
HEADINGS = {"stopping": "stopping at the next step", "stuck": "the engine does not answer"}
SHORT_METRICS = {"accuracy": "acc"}
NO_PROJECT = "Open a project and its loss curve becomes this timeline"
NO_RUN = "Train to fill the timeline"


class Transport(QWidget):
    """The bar at the bottom of the window, 60 px. It shows what the studio says and asks the actions."""

    def __init__(self, studio: Studio, actions: Actions, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Transport")
        self.setFixedHeight(look.theme.size("transport"))
        self._studio, self._actions, self._look = studio, actions, look
        self._run: RunModel | None = None
        self._scrubbed: int | None = None
        self._phase = ""
        self._has_project = False
        self._due = Throttle(self, self._show_progress, READABLE)
        self._make_buttons()
        self._make_figures()
        self.timeline = Timeline(look)
        self._lay_out()
        self._connect()
        self.show_run(studio.run)

    def set_has_project(self, has_project: bool) -> None:
        """Without a project there is nothing to train."""
        self._has_project = has_project
        self._show_state()

    def show_run(self, run: RunModel | None) -> None:
        """Show another run, at its newest step."""
        if self._run is not None:
            for signal in (self._run.grown, self._run.evaluated, self._run.checkpointed, self._run.started):
                signal.disconnect(self._due.request)
        self._run, self._scrubbed = run, self._studio.shown_step
        if run is not None:
            for signal in (run.grown, run.evaluated, run.checkpointed, run.started):
                signal.connect(self._due.request)
            self.figures["metric"].set_caption(f"Val {_metric_name(run)}")
        self._show_progress()
        self._show_state()

    @property
    def scrubbed(self) -> int | None:
        """The step shown, or None while the newest is shown."""
        return self._scrubbed

    def sizeHint(self) -> QSize:
        """As wide as the window lets it be."""
        return QSize(1120, self._look.theme.size("transport"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the line above and the line before the timeline."""
        painter = QPainter(self)
        theme = self._look.theme
        painter.fillRect(self.rect(), theme.color("bg0"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("line"))
        painter.fillRect(self.timeline.x() - 14, 14, 1, self.height() - 28, theme.color("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop numbers, the least important first, before the timeline gets too short."""
        super().resizeEvent(event)
        self._fit()

    def _make_buttons(self) -> None:
        look = self._look
        self.reset = IconButton("reset", "Reset to the untrained network (Ctrl+Shift+R)", look)
        self.play = PlayButton(look)
        self.step = StepButton(look)
        self.stop = IconButton("stop", "Stop training (Ctrl+.)", look)
        self.resume = QPushButton("Resume")
        self.force = QPushButton("Force stop")
        self.force.setProperty("kind", "danger")

    def _make_figures(self) -> None:
        look = self._look
        self.epoch = Figure("Epoch", "30/30", look)
        self.steps = Figure("Step", "1,200/1,200", look)
        self.busy = BusyLabel(look)
        self.counters = QStackedWidget()
        self.counters.addWidget(_row([self.epoch, self.steps], 18))
        self.counters.addWidget(self.busy)
        self.figures = {
            "loss": Figure("Train loss", "−0.000", look, "train"),
            "validation_loss": Figure("Val loss", "−0.000", look, "val"),
            "metric": Figure("Val acc", "−0.000", look, "val"),
            "rate": Figure("Samples/s", "000,000", look),
            "left": Figure("ETA", "0:00:00", look),
        }
        self.figures["loss"].set_tip("Loss of the last batch")
        self.figures["validation_loss"].set_tip("Loss on the validation part, at the last evaluation")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        for button in (self.reset, self.play, self.step, self.stop, self.force, self.resume):
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self.counters)
        row.addSpacing(22)
        row.addWidget(self.timeline, 1)
        row.addSpacing(14)
        row.addWidget(_row(list(self.figures.values()), 16))

    def _connect(self) -> None:
        trigger = self._actions.trigger
        self.reset.clicked.connect(lambda: trigger("reset"))
        self.play.clicked.connect(lambda: trigger("train_or_pause"))
        self.step.stepped.connect(lambda unit: trigger(f"step_{unit}"))
        self.stop.clicked.connect(lambda: trigger("stop"))
        self.resume.clicked.connect(lambda: trigger("resume"))
        self.force.clicked.connect(self._studio.force_stop)
        self.timeline.scrubbed.connect(self._studio.show_step)
        self._studio.moment_changed.connect(self._show_moment)
        self._studio.run_changed.connect(self.show_run)
        self._studio.training_changed.connect(self._show_state)
        self._studio.phase_changed.connect(self._note_phase)
        self._studio.engine.state_changed.connect(self._show_state)
        self._look.changed.connect(self.update)

    def _note_phase(self, phase: str) -> None:
        self._phase = phase
        self._show_state()

    def _show_moment(self, step: int | None) -> None:
        self._scrubbed = step
        self._show_progress()

    def _show_state(self, _news: str = "") -> None:
        """Bring buttons and words in step with what the training does."""
        state, resumes = self._studio.training, self._studio.can_resume
        now = allowed(state, has_project=self._has_project, has_run=self._run is not None, can_resume=resumes)
        self._show_play(state, now["train_or_pause"])
        self.reset.setEnabled(now["reset"])
        self.step.setEnabled(now["step_batch"])
        self.stop.setVisible(state in (*RUNNING, "stopping"))
        self.stop.setEnabled(now["stop"])
        self.force.setVisible(state == "stuck")
        self.resume.setVisible(resumes)
        self._show_words(state)
        self._show_progress()
        self._fit()

    def _show_play(self, state: str, is_allowed: bool) -> None:
        pauses = state in ("starting", "training")
        self.play.setEnabled(is_allowed)
        name = "Pause training" if pauses else "Go on training" if state == "paused" else "Train"
        busy = state in BUSY_STATES or bool(self._phase)
        self.play.set_state(pauses, busy, name, f"{name} (Ctrl+Enter, or Space)")

    def _show_words(self, state: str) -> None:
        engine = self._studio.engine.state
        words = HEADINGS.get(state, "") or self._phase
        if state == "starting" and engine != "ready":
            words = "engine starting" if engine == "starting" else f"engine {engine}"
        self.busy.say(words or "starting")
        self.counters.setCurrentIndex(1 if words or state == "starting" else 0)

    def _show_progress(self) -> None:
        run = self._run
        if run is None or not self._has_project or not (run.step or run.total_steps):
            self.timeline.set_idle(NO_RUN if self._has_project else NO_PROJECT)
            self._show_numbers(RunNumbers())
            return
        self.timeline.set_total(run.total_steps, run.steps_per_epoch)
        self.timeline.set_curves(run.steps, run.loss, run.validation_steps, run.validation_loss, run.loss_buckets)
        self.timeline.set_checkpoints(run.checkpoints, run.best_step)
        at = run.step if self._scrubbed is None else self._scrubbed
        self.timeline.set_playhead(at, _moment(run, at))
        self._show_numbers(numbers_of(run, self._scrubbed, self._studio.training == "training"))

    def _show_numbers(self, numbers: RunNumbers) -> None:
        self.epoch.set_value(numbers.epoch, f"/{numbers.epochs}" if numbers.epochs else "")
        self.steps.set_value(numbers.step, f"/{numbers.steps}" if numbers.steps else "")
        scrubbed = self._scrubbed is not None
        self.steps.set_caption("Step, scrubbed" if scrubbed else "Step")
        self.steps.set_tip("Every view shows the weights kept nearest to this step." if scrubbed else "")
        for name, figure in self.figures.items():
            figure.set_value(getattr(numbers, name))
        metric = self.figures["metric"]
        tip = f"Loss on the validation part, at the last evaluation\n{metric.accessibleName()}"
        self.figures["validation_loss"].set_tip(tip)

    def _fit(self) -> None:
        """Show as many numbers as leave the timeline its least width."""
        margins = 140 + self.counters.sizeHint().width()
        buttons = (self.reset, self.play, self.step, self.stop, self.force, self.resume)
        margins += sum(button.sizeHint().width() + 6 for button in buttons if not button.isHidden())
        room = self.width() - margins - MIN_TIMELINE
        widths = {name: figure.sizeHint().width() + 16 for name, figure in self.figures.items()}
        shown = set(self.figures)
        for name in DROPPED_FIRST:
            if sum(widths[kept] for kept in shown) > room:
                shown.discard(name)
        for name, figure in self.figures.items():
            figure.setVisible(name in shown)


def _metric_name(run: RunModel) -> str:
    task = TASKS.get(run.project.heads[0].task) if run.project.heads else None
    return SHORT_METRICS.get(task.metric, task.metric_name) if task else "metric"


def _moment(run: RunModel, step: int) -> str:
    per_epoch = run.steps_per_epoch
    return f"epoch {step // per_epoch}" if per_epoch and step % per_epoch == 0 else f"step {step:,}"


def _row(widgets: list[Figure], spacing: int) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder
