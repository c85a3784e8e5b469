"""Pooling, one window at a time and whole: the largest value, or the mean; padding never takes part."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.explain.convolution import is_inside, read, taps, windows
from engine.layers.windows import Window

Mode = Literal["max", "average"]


@dataclass(frozen=True)
class PoolingCell:
    """How one value of a pooled map comes about.

    Args:
        rows, columns: of the input that the window covers (pool rows,), (pool columns,).
        values: of the window (pool row, pool column).
        takes_part: which of them lie on the input (pool row, pool column); padding counts neither as a value nor in
            the mean.
        winner: row and column within the window of the largest value, the first of several; None for a mean.
        result: the value that comes out.
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    takes_part: np.ndarray
    winner: tuple[int, int] | None
    result: float

    @property
    def count(self) -> int:
        """How many values take part."""
        return int(self.takes_part.sum())


def pooling_cell(x: np.ndarray, window: Window, place: tuple[int, int], mode: Mode) -> PoolingCell:
    """Take one value of a pooled map apart.

    Args:
        x: one channel (height, width).
        place: (output row, output column).
    """
    rows, columns = (taps(window, x.shape[axis], place[axis], axis) for axis in (0, 1))
    values = read(x[..., None], rows, columns)[..., 0]
    part = is_inside(x.shape, rows, columns)
    if mode == "average":
        return PoolingCell(rows, columns, values, part, None, float(values[part].mean()))
    best = np.where(part, values, -np.inf).argmax()
    row, column = (int(index) for index in np.unravel_index(best, values.shape))
    return PoolingCell(rows, columns, values, part, (row, column), float(values[row, column]))


def pooled(x: np.ndarray, window: Window, mode: Mode) -> np.ndarray:
    """All pooled maps of an input (height, width, channels): (output row, output column, channel).

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    every = windows(np.asarray(x, float), window, np.nan)
    found: np.ndarray = np.nanmax(every, axis=(2, 3)) if mode == "max" else np.nanmean(every, axis=(2, 3))
    return found
