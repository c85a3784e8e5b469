"""Filters on a volume: a slice for every channel, the sums of all slices and one bias make one value of one map."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.lab.grids_board import Grid, Mark, Picture
from app.lab.grids_view import Cell, Rows, in_sum, mark
from app.text import TIMES, count, fixed, format_number
from engine.explain.convolution import ConvolutionCell, convolution_cell, correlate
from engine.explain.small_volume import NAMES, window


@dataclass(frozen=True)
class FilterView:
    """One map after the other, each value by value.

    Args:
        x: (height, width, channel).
        kernels: (kernel row, kernel column, channel, filter).
        biases: (filter,).
        channel: the one whose products are written out.
    """

    x: np.ndarray
    kernels: np.ndarray
    biases: np.ndarray
    channel: int

    @cached_property
    def z(self) -> np.ndarray:
        """The output volume (row, column, filter)."""
        return correlate(self.x, self.kernels, window(self.kernels.shape[0]), self.biases)

    @property
    def length(self) -> int:
        """Values of the output volume."""
        return int(self.z.size)

    def place(self, done: int) -> tuple[int, Cell]:
        """Filter, and row and column, of the newest value."""
        filter_, at = divmod(max(done, 1) - 1, self.z.shape[0] * self.z.shape[1])
        row, column = divmod(at, self.z.shape[1])
        return filter_, (row, column)

    def cell(self, done: int) -> ConvolutionCell:
        """How the newest value comes about."""
        filter_, place = self.place(done)
        kernel, bias = self.kernels[..., filter_], float(self.biases[filter_])
        return convolution_cell(self.x, kernel, bias, window(kernel.shape[0]), place)

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """Slices of the input, of the filter, and maps of the output."""
        filter_, place = self.place(done)
        size, per_map = self.kernels.shape[0], self.z.shape[0] * self.z.shape[1]
        sums = self.cell(done).sums
        grids = []
        for channel in range(self.x.shape[2]):
            note = f"Σ = {fixed(float(sums[channel]), 3)}" if done else ""
            now = mark(Mark(*place, size, size), done)
            grids += [
                Grid(f"x{channel}", f"Channel {channel}", self.x[..., channel], (channel, 0), "signed",
                     float(np.abs(self.x).max()), NAMES[channel], marks=now),
                Grid(f"w{channel}", f"Slice {channel}", self.kernels[..., channel, filter_], (channel, 1), "signed",
                     float(np.abs(self.kernels).max()), note,
                     marks=mark(Mark(0, 0, size, size, is_strong=False), done and channel == self.channel)),
            ]  # fmt: skip
        for at in range(self.z.shape[2]):
            known = min(max(done - at * per_map, 0), per_map)
            here = mark(Mark(*place), done and at == filter_)
            grids.append(
                Grid(f"z{at}", f"Map {at}", self.z[..., at], (at, 2), "signed", float(np.abs(self.z).max()),
                     f"of filter {at}", known, here)
            )  # fmt: skip
        return Picture(grids, (), cells, f"{done} of {self.length} values are there, filter {filter_} is at work")

    def lines(self, done: int) -> list[str]:
        """The newest value: sums of the slices and the bias, then the products of one slice."""
        if not done:
            return []
        filter_, cell = self.place(done)[0], self.cell(done)
        terms = [in_sum(round(float(value), 3)) for value in (*cell.sums, cell.bias)]
        lines = [f"z = {' + '.join(f's_{c}' for c in range(cell.sums.size))} + b_{filter_}", f"= {' + '.join(terms)}"]
        return [*lines, f"= {fixed(cell.z, 3)}", *self._slice(cell)]

    def rows(self, done: int) -> Rows:
        """Sizes and parameters."""
        high, wide, channels, filters = self.kernels.shape
        weights = self.kernels.size
        places = self.z.shape[0] * self.z.shape[1]
        return [
            ("Input", TIMES.join(map(str, self.x.shape)), "ink"),
            ("Output", TIMES.join(map(str, self.z.shape)), "ink"),
            ("Weights", f"{high}·{wide}·{channels}·{filters} = {count(weights)}", "ink"),
            ("Parameters, with a bias each", f"{weights} + {filters} = {count(weights + filters)}", "ink"),
            ("Multiplications", f"{places} · {weights} = {count(places * weights)}", "ink"),
        ]

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """The lines of the moment say it."""
        return []

    def _slice(self, cell: ConvolutionCell) -> list[str]:
        values, weights = cell.values[..., self.channel], cell.weights[..., self.channel]
        rows = [
            " + ".join(f"{format_number(v)}·{in_sum(w)}" for v, w in zip(*pair, strict=True))
            for pair in zip(values.tolist(), weights.tolist(), strict=True)
        ]
        total = fixed(float(cell.sums[self.channel]), 3)
        return [f"s_{self.channel} = {rows[0]}", *(f"+ {row}" for row in rows[1:]), f"= {total}"]
