"""A 1×1 convolution: at every place the channels go through the same dense layer."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.lab.grids_board import Grid, Mark, Picture
from app.lab.grids_view import Cell, Rows, in_sum, mark
from app.text import TIMES, count, fixed, format_number
from engine.explain.convolution import correlate
from engine.explain.small_volume import NAMES, window


@dataclass(frozen=True)
class PointView:
    """Place by place, all filters at once.

    Args:
        x: (height, width, channel).
        weights: (channel, filter), the kernel of a dense layer.
        biases: (filter,).
        filter: the one that is written out.
    """

    x: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    filter: int

    @cached_property
    def z(self) -> np.ndarray:
        """The output volume (row, column, filter)."""
        return correlate(self.x, self.weights[None, None], window(1), self.biases)

    @property
    def length(self) -> int:
        """Places."""
        return int(self.x.shape[0] * self.x.shape[1])

    def place(self, done: int) -> Cell:
        """Row and column of the newest place."""
        row, column = divmod(max(done, 1) - 1, self.x.shape[1])
        return row, column

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """Slices of the input, the dense layer at one place, maps of the output."""
        place = self.place(done)
        x, here = self.x[place], mark(Mark(*place), done)
        limit, most = float(np.abs(self.x).max()), float(np.abs(self.z).max())
        grids = [
            Grid(f"x{at}", f"Channel {at}", self.x[..., at], (at, 0), "signed", limit, NAMES[at], marks=here)
            for at in range(self.x.shape[2])
        ]
        known = -1 if done else 0
        grids += [
            Grid("point", "x", x[None, :], (0, 1), "signed", limit, f"at ({place[0]}, {place[1]})", known),
            Grid("weights", "W", self.weights, (1, 1), "signed", float(np.abs(self.weights).max()),
                 "the same everywhere", marks=mark(Mark(0, self.filter, self.weights.shape[0]), done)),
            Grid("sums", "z = x W + b", self.z[place][None, :], (2, 1), "signed", most, known=known,
                 marks=mark(Mark(0, self.filter), done)),
        ]  # fmt: skip
        grids += [
            Grid(f"z{at}", f"Map {at}", self.z[..., at], (at, 2), "signed", most, f"of filter {at}", done, here)
            for at in range(self.z.shape[2])
        ]
        return Picture(grids, (), cells, f"{done} of {self.length} places are done")

    def lines(self, done: int) -> list[str]:
        """One filter at the newest place."""
        if not done:
            return []
        at, x = self.filter, self.x[self.place(done)]
        terms = [
            f"{format_number(v)}·{in_sum(w)}" for v, w in zip(x.tolist(), self.weights[:, at].tolist(), strict=True)
        ]
        bias, total = in_sum(float(self.biases[at])), float(self.z[(*self.place(done), at)])
        pairs = [" + ".join(terms[first : first + 2]) for first in range(0, len(terms), 2)]
        heads = [f"z_{at} = {pairs[0]}", *(f"+ {pair}" for pair in pairs[1:])]
        return [*heads, f"+ {bias} = {fixed(total, 3)}"]

    def rows(self, done: int) -> Rows:
        """Sizes and parameters, and those of the dense layer."""
        channels, filters = self.weights.shape
        each = channels * filters
        return [
            ("Input", TIMES.join(map(str, self.x.shape)), "ink"),
            ("Output", TIMES.join(map(str, self.z.shape)), "ink"),
            (f"Conv2D({filters}, 1)", f"1·1·{channels}·{filters} + {filters} = {each + filters}", "ink"),
            (f"Dense({filters}) at a place", f"{channels}·{filters} + {filters} = {each + filters}", "ink"),
            ("Multiplications", f"{self.length} · {each} = {count(self.length * each)}", "ink"),
        ]

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """The lines of the moment say it."""
        return []
