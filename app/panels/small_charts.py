"""The three small charts under the loss: the metric, the learning rate, and the gradient norm of every layer."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.plots.heat_strip import HeatStrip
from app.plots.line_chart import LineChart
from app.run_model import RunModel
from app.smoothing import Smoothed
from app.text import fixed, format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from engine.tasks import TASKS

BRISK, SLOW = 66, 200  # ms between two drawings of the metric, and of what changes little
MANY = 20_000  # steps from which on the summary of the gradients shows as much as the gradients
SMOOTHING = 0.9


class SmallCharts(QWidget):
    """Follows one run."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._run: RunModel | None = None
        self._smoothed = Smoothed(SMOOTHING)
        self.metric_name = PlainLabel("Accuracy", "title", look, "ink")
        self.train_value = PlainLabel("", "number", look, "train")
        self.validation_value = PlainLabel("", "number", look, "val")
        self.rate_value = PlainLabel("", "number", look, "ink")
        self.metric_chart, self.rate_chart, self.norms = LineChart(look), LineChart(look), HeatStrip(look)
        self.metric_chart.setAccessibleName("Metric")
        self.rate_chart.setAccessibleName("Learning rate")
        self.norms.setAccessibleName("Gradient norm per layer")
        self._views = (
            Throttle(self, self._draw_metric, BRISK),
            Throttle(self, self._draw_rate, SLOW),
            Throttle(self, self._draw_norms, SLOW),
        )
        self._lay_out()

    def set_run(self, run: RunModel | None) -> None:
        """Show another run."""
        self._run = run
        self._smoothed = Smoothed(SMOOTHING)
        for chart in (self.metric_chart, self.rate_chart):
            for key in ("train", "validation", "rate", "now"):
                chart.remove(key)
        self.norms.set_values(np.zeros((0, 0)), ())
        self.norms.set_playhead(None)
        for label in (self.train_value, self.validation_value, self.rate_value):
            label.clear()
        if run is not None and run.project.heads:
            self.metric_name.setText(TASKS[run.project.heads[0].task].metric_name)
        for view in self._views:
            view.now()

    def restart(self) -> None:
        """What the run has so far may be other than before."""
        self._smoothed.restart()

    def refresh(self) -> None:
        """Follow the run, each chart in its own time."""
        for view in self._views:
            view.request()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        slash = PlainLabel("/", "number", self._look, "ink3")
        values = (self.train_value, slash, self.validation_value)
        row.addLayout(self._titled(self.metric_chart, self.metric_name, *values), 10)
        rate_name = PlainLabel("Learning rate", "title", self._look, "ink")
        row.addLayout(self._titled(self.rate_chart, rate_name, self.rate_value), 10)
        norm_name = PlainLabel("Gradient norm per layer", "title", self._look, "ink")
        row.addLayout(self._titled(self.norms, norm_name), 10)

    def _titled(self, chart: QWidget, name: QWidget, *values: QWidget) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(name)
        head.addStretch(1)
        for value in values:
            head.addWidget(value, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(chart, 1)
        return column

    def _draw_metric(self) -> None:
        run = self._run
        if run is None or not len(run.steps):
            return
        chart, smooth = self.metric_chart, self._smoothed.update(run.metric)
        chart.set_series("train", run.epochs, smooth, "train", "line", buckets=self._smoothed.buckets)
        self.train_value.setText(fixed(float(smooth[-1]), 3))
        if len(run.validation_metric):
            at = np.asarray(run.validation_steps, float) / (run.steps_per_epoch or 1)
            chart.set_series("validation", at, run.validation_metric, "val", "line")
            self.validation_value.setText(fixed(float(run.validation_metric[-1]), 3))
        _end_now(chart, run)

    def _draw_rate(self) -> None:
        run = self._run
        if run is None or not len(run.steps):
            return
        self.rate_chart.set_series("rate", run.epochs, run.learning_rate, "ink", "line", buckets=run.rate_buckets)
        self.rate_value.setText(format_number(float(run.learning_rate[-1]), 4))
        _end_now(self.rate_chart, run)

    def _draw_norms(self) -> None:
        run = self._run
        if run is None or not len(run.steps):
            return
        ends, whole = (float(run.epochs[0]), float(run.epochs[-1])), run.total_steps / (run.steps_per_epoch or 1)
        norms = run.gradient_norms if len(run.steps) < MANY else run.norm_buckets.mean
        self.norms.set_values(norms.T, run.gradient_layers, x=ends, until=whole)
        self.norms.set_playhead(ends[1])


def _end_now(chart: LineChart, run: RunModel) -> None:
    """Show the whole training's time with the present moment in it, and draw."""
    chart.set_limits(0.0, run.total_steps / (run.steps_per_epoch or 1))
    chart.set_marker("now", float(run.epochs[-1]), "", "ink", "line")
    chart.flush()
