"""Feed-forward: values flow through a small dense network; each product opens; m samples are one matrix product."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.feed_forward_board import FeedForwardBoard, Shown
from app.lab.parts import Formulas, Numbers, Section
from app.lab.stage import Stage
from app.studio import Studio
from app.text import count, fixed
from app.theme import Look
from app.throttle import Throttle
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.explain.feed_forward import Cell, forward, make_inputs, make_layers, moments, products

MOST_SAMPLES, MOST_UNITS = 5, 5
SMALL = {"samples": (1, MOST_SAMPLES), "seed": (0, 9999)}


class FeedForwardStage(Stage):
    """Playing computes one sum after the other, then each layer's activation."""

    defaults: ClassVar[dict[str, Any]] = {"sizes": [3, 4, 2], "samples": 1, "notation": "columns", "seed": 1}
    conditions: ClassVar[dict[str, str]] = {
        "opened": "a sum was opened",
        "batch": "two samples or more went through together",
    }
    what: ClassVar[str] = "Sum"
    rate: ClassVar[float] = 3.0
    in_steps: ClassVar[bool] = True

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = FeedForwardBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values = dict(self.defaults)
        self._layers = make_layers(self.defaults["sizes"], 1)
        self._x = make_inputs(MOST_SAMPLES, 3, 1)
        self._opened: Cell | None = None
        self.board.dragged.connect(self._drag)
        self.board.opened.connect(self.open_sum)
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with sizes (inputs first), a number of samples, a notation and a seed.

        Raises:
            UserError: sizes, samples, seed or notation out of range.
        """
        sizes = values["sizes"]
        if not 2 <= len(sizes) <= 4 or not all(1 <= size <= MOST_UNITS for size in sizes):
            found = f"sizes is {sizes}, expected 2 to 4 numbers from 1 to {MOST_UNITS}."
            raise UserError(found, "Inputs come first, e.g. [3, 4, 2].", where="sizes")
        for name, (low, high) in SMALL.items():
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]}, expected {low} to {high}.", "Correct it.", where=name)
        if values["notation"] not in ("columns", "rows"):
            found = f"notation is {values['notation']!r}, expected columns or rows."
            raise UserError(found, "rows is Keras's: X W + b.", where="notation")
        self._values = {**values, "sizes": list(sizes)}
        self._layers = make_layers(sizes, values["seed"])
        self._x = make_inputs(MOST_SAMPLES, sizes[0], values["seed"])
        self.notation.set_value(values["notation"])
        self.samples.set_value(str(values["samples"]))
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {**self._values, "sizes": list(self._values["sizes"])}

    def show_time(self, time: float) -> None:
        """Draw what is known after so many sums."""
        self._opened = None
        self._show()
        if time >= self.length and self._values["samples"] > 1:
            self.done.emit("batch")

    def sections(self) -> Sequence[QWidget]:
        """Notation, samples, the sum written out, shapes."""
        return (self._choices, self._sum, self._shapes)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the handles while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)
        self._show()

    def set_notation(self, notation: str) -> None:
        """Write samples as "columns" or as "rows"."""
        self._values["notation"] = notation
        self._show()
        self.changed.emit()

    def set_samples(self, samples: int) -> None:
        """Send so many samples through at once."""
        self._values["samples"] = samples
        self._restart()
        self.go(0)
        self.changed.emit()

    def open_sum(self, layer: int, sample: int, unit: int) -> None:
        """Write one sum out; one not reached yet is computed first."""
        self.pause()
        wanted = Cell(layer, sample, unit)
        at = self._moments.index(wanted) + 1
        if at > self.time:
            self.go(at)
        self._opened = wanted
        self._show()
        self.done.emit("opened")

    def _restart(self) -> None:
        self._moments = moments(self._layers, self._values["samples"])
        self.set_length(len(self._moments))

    def _drag(self, id: str, place: QPointF) -> None:
        self._x[self._shown_cell().sample, int(id[1:])] = round(self.board.value_of(id, place), 2)
        self._show()
        self.changed.emit()

    def _shown_cell(self) -> Cell:
        """The sum written out: the opened one, else the newest."""
        if self._opened is not None:
            return self._opened
        sums = [cell for cell in self._moments[: int(self.time)] if cell.unit >= 0]
        return sums[-1] if sums else Cell(0, 0, 0)

    def _newest(self) -> Cell | None:
        return self._moments[int(self.time) - 1] if int(self.time) else None

    def _show(self) -> None:
        done, samples = int(self.time), self._values["samples"]
        passes = forward(self._layers, self._x[:samples])
        cell, shown = self._opened or self._newest(), self._shown_cell()
        layer = cell.layer if cell is not None else 0
        by_rows = self._values["notation"] == "rows"
        hidden = self.is_frozen
        self.board.show_pass(
            Shown(self._layers, passes, self._moments, done, cell, layer, shown.sample, by_rows, hidden)
        )
        self._numbers_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._numbers_due.forget()
        cell, newest = self._shown_cell(), self._opened or self._newest()
        by_rows = self._values["notation"] == "rows"
        layer, samples = self._layers[cell.layer], self._values["samples"]
        x = forward(self._layers, self._x[:samples])[cell.layer].x[cell.sample]
        kernel, bias = layer.kernel[:, cell.unit], float(layer.bias[cell.unit])
        done = bool(self.time) or self._opened is not None
        self.terms.show_lines([f"z_{cell.unit} = Σ_i w_i · x_i + b_{cell.unit}"])
        rows = [
            (f"{place}:  {_s(w)} · {_s(v)}", fixed(float(w * v), 3), "pos" if w * v >= 0 else "neg")
            for place, (w, v) in enumerate(zip(kernel, x, strict=True))
        ]
        total = float(x @ kernel + bias)
        rows += [(f"b_{cell.unit}", fixed(bias, 3), "ink2"), (f"z_{cell.unit}", fixed(total, 3), "ink")]
        self.products.show_rows(rows if done else [])
        self.which.setText(f"Layer {cell.layer + 1}, unit {cell.unit}, sample {cell.sample}" if done else "Press play.")
        self._write_shapes(newest.layer if newest is not None else 0, by_rows)

    def _write_shapes(self, number: int, by_rows: bool) -> None:
        samples = self._values["samples"]
        n, m = self._layers[number].kernel.shape
        shapes = f"({samples}×{n}) · ({n}×{m}) + (1×{m})" if by_rows else f"({m}×{n}) · ({n}×{samples}) + ({m}×1)"
        result = "?" if self.is_frozen else f"({samples}×{m})" if by_rows else f"({m}×{samples})"
        self.equation.show_lines(["A = g(X W + b)" if by_rows else "A = g(W X + b)", f"{shapes} → {result}"])
        self.rows.show_rows(
            [
                ("inner sizes, must agree", f"{n} = {n}", "ink"),
                ("multiplications, this layer", count(samples * n * m), "ink"),
                ("multiplications, whole net", count(products(self._layers, samples)), "ink"),
            ]
        )

    def _make_panel(self) -> None:
        look = self.look
        self.notation = Segmented([("columns", "W X + b"), ("rows", "X W + b, Keras")], look)
        self.notation.setAccessibleName("Notation")
        self.notation.changed.connect(self.set_notation)
        self.samples = Segmented([(str(n), str(n)) for n in range(1, MOST_SAMPLES + 1)], look)
        self.samples.changed.connect(lambda text: self.set_samples(int(text)))
        self._choices = Section("Notation", look, "samples are columns, or rows")
        self._choices.add(self.notation)
        self._choices.labelled("Samples m", self.samples)
        transposed = "One is the transpose of the other: (W X)ᵀ = Xᵀ Wᵀ. Rows become columns; the order turns round."
        self._choices.add(PlainLabel(transposed, "body", look).set_wrapped())
        self._sum = Section("One sum, written out", look)
        self.which, self.terms = PlainLabel("", "body", look, "ink"), Formulas(look)
        self._sum.add(self.which)
        self._sum.add(self.terms)
        self.products = Numbers(look)
        self._sum.add(self.products)
        self._sum.add(PlainLabel("Click any cell of Z to open it.", "caption", look, "ink3").set_wrapped())
        self._shapes = Section("Shapes", look)
        self.equation, self.rows = Formulas(look), Numbers(look)
        self._shapes.add(self.equation)
        self._shapes.add(self.rows)


def _s(value: float | np.floating) -> str:
    text = fixed(float(value), 2)
    return f"({text})" if value < 0 else text
