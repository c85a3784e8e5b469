"""Redrawing a loss curve of a million points that grows, in the bare chart and in the panel of the Train workspace."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.panels.loss_panel import LossPanel
from app.plots.line_chart import LineChart
from app.run_model import RunModel
from app.theme import Look
from app.window_process import application
from engine.examples import load_example
from engine.messages import Metrics, Started
from tests.benchmarks.open_window import turn
from tests.benchmarks.row import Row, percentile

POINTS = 1_000_000
NEW = 200  # points between two redraws
REDRAWS = 100
SIZE = (900, 420)
WANTED = 16.7


def measure() -> list[Row]:
    """Measure both."""
    application()
    look = Look("dark")
    loss = _loss()
    return [_chart(look, loss), _panel(look, loss)]


def _loss() -> np.ndarray:
    steps = np.arange(POINTS + NEW * (REDRAWS + 5))
    noise = np.random.default_rng(0).lognormal(0.0, 0.4, len(steps))
    return (2.3 * np.exp(-steps / 2e5) * noise + 0.01).astype(np.float32)


def _chart(look: Look, loss: np.ndarray) -> Row:
    chart = LineChart(look)
    x = np.arange(len(loss), dtype=float)

    def redraw(index: int) -> None:
        count = POINTS + NEW * index
        chart.set_series("raw", x[:count], loss[:count], "train", "raw")
        chart.set_series("train", x[:count], loss[:count], "train", "line", label="train")
        chart.flush()

    return _row("chart, raw and smooth curve of 1,000,000 points", _redrawn(chart, redraw), WANTED)


def _panel(look: Look, loss: np.ndarray) -> Row:
    project = load_example("digits")
    run, panel = RunModel(Path(), project), LossPanel(look)
    layers = ("conv2d_1", "conv2d_2", "dense_1", "output")
    run.take(
        Started(
            folder="", first_step=0, steps_per_epoch=40, total_steps=2 * POINTS, execution="graph", device="CPU",
            metric="accuracy", gradient_layers=layers,
        )
    )  # fmt: skip
    run.take(_metrics(0, loss[:POINTS], len(layers)))
    panel.set_run(run, "cross-entropy")

    def redraw(index: int) -> None:
        first = POINTS + NEW * index
        run.take(_metrics(first, loss[first : first + NEW], len(layers)))
        panel._draw()

    return _row("    loss panel: with smoothing, validation and marks", _redrawn(panel, redraw), WANTED)


def _metrics(first: int, loss: np.ndarray, layers: int) -> Metrics:
    ends = np.arange(first // 40 + 1, (first + len(loss)) // 40 + 1) * 40
    return Metrics(
        first_step=first,
        loss=loss,
        metric=loss,
        learning_rate=loss,
        gradient_norms=np.zeros((len(loss), layers), np.float32),
        samples_per_second=1e5,
        validation_steps=ends.astype(np.int64),
        validation_loss=loss[ends - first - 1],
        validation_metric=loss[ends - first - 1],
    )


def _redrawn(view: QWidget, redraw: object) -> list[float]:
    """Milliseconds of each redraw, painting included."""
    view.resize(*SIZE)
    view.show()
    turn(0.3)
    assert callable(redraw)
    found = []
    for index in range(REDRAWS + 3):
        began = time.perf_counter()
        redraw(index)
        QCoreApplication.processEvents()
        found.append(1000 * (time.perf_counter() - began))
    view.close()
    return found[3:]


def _row(name: str, spent: list[float], wanted: float) -> Row:
    note = f"median {percentile(spent, 0.5):.1f} ms, longest {max(spent):.1f} ms, {SIZE[0]}x{SIZE[1]} px"
    return Row(f"{name}, 95th percentile", percentile(spent, 0.95), "ms", wanted, "below", note=note)
