"""The loss chart: every batch faintly, the smoothed curve over it, validation with its best point, other runs."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.plots.line_chart import LineChart
from app.run_model import RunModel
from app.smoothing import Smoothed
from app.text import fixed
from app.theme import Look
from app.throttle import Throttle
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider

Curve = tuple[np.ndarray, np.ndarray]
SMOOTHING = 0.9
MOST_SMOOTHING = 0.99
NEAR = 0.12  # of the axis
PACE = 50  # ms between two drawings while it trains


def in_epochs(run: RunModel, steps: np.ndarray) -> np.ndarray:
    """Return steps as epochs, float64; steps where the length of an epoch is not known."""
    return np.asarray(steps, float) / (run.steps_per_epoch or 1)


class LossPanel(QWidget):
    """Shows one run's loss and other runs' validation loss."""

    picked = Signal(float)  # epoch

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._run: RunModel | None = None
        self._overlays: dict[str, Curve] = {}
        self.smoothing = ValueSlider(0.0, MOST_SMOOTHING, look, decimals=2)
        self.smoothing.set_default(SMOOTHING)
        self.smoothing.set_value(SMOOTHING)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setFixedWidth(150)
        self.scale = Segmented([("linear", "Linear"), ("log", "Log")], look)
        self.scale.setAccessibleName("Scale of the loss")
        self.loss_name = ElidedLabel("", "body", look)
        self.chart = LineChart(look)
        self.chart.setAccessibleName("Loss")
        self._smoothed = Smoothed(SMOOTHING)
        self._throttle = Throttle(self, self._draw, PACE)
        self._lay_out()
        self.smoothing.changed.connect(self._set_smoothing)
        self.scale.changed.connect(lambda scale: self.chart.set_log(scale == "log"))
        self.chart.picked.connect(self.picked)

    def set_run(self, run: RunModel | None, loss_name: str = "") -> None:
        """Show another run."""
        self._run = run
        self.loss_name.set_text(loss_name)
        self._smoothed = Smoothed(self._smoothed.weight)
        for key in ("raw", "train", "validation"):
            self.chart.remove(key)
        self.chart.remove("best")
        self._throttle.now()

    def set_overlays(self, overlays: Mapping[str, Curve]) -> None:
        """Show the validation loss of other runs: name to (epochs, loss)."""
        for name in set(self._overlays) - set(overlays):
            self.chart.remove(f"run {name}")
        self._overlays = dict(overlays)
        self._throttle.now()

    def restart(self) -> None:
        """What the run has so far may be other than before."""
        self._smoothed.restart()

    def refresh(self) -> None:
        """Follow the run, at most twenty times a second."""
        self._throttle.request()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(PlainLabel("Loss", "heading", self._look, "ink"))
        row.addWidget(self.loss_name, 1)
        row.addWidget(PlainLabel("Smoothing", "body", self._look))
        row.addWidget(self.smoothing)
        row.addWidget(self.scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.chart, 1)

    def _set_smoothing(self, weight: float) -> None:
        self._smoothed = Smoothed(min(max(weight, 0.0), MOST_SMOOTHING))
        self._throttle.now()

    def _draw(self) -> None:
        for name, (epochs, loss) in self._overlays.items():
            self.chart.set_series(f"run {name}", epochs, loss, "ink3", "line", label=f"{name} val", dashed=True)
        run = self._run
        if run is None or not run.total_steps:
            return
        epochs = run.epochs
        smooth = self._smoothed.update(run.loss)
        self.chart.set_x_label("epoch")
        self.chart.set_limits(0.0, max(run.total_steps / (run.steps_per_epoch or 1), float(epochs[-1:].sum())))
        self.chart.set_series("raw", epochs, run.loss, "train", "raw", buckets=run.loss_buckets)
        ends, buckets = _end("train", smooth), self._smoothed.buckets
        self.chart.set_series("train", epochs, smooth, "train", "line", label=ends, buckets=buckets)
        self._draw_validation(run)
        self.chart.set_marker("now", run.step / (run.steps_per_epoch or 1), "", "ink", "line")
        self.chart.flush()

    def _draw_validation(self, run: RunModel) -> None:
        if not len(run.validation_loss):
            return
        epochs = in_epochs(run, run.validation_steps)
        loss = run.validation_loss
        self.chart.set_series("validation", epochs, loss, "val", "points", label=_end("validation", loss))
        if run.best_step is not None:
            best = float(np.nanmin(loss))
            epoch = run.best_step / (run.steps_per_epoch or 1)
            # Near the end of the curve stand the names of the curves, with the same value.
            is_apart = run.step - run.best_step > NEAR * run.total_steps
            text = f"best, epoch {epoch:g}\n{fixed(best, 3)}" if is_apart else ""
            self.chart.set_marker("best", epoch, text, "val", "star")


def _end(name: str, values: np.ndarray) -> str:
    return f"{name}\n{fixed(float(values[-1]), 3)}" if len(values) else name
