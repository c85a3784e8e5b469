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
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from engine.tasks import TASKS

COLUMNS = 90  # of the heat strip
SMOOTHING = 0.9


def pooled(values: np.ndarray, columns: int) -> np.ndarray:
    """Return (layer, column): the mean over equal spans of steps of values (step, layer).

    Fewer steps than columns stay as they are.
    """
    steps = len(values)
    if not steps:
        return np.zeros((values.shape[1], 0))
    edges = np.linspace(0, steps, min(columns, steps) + 1).astype(int)
    sums = np.add.reduceat(np.asarray(values, np.float64), edges[:-1], axis=0)
    return (sums / np.diff(edges)[:, None]).T


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
        self.scale_value = ElidedLabel("", "caption", look)
        self.metric, self.rate, self.norms = LineChart(look), LineChart(look), HeatStrip(look)
        self.metric.setAccessibleName("Metric")
        self.rate.setAccessibleName("Learning rate")
        self.norms.setAccessibleName("Gradient norm per layer")
        self._throttle = Throttle(self, self._draw)
        self._lay_out()

    def set_run(self, run: RunModel | None) -> None:
        """Show another run."""
        self._run = run
        self._smoothed = Smoothed(SMOOTHING)
        for chart in (self.metric, self.rate):
            for key in ("train", "validation", "rate"):
                chart.remove(key)
        for label in (self.train_value, self.validation_value, self.rate_value):
            label.clear()
        if run is not None and run.project.heads:
            self.metric_name.setText(TASKS[run.project.heads[0].task].metric_name)
        self._throttle.now()

    def refresh(self) -> None:
        """Follow the run, at most thirty times a second."""
        self._throttle.request()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        slash = PlainLabel("/", "number", self._look, "ink3")
        row.addLayout(self._titled(self.metric, self.metric_name, self.train_value, slash, self.validation_value), 10)
        rate_name = PlainLabel("Learning rate", "title", self._look, "ink")
        row.addLayout(self._titled(self.rate, rate_name, self.rate_value), 10)
        norm_name = PlainLabel("Gradient norm per layer", "title", self._look, "ink")
        row.addLayout(self._titled(self.norms, norm_name, self.scale_value), 10)

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

    def _draw(self) -> None:
        run = self._run
        if run is None or not len(run.steps):
            return
        per_epoch = run.steps_per_epoch or 1
        epochs, whole = np.asarray(run.steps, float) / per_epoch, run.total_steps / per_epoch
        self._draw_metric(run, epochs, whole)
        self.rate.set_series("rate", epochs, run.learning_rate, "ink", "line")
        self.rate.set_limits(0.0, whole)
        self.rate.set_marker("now", float(epochs[-1]), "", "ink", "line")
        self.rate_value.setText(format_number(float(run.learning_rate[-1]), 4))
        self._draw_norms(run)

    def _draw_metric(self, run: RunModel, epochs: np.ndarray, whole: float) -> None:
        smooth = self._smoothed.update(run.metric)
        self.metric.set_series("train", epochs, smooth, "train", "line")
        self.train_value.setText(fixed(float(smooth[-1]), 3))
        if len(run.validation_metric):
            at = np.asarray(run.validation_steps, float) / (run.steps_per_epoch or 1)
            self.metric.set_series("validation", at, run.validation_metric, "val", "line")
            self.validation_value.setText(fixed(float(run.validation_metric[-1]), 3))
        self.metric.set_limits(0.0, whole)
        self.metric.set_marker("now", float(epochs[-1]), "", "ink", "line")

    def _draw_norms(self, run: RunModel) -> None:
        strips = pooled(run.gradient_norms, COLUMNS)
        finite = strips[np.isfinite(strips)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        self.norms.set_values(strips, low, high, row_labels=run.gradient_layers)
        self.scale_value.set_text(f"{format_number(low, 2)} to {format_number(high, 2)}")
