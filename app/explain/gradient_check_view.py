"""Gradient check: for every layer, do the gradients agree with what the loss really does when a weight is moved?"""

import math
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.explain.number_text import number
from app.explain.view import View
from app.explanation import Explanation
from app.plots.line_chart import LineChart
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.error_state import ErrorState
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from engine.messages import Explained, Failed, Progress

HEADERS = ("Layer", "Weights checked", "At a corner", "Relative error", "What it means")
EXPLANATION = (
    "Each weight is moved by ±h, one at a time, and the loss is computed again: (L(w + h) − L(w − h)) / 2h. "
    "The gradient of the tape must say the same. Both are computed in double precision, on 8 training samples, "
    "h = 10⁻⁵, with all weights first moved at random by about 10⁻³, so that no unit sits on the corner of a ReLU."
)
FORMULA = "relative error = ‖tape − difference‖ / (‖tape‖ + ‖difference‖)"
CHART_HEIGHT = 260


class GradientCheckView(View):
    """The check of the network shown, at the moment shown."""

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._event: Explained | None = None
        self._explanation = Explanation(studio, "gradient_check", self, is_live=False)
        self.weights = NumberField(look, low=1, high=1000)
        self.weights.set_value(12)
        self.weights.setFixedWidth(64)
        self.again = QPushButton("Check again")
        self.progress, self.error = ProgressLine(look), ErrorState("", "", "", look)
        self.summary = PlainLabel("", "heading", look, "ink").set_wrapped()
        self.chart = LineChart(look)
        self.chart.setAccessibleName("Gradients by tape over gradients by difference")
        self.chart.setFixedHeight(CHART_HEIGHT)
        self._caption = PlainLabel("", "title", look, "ink")
        self._table = QWidget()
        self._lay_out()
        self._connect()
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        """Check only while somebody looks."""
        self._explanation.set_shown(is_shown)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(PlainLabel("Weights of each variable", "body", self.look, "ink2"))
        top.addWidget(self.weights)
        top.addWidget(self.again)
        top.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.progress)
        column.addWidget(self.summary)
        column.addWidget(PlainLabel(EXPLANATION, "body", self.look, "ink2").set_wrapped())
        column.addWidget(PlainLabel(FORMULA, "number", self.look, "ink3"))
        self._place = QVBoxLayout()
        self._place.addWidget(self._table)
        column.addLayout(self._place)
        column.addWidget(self._caption)
        column.addWidget(self.chart)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        self._pages = QStackedWidget()
        self._pages.addWidget(scroll)
        self._pages.addWidget(self.error.page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.progress.hide()
        self.chart.hide()

    def _connect(self) -> None:
        self._explanation.explained.connect(self._take)
        self._explanation.failed.connect(self._fail)
        self._explanation.busy_changed.connect(self._be_busy)
        self._explanation.progressed.connect(self._progress)
        self.progress.cancelled.connect(self._explanation.stop)
        self.error.retry.connect(self._explanation.refresh)
        self.again.clicked.connect(self._ask)
        self.weights.changed.connect(lambda _: self._ask())

    def _ask(self) -> None:
        self._explanation.ask(weights=int(self.weights.value))

    def _take(self, event: Explained) -> None:
        self._event = event
        self.progress.hide()
        self._pages.setCurrentIndex(0)
        layers = event.facts["layers"]
        worst = max(layers, key=lambda layer: layer["relative_error"])
        said = (
            f"Largest relative error: {_error(event.facts['relative_error'])}, in {worst['layer']}. {worst['verdict']}"
        )
        self.summary.setText(said)
        self._show_table(layers)
        self._show_layer(worst["layer"])
        self.settled.emit(event.step)

    def _show_table(self, layers: list[dict[str, Any]]) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(len(HEADERS) - 1, 1)
        for column, header in enumerate(HEADERS):
            grid.addWidget(PlainLabel(header, "caption", self.look, "ink3"), 0, column)
        for row, layer in enumerate(layers, 1):
            self._add_row(grid, row, layer)
        self._place.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table

    def _add_row(self, grid: QGridLayout, row: int, layer: dict[str, Any]) -> None:
        name = QPushButton(layer["layer"])
        name.setProperty("kind", "quiet")
        name.setToolTip("Show the gradients of this layer")
        name.clicked.connect(lambda: self._show_layer(layer["layer"]))
        token = "ok" if layer["relative_error"] < 1e-7 else "warn" if layer["relative_error"] < 1e-4 else "err"
        grid.addWidget(name, row, 0)
        grid.addWidget(PlainLabel(count(layer["checked"]), "number", self.look), row, 1)
        grid.addWidget(PlainLabel(count(layer["kinks"]), "number", self.look), row, 2)
        grid.addWidget(PlainLabel(_error(layer["relative_error"]), "result", self.look, token), row, 3)
        grid.addWidget(PlainLabel(layer["verdict"], "body", self.look, "ink2"), row, 4)

    def _show_layer(self, name: str) -> None:
        """Both gradients of a layer's weights: equal ones lie on the diagonal."""
        if self._event is None:
            return
        tape, difference = (self._event.arrays[f"{name}/{kind}"] for kind in ("tape", "difference"))
        self.chart.setVisible(len(tape) > 0)
        self._caption.setText(f"{name}: gradient by tape (up) over gradient by difference (across)")
        order = difference.argsort()
        self.chart.set_series("equal", difference[order], difference[order], "ink3", kind="line", dashed=True)
        self.chart.set_series("found", difference[order], tape[order], "pos", kind="points")

    def _fail(self, failure: Failed) -> None:
        self.progress.hide()
        self.error.set_error(failure.message, failure.hint, failure.details)
        self._pages.setCurrentIndex(1)

    def _be_busy(self, text: str) -> None:
        self.progress.setVisible(bool(text))
        if text:
            self.progress.set_busy(text)

    def _progress(self, event: Progress) -> None:
        self.progress.show()
        self.progress.set_count(event.done, event.total, event.text)


def _error(value: float) -> str:
    if not value or not math.isfinite(value):
        return number(value)
    return format_number(value, 2)
