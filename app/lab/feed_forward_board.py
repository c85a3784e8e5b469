"""The picture of feed-forward: the network with its values above, the layer's matrices below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.lab.matrix import ROW, Matrix, cell_at, paint_matrix
from app.text import fixed
from app.theme import Look
from engine.explain.feed_forward import Cell, Layer, Pass

RADIUS = 17.0
TRACK = 30.0  # px up and down that an input's handle moves
SIGN = 26.0  # px between two matrices


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        done: how many moments of the pass are over.
        cell: the moment shown; None before the first.
        by_rows: samples are rows (Keras: X W + b), else columns (W X + b).
        sample: whose values stand in the network.
        is_hidden: while the shape of the result is asked for.
    """

    layers: Sequence[Layer]
    passes: Sequence[Pass]
    moments: Sequence[Cell]
    done: int
    cell: Cell | None
    layer: int
    sample: int
    by_rows: bool
    is_hidden: bool = False


class FeedForwardBoard(Board):
    """Handles: "x0" .. on the inputs.

    Attributes:
        opened: layer, sample, unit of a sum that was clicked.
    """

    opened = Signal(int, int, int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Feed-forward: the network and its matrices")
        self._shown: Shown | None = None
        self._sums = QRectF()
        self._inputs: list[QPointF] = []

    def show_pass(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        known = int(np.isfinite(self._known(shown, shown.layer, "z")).sum())
        total = shown.passes[shown.layer].z.size
        self.describe(f"Layer {shown.layer + 1}: {known} of {total} sums are known")

    def value_of(self, id: str, place: QPointF) -> float:
        """What an input's handle means at a place."""
        middle = self._inputs[int(id[1:])]
        return float(np.clip((middle.y() - place.y()) / TRACK, -1, 1))

    def paint(self, ink: Ink) -> None:
        """Draw both halves."""
        shown = self._shown
        if shown is None:
            return
        rows = max(m.values.shape[0] for m in self._matrices(shown))
        lower = rows * ROW + 84
        self._paint_network(ink, QRectF(0, 10, self.width(), self.height() - lower - 14), shown)
        self._paint_product(ink, QRectF(20, self.height() - lower, self.width() - 40, lower), shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a sum; else take a handle."""
        shown = self._shown
        if shown is not None and self.is_movable:
            z = self._matrices(shown)[3].values
            cell = cell_at(self._sums, (z.shape[0], z.shape[1]), event.position())
            if cell is not None:
                sample, unit = cell if shown.by_rows else cell[::-1]
                self.opened.emit(shown.layer, sample, unit)
                return
        super().mousePressEvent(event)

    def _known(self, shown: Shown, layer: int, which: str) -> np.ndarray:
        """z or a of a layer, (sample, unit), NaN where the pass has not come yet."""
        found = shown.passes[layer].z if which == "z" else shown.passes[layer].a
        known = np.full(found.shape, np.nan)
        for cell in shown.moments[: shown.done]:
            if cell.layer == layer and which == "z" and cell.unit >= 0:
                known[cell.sample, cell.unit] = found[cell.sample, cell.unit]
            elif cell.layer == layer and which == "a" and cell.unit < 0:
                known = found
        return known

    def _paint_network(self, ink: Ink, box: QRectF, shown: Shown) -> None:
        columns = self._places(box, shown)
        self._inputs = columns[0]
        cell = shown.cell
        for number, layer in enumerate(shown.layers):
            self._paint_edges(ink, columns[number], columns[number + 1], layer.kernel, _lit(cell, number))
        sample = shown.sample
        for place, at in enumerate(columns[0]):
            value = float(shown.passes[0].x[sample, place])
            ink.fill(QRectF(at.x() - 2, at.y() - TRACK, 4, 2 * TRACK), "line2", radius=2)
            ink.at(at + QPointF(-18, 0), fixed(value, 2), "number", "ink", RIGHT)
            self.place(ink, f"x{place}", at - QPointF(0, TRACK * value), f"input {place}: {fixed(value, 2)}")
        for number in range(len(shown.layers)):
            values = self._known(shown, number, "a")[sample]
            sums = self._known(shown, number, "z")[sample]
            for unit, at in enumerate(columns[number + 1]):
                self._paint_unit(ink, at, (float(sums[unit]), float(values[unit])), _lit(cell, number) == unit)
        self._paint_titles(ink, box, columns, shown)

    def _paint_titles(self, ink: Ink, box: QRectF, columns: list[list[QPointF]], shown: Shown) -> None:
        names = [f"sample {shown.sample}", *(layer.activation for layer in shown.layers)]
        for name, column in zip(names, columns, strict=True):
            ink.at(QPointF(column[0].x(), box.top() + 8), name, "caption", "ink3", CENTRE)

    def _paint_edges(self, ink: Ink, before: list[QPointF], after: list[QPointF], kernel: np.ndarray, lit: int) -> None:
        for start, at in enumerate(before):
            for end, to in enumerate(after):
                weight = float(kernel[start, end])
                faint = 1.0 if lit == end else 0.45 if lit < 0 else 0.18
                ink.pen("pos" if weight >= 0 else "neg", 1 + 2.2 * abs(weight), alpha=faint)
                ink.line(at + QPointF(RADIUS, 0), to - QPointF(RADIUS + 1, 0))

    def _paint_unit(self, ink: Ink, at: QPointF, values: tuple[float, float], is_lit: bool) -> None:
        z, a = values
        box = QRectF(at.x() - RADIUS - 4, at.y() - RADIUS, 2 * RADIUS + 8, 2 * RADIUS)
        ink.box(box, "card", "ink" if is_lit else "line2", RADIUS, 2 if is_lit else 1.5)
        shown = a if np.isfinite(a) else z
        if np.isfinite(shown):
            ink.text(box, fixed(shown, 2), "heat", "ink" if np.isfinite(a) else "ink3", CENTRE)
        if np.isfinite(a):
            ink.at(at + QPointF(0, RADIUS + 9), f"z {fixed(z, 2)}", "heat", "ink3", CENTRE)

    def _paint_product(self, ink: Ink, box: QRectF, shown: Shown) -> None:
        matrices = self._matrices(shown)
        signs = ("·", "+", "=", "→ g →")
        room = box.width() - SIGN * 4 - 34
        width = min(52.0, room / sum(matrix.values.shape[1] for matrix in matrices))
        used = width * sum(matrix.values.shape[1] for matrix in matrices) + SIGN * 4 + 34
        x, limit = box.left() + (box.width() - used) / 2, 1.5
        tallest = max(matrix.values.shape[0] for matrix in matrices) * ROW
        middle = box.top() + 52 + tallest / 2
        for place, matrix in enumerate(matrices):
            top = middle - matrix.values.shape[0] * ROW / 2
            area = paint_matrix(ink, matrix, QPointF(x, top), width, limit)
            x = area.right()
            if place == 3:
                self._sums = area
            if place < len(signs):
                gap = SIGN + (34 if place == 3 else 0)
                ink.text(QRectF(x, middle - 12, gap, 24), signs[place], "number", "ink2", CENTRE)
                x += gap

    def _matrices(self, shown: Shown) -> list[Matrix]:
        """Kernel, inputs, bias, sums and outputs of the layer shown, in the notation shown."""
        layer, number = shown.layers[shown.layer], shown.layer
        x = shown.passes[0].x if number == 0 else self._known(shown, number - 1, "a")
        z, a = self._known(shown, number, "z"), self._known(shown, number, "a")
        if shown.is_hidden:
            z = a = np.full((1, 1), np.nan)
        cell = shown.cell if shown.cell is not None and shown.cell.layer == number else None
        sample, unit = (cell.sample, cell.unit) if cell is not None and cell.unit >= 0 else (-1, -1)
        if shown.by_rows:
            return [
                Matrix("X", x, row=sample),
                Matrix("W", layer.kernel, column=unit),
                Matrix("b", layer.bias[None, :], column=unit),
                Matrix("Z", z, sample, unit, shown.is_hidden),
                Matrix("A", a, is_hidden=shown.is_hidden),
            ]
        return [
            Matrix("W", layer.kernel.T, row=unit),
            Matrix("X", x.T, column=sample),
            Matrix("b", layer.bias[:, None], row=unit),
            Matrix("Z", z.T, unit, sample, shown.is_hidden),
            Matrix("A", a.T, is_hidden=shown.is_hidden),
        ]

    def _places(self, box: QRectF, shown: Shown) -> list[list[QPointF]]:
        sizes = [shown.layers[0].kernel.shape[0], *(layer.kernel.shape[1] for layer in shown.layers)]
        found = []
        for number, size in enumerate(sizes):
            x = box.left() + box.width() * (0.14 + 0.72 * number / (len(sizes) - 1))
            pitch = min(104.0, (box.height() - 34) / size)
            middle = box.center().y() + 8
            found.append([QPointF(x, middle + (place - (size - 1) / 2) * pitch) for place in range(size)])
        return found


def _lit(cell: Cell | None, layer: int) -> int:
    """The unit of a layer whose sum is shown; −1 for none."""
    return cell.unit if cell is not None and cell.layer == layer else -1
