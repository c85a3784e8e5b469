"""The way back through pooling: to the winner of each window, or in equal shares to all that took part."""

import numpy as np

from engine.explain.pooling import Mode, pooling_cell
from engine.layers.windows import Window


def shares(x: np.ndarray, window: Window, place: tuple[int, int], mode: Mode, ties_share: bool = False) -> np.ndarray:
    """How much of its gradient one window hands to each pixel (height, width); in all 1.

    Args:
        x: one channel (height, width).
        place: (output row, output column).
        ties_share: equal winners share, as in TensorFlow's GlobalMaxPooling2D; else the first in reading order gets
            all, as in its MaxPooling2D.
    """
    cell = pooling_cell(x, window, place, mode)
    takes = cell.takes_part
    if mode == "max":
        takes = takes & (cell.values == cell.result)
        if not ties_share:
            takes = np.zeros_like(takes)
            takes[cell.winner] = True
    rows, columns = np.nonzero(takes)
    found = np.zeros(x.shape)
    found[cell.rows[rows], cell.columns[columns]] = 1.0 / takes.sum()
    return found


def pooling_gradient(parts: np.ndarray, upstream: np.ndarray, windows: int = -1) -> np.ndarray:
    """The gradient at the input (height, width).

    Args:
        parts: `shares` of every window (output row, output column, height, width).
        upstream: dL/dy (output row, output column).
        windows: hand back that of the first so many windows only, in reading order; −1 for all.
    """
    sent = np.array(upstream, float)
    if windows >= 0:
        sent.ravel()[windows:] = 0
    return np.asarray(np.tensordot(sent, parts, axes=2))


def all_shares(x: np.ndarray, window: Window, mode: Mode, ties_share: bool = False) -> np.ndarray:
    """`shares` of every window (output row, output column, height, width)."""
    rows, columns = window.slide(x.shape)
    every = [[shares(x, window, (row, column), mode, ties_share) for column in range(columns)] for row in range(rows)]
    return np.array(every)
