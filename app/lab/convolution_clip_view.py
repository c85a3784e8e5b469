"""3-D convolution over a clip: a window of three frames, three rows and three columns; the sum passes a ReLU."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.lab.grids_board import Grid, Mark, Picture
from app.lab.grids_view import Cell, Rows, in_sum, mark
from app.text import TIMES, count, fixed, format_number
from engine.explain.convolution_1d_3d import TUNED, correlate


@dataclass(frozen=True)
class ClipView:
    """Output frame after output frame, each value by value.

    Args:
        x: (frame, row, column), 0..1.
        kernel: (frame, row, column).
        bias: added to each sum.
        slice: the frame of the window that is written out, 0..2.
    """

    x: np.ndarray
    kernel: np.ndarray
    bias: float
    slice: int

    @cached_property
    def sums(self) -> np.ndarray:
        """Before the bias (frame, row, column)."""
        return correlate(self.x, self.kernel)

    @cached_property
    def a(self) -> np.ndarray:
        """The output, max(0, sum + b) (frame, row, column)."""
        return np.maximum(0.0, self.sums + self.bias)

    @property
    def length(self) -> int:
        """Values of the output."""
        return int(self.a.size)

    @property
    def answers(self) -> int:
        """Values of the output above 0."""
        return int((self.a > 1e-9).sum())

    def place(self, done: int) -> tuple[int, int, int]:
        """Frame, row and column of the newest value."""
        frame, row, column = (int(at) for at in np.unravel_index(max(done, 1) - 1, self.a.shape))
        return frame, row, column

    def picture(self, done: int, cells: dict[str, Cell]) -> Picture:
        """The three frames under the window, the kernel's three slices, the output's frames."""
        frame, row, column = self.place(done)
        window, per = mark(Mark(row, column, TUNED, TUNED), done), int(self.a[0].size)
        most = float(np.abs(self.kernel).max())
        grids = []
        for at in range(TUNED):
            chosen = mark(Mark(0, 0, TUNED, TUNED, is_strong=False), done and at == self.slice)
            grids += [
                Grid(f"x{at}", f"Frame {frame + at}", self.x[frame + at], (at, 0), "grey", 1.0, marks=window),
                Grid(f"w{at}", f"Slice {at}", self.kernel[at], (at, 1), "signed", most, marks=chosen),
            ]
        for at in range(self.a.shape[0]):
            known = min(max(done - at * per, 0), per)
            here = mark(Mark(row, column), done and at == frame)
            note = f"{(self.a[at].ravel()[:known] > 1e-9).sum()} answer" if known else ""
            grids.append(Grid(f"z{at}", f"Output {at}", self.a[at], (at, 2), "signed", self._limit, note, known, here))
        return Picture(grids, (), cells, f"{done} of {self.length} values are known")

    def lines(self, done: int) -> list[str]:
        """The newest value: a sum for each frame, the bias, the ReLU; then one frame's products."""
        if not done:
            return []
        frame, row, column = self.place(done)
        seen = self.x[frame : frame + TUNED, row : row + TUNED, column : column + TUNED]
        sums = (seen * self.kernel).sum(axis=(1, 2)).tolist()
        terms = [in_sum(round(value, 3)) for value in (*sums, self.bias)]
        total = float(self.sums[frame, row, column] + self.bias)
        head = [
            f"z = {' + '.join(terms[:-1])}",
            f"+ {terms[-1]} = {fixed(total, 3)}",
            f"a = max(0, z) = {fixed(max(0.0, total), 3)}",
        ]
        values, weights = seen[self.slice].tolist(), self.kernel[self.slice].tolist()
        rows = [
            " + ".join(f"{format_number(v, 3)}·{in_sum(w)}" for v, w in zip(*pair, strict=True))
            for pair in zip(values, weights, strict=True)
        ]
        return [*head, f"frame {frame + self.slice}: {rows[0]}", *(f"+ {text}" for text in rows[1:]),
                f"= {fixed(sums[self.slice], 3)}"]  # fmt: skip

    def rows(self, done: int) -> Rows:
        """Shapes and parameters."""
        places = self.a.size
        return [
            ("Clip", TIMES.join(map(str, self.x.shape)), "ink"),
            ("Output", TIMES.join(map(str, self.a.shape)), "ink"),
            ("Parameters", f"{TUNED}·{TUNED}·{TUNED} + 1 = {self.kernel.size + 1}", "ink"),
            ("Multiplications", f"{places} · {self.kernel.size} = {count(places * self.kernel.size)}", "ink"),
        ]

    def opened(self, name: str, cell: Cell, done: int) -> list[str]:
        """The lines of the moment say it."""
        return []

    @cached_property
    def _limit(self) -> float:
        return max(1.0, float(self.a.max()))
