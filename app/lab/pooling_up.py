"""Up-sampling: a small picture made larger in two ways, nothing learned in either."""

from dataclasses import dataclass

import numpy as np

from app.lab.grids_board import Grid, Link, Mark, Picture
from app.lab.grids_view import Cell, Rows, mark
from app.text import TIMES, count, fixed, format_number
from engine.explain.sample_digits import MOST
from engine.explain.up_sampling import METHODS, taps, up_sampled, weights


@dataclass(frozen=True)
class UpSamplingView:
    """The same small picture made larger in two ways, one output value after the other.

    Args:
        x: one channel (height, width).
        factor: how many times as high and wide.
    """

    x: np.ndarray
    factor: int

    @property
    def length(self) -> int:
        """Values of the output."""
        return int(self.x.size * self.factor**2)

    def place(self, done: int) -> Cell:
        """Row and column of the newest value."""
        row, column = divmod(max(done, 1) - 1, self.x.shape[1] * self.factor)
        return row, column

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """Nearest above, bilinear below, each beside what it is made of."""
        place, shape = self.place(done), (self.x.shape[0], self.x.shape[1])
        grids = []
        for at, method in enumerate(METHODS):
            used = np.argwhere(weights(shape, self.factor, place, method) > 0)
            low, spread = used.min(axis=0), np.ptp(used, axis=0) + 1
            marks = mark(Mark(int(low[0]), int(low[1]), int(spread[0]), int(spread[1])), done)
            made = up_sampled(self.x, self.factor, method)
            size = f"{made.shape[0]}{TIMES}{made.shape[1]}"
            grids += [
                Grid(f"source {method}", "Input", self.x, (at, 0), "grey", MOST, marks=marks),
                Grid(method, method.capitalize(), made, (at, 1), "grey", MOST, size, done, mark(Mark(*place), done)),
            ]
        links = (Link("source nearest", "nearest"), Link("source bilinear", "bilinear"))
        return Picture(grids, links, cells, f"{done} of {self.length} values are there")

    def lines(self, done: int) -> list[str]:
        """One value, both ways."""
        if not done:
            return []
        (row, column), shape = self.place(done), self.x.shape
        nearest = up_sampled(self.x, self.factor, "nearest")[row, column]
        down, right = (taps(shape[axis], self.factor, at, "bilinear") for axis, at in ((0, row), (1, column)))
        terms = [f"{format_number(a * b, 3)}·{fixed(self.x[i, j], 0)}" for i, a in down for j, b in right]
        pairs = [" + ".join(terms[at : at + 2]) for at in range(0, len(terms), 2)]
        total = up_sampled(self.x, self.factor, "bilinear")[row, column]
        middle = (row + 0.5) / self.factor - 0.5, (column + 0.5) / self.factor - 0.5
        where = ", ".join(format_number(value, 3) for value in middle)
        return [
            f"nearest: {fixed(nearest, 0)}",
            f"place in the input: ({where})",
            *(f"{'+ ' if at else ''}{pair}" for at, pair in enumerate(pairs)),
            f"bilinear: {format_number(float(total))}",
        ]

    def rows(self, done: int) -> Rows:
        """Sizes."""
        return [
            ("Values in, values out", f"{count(self.x.size)}, {count(self.length)}", "ink"),
            ("Parameters", "0", "ink"),
        ]

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """The lines of the moment say it."""
        return []
