"""Transposed convolution: every input value times the kernel is added into the output, one stamp after the other."""

from dataclasses import dataclass

import numpy as np

from app.lab.grids_board import Grid, Link, Mark, Picture
from app.lab.grids_view import Cell, Rows, mark
from app.text import TIMES, count, format_number
from engine.explain.transposed_convolution import Scatter


@dataclass(frozen=True)
class TransposedView:
    """Every input value times the kernel is added into the output, one stamp after the other."""

    scatter: Scatter

    @property
    def length(self) -> int:
        """Stamps."""
        return self.scatter.count

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """Input and output above, the newest stamp and the overlaps below."""
        scatter, side = self.scatter, self.scatter.kernel.shape[0]
        row, column = divmod(max(done, 1) - 1, scatter.x.shape[1])
        stamp = scatter.kernel * scatter.x[row, column]
        here, there = Mark(row, column), Mark(*scatter.corner(max(done, 1) - 1), side, side)
        output = scatter.after(done)
        limit = max(float(np.abs(scatter.after(self.length)).max()), 1e-9)
        ones = Scatter(np.ones(scatter.x.shape), np.ones(scatter.kernel.shape), scatter.stride, scatter.padding)
        size = f"{output.shape[0]}{TIMES}{output.shape[1]}"
        value = format_number(float(scatter.x[row, column]))
        now = mark(there, done)
        grids = (
            Grid("values", "Input", scatter.x, (0, 0), "signed", float(scatter.x.max()) or 1.0, marks=mark(here, done)),
            Grid("stamp", f"{value} {TIMES} kernel", stamp, (1, 0), "signed", limit),
            Grid("sums", "Output, summed up", output, (0, 1), "signed", limit, size, -1 if done else 0, now),
            Grid("overlaps", "Stamps on each cell", ones.after(done), (1, 1), "magnitude",
                 float(scatter.overlaps.max()), known=-1 if done else 0, marks=now),
        )  # fmt: skip
        links = (Link("values", "sums"),)
        return Picture(grids, links, cells, f"{done} of {self.length} stamps are there")

    def lines(self, done: int) -> list[str]:
        """Where the newest stamp lies."""
        if not done:
            return []
        row, column = divmod(done - 1, self.scatter.x.shape[1])
        top, left = self.scatter.corner(done - 1)
        stride, cut = self.scatter.stride, self.scatter.cut
        less = f" − {cut}" if cut else ""
        return [
            f"first row: {row} · {stride}{less} = {format_number(top)}",
            f"first column: {column} · {stride}{less} = {format_number(left)}",
        ]

    def rows(self, done: int) -> Rows:
        """Sizes, and how uneven the overlaps are."""
        scatter = self.scatter
        inner = _inner(scatter)
        low, high = int(inner.min()), int(inner.max())
        rows, columns = scatter.shape
        size = scatter.kernel.shape[0]
        found: Rows = [
            ("Values in, values out", f"{count(scatter.x.size)}, {count(rows * columns)}", "ink"),
            ("Weights of the kernel", f"{size}{TIMES}{size} = {size * size}", "ink"),
        ]
        if done == self.length:
            text = f"{high}" if low == high else f"{low} to {high}"
            found.append(("Stamps on a cell inside", text, "ink" if low == high else "warn"))
        return found

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """What adds up in one output cell."""
        if name not in ("sums", "overlaps"):
            return []
        parts = self.scatter.parts(cell)
        terms = [f"{format_number(value)}·{format_number(weight, 3)}" for value, weight in parts]
        total = sum(value * weight for value, weight in parts)
        pairs = [" + ".join(terms[at : at + 3]) for at in range(0, len(terms), 3)] or ["nothing arrives"]
        stamps = "1 stamp" if len(parts) == 1 else f"{len(parts)} stamps"
        return [f"cell ({cell[0]}, {cell[1]}), {stamps}", *pairs, f"= {format_number(total)}"]


def _inner(scatter: Scatter) -> np.ndarray:
    """Overlaps of the cells away from the edges, where each stamp's neighbours are there too."""
    edge = min(scatter.kernel.shape[0] - 1, (min(scatter.shape) - 1) // 2)
    return scatter.overlaps[edge : scatter.shape[0] - edge, edge : scatter.shape[1] - edge]
