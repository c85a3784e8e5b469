"""Pooling: a window sums up what lies under it, and hands the gradient back."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.lab.grids_board import Grid, Link, Mark, Picture
from app.lab.grids_view import Cell, Rows, mark
from app.text import TIMES, count, fixed, format_number
from engine.explain.pooling import Mode, pooled, pooling_cell
from engine.explain.pooling_gradient import all_shares, pooling_gradient
from engine.explain.sample_digits import MOST
from engine.layers.windows import Window

WRITTEN = 9  # values of a window that are written out


@dataclass(frozen=True)
class PoolingView:
    """Forward window by window, then the gradient back.

    Args:
        x: one channel (height, width).
        mode: "max" or "average".
        is_global: the window is the whole input.
    """

    x: np.ndarray
    window: Window
    mode: Mode
    is_global: bool

    @cached_property
    def y(self) -> np.ndarray:
        """The output (row, column)."""
        return pooled(self.x[..., None], self.window, self.mode)[..., 0]

    @cached_property
    def parts(self) -> np.ndarray:
        """What each window sends back (output row, output column, height, width)."""
        return all_shares(self.x, self.window, self.mode, self.is_global)

    @cached_property
    def upstream(self) -> np.ndarray:
        """dL/dy, 1 everywhere."""
        return np.ones(self.y.shape)

    @property
    def length(self) -> int:
        """Every window twice: there and back."""
        return 2 * self.y.size

    def is_back(self, done: int) -> bool:
        """Whether the newest moment belongs to the way back."""
        return done > self.y.size

    def place(self, done: int) -> Cell:
        """Output row and column of the newest moment."""
        row, column = divmod((max(done, 1) - 1) % self.y.size, self.y.shape[1])
        return row, column

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """Input and output above, their gradients below."""
        place, size = self.place(done), self.y.size
        back = max(0, done - size)
        here, is_back = Mark(*place), self.is_back(done)
        first = [place[axis] * self.window.strides[axis] - self._before[axis] for axis in (0, 1)]
        window = Mark(first[0], first[1], *self.window.size)
        takers = tuple(Mark(cell[0], cell[1], is_strong=False) for cell in np.argwhere(self.parts[place] > 0).tolist())
        takers = takers if self.mode == "max" and done else ()
        gradient = pooling_gradient(self.parts, self.upstream, back)
        shapes = [f"{rows}{TIMES}{columns}" for rows, columns in (self.x.shape, self.y.shape)]
        now = (window,) if done else ()
        grids = (
            Grid("input", "Input", self.x, (0, 0), "grey", MOST, f"{shapes[0]}, press to paint", marks=now + takers),
            Grid("output", "Output", self.y, (0, 1), "grey", MOST, shapes[1], min(done, size), mark(here, done)),
            Grid("gradient", "Gradient of the input", gradient, (1, 0), "signed", self._limit, "dL/dx",
                 known=-1 if back else 0, marks=now if is_back else ()),
            Grid("upstream", "Gradient from above", self.upstream, (1, 1), "signed", self._limit, "dL/dy",
                 known=-1 if done >= size else 0, marks=mark(here, is_back)),
        )  # fmt: skip
        links = (Link("gradient", "upstream"),) if is_back else (Link("input", "output"),)
        way = f"{back} gradients are back" if back else f"{done} of {size} windows are done"
        return Picture(grids, links, cells, f"{self.mode} pooling: {way}")

    def lines(self, done: int) -> list[str]:
        """One window: its result, or what it sends back."""
        if not done:
            return []
        cell = pooling_cell(self.x, self.window, self.place(done), self.mode)
        values = cell.values[cell.takes_part]
        if self.is_back(done):
            takers = int((self.parts[self.place(done)] > 0).sum())
            share = "1" if takers == 1 else f"{{1|{takers}}} · 1 = {format_number(1 / takers)}"
            who = "the largest gets" if takers == 1 else f"each of {takers} gets"
            return [f"window ({', '.join(map(str, self.place(done)))})", f"{who} {share}"]
        written = ", ".join(fixed(value, 0) for value in values)
        if self.mode == "max":
            text = written if values.size <= WRITTEN else f"{values.size} values"
            return [f"y = max({text}) = {fixed(cell.result, 0)}"]
        top = written.replace(", ", " + ") if values.size <= WRITTEN else fixed(values.sum(), 0)
        return [f"y = {{{top}|{values.size}}} = {format_number(cell.result)}"]

    def rows(self, done: int) -> Rows:
        """Sizes, and how many pixels the loss reaches."""
        found: Rows = [
            ("Values in, values out", f"{count(self.x.size)}, {count(self.y.size)}", "ink"),
            ("Parameters", "0", "ink"),
        ]
        if done == self.length:
            hearing = int((pooling_gradient(self.parts, self.upstream) != 0).sum())
            found.append(("Pixels with a gradient", f"{hearing} of {self.x.size}", "ink"))
        return found

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """What each window sends to one pixel."""
        if name != "gradient" or done <= self.y.size:
            return []
        sent = self.parts[:, :, cell[0], cell[1]]
        windows = [place for place in np.argwhere(sent > 0).tolist()][: done - self.y.size]
        total = pooling_gradient(self.parts, self.upstream, done - self.y.size)[cell]
        terms = [f"window ({row}, {column}) sends {format_number(float(sent[row, column]))}" for row, column in windows]
        return [f"pixel ({cell[0]}, {cell[1]})", *terms[:WRITTEN], f"∂L/∂x = {format_number(float(total))}"]

    @cached_property
    def _before(self) -> tuple[int, int]:
        return self.window.padded(self.x.shape[0], 0)[0], self.window.padded(self.x.shape[1], 1)[0]

    @cached_property
    def _limit(self) -> float:
        return max(1.0, float(pooling_gradient(self.parts, self.upstream).max()))
