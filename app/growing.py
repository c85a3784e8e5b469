"""GrowingArray: a NumPy array that can be appended to without copying it each time."""

from typing import Any

import numpy as np


class GrowingArray:
    """Rows in a buffer that doubles when it is full.

    Args:
        dtype: of the values.
        width: length of a row; None for a plain list of numbers.
    """

    def __init__(self, dtype: Any = np.float32, width: int | None = None) -> None:
        self._buffer = np.empty((256,) if width is None else (256, width), dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def width(self) -> int:
        """Length of a row; 0 for a plain list of numbers."""
        return self._buffer.shape[1] if self._buffer.ndim == 2 else 0

    @property
    def view(self) -> np.ndarray:
        """All rows so far; shares memory, so keep it no longer than until the next change."""
        view = self._buffer[: self._count]
        view.flags.writeable = False
        return view

    def write(self, start: int, rows: np.ndarray) -> None:
        """Put `rows` at `start`, which may lie before the end: what was there and behind is given up."""
        end = start + len(rows)
        if end > len(self._buffer):
            size = max(end, 2 * len(self._buffer))
            grown = np.empty((size, *self._buffer.shape[1:]), self._buffer.dtype)
            grown[: self._count] = self._buffer[: self._count]
            self._buffer = grown
        if start > self._count:
            self._buffer[self._count : start] = np.nan if self._buffer.dtype.kind == "f" else 0
        self._buffer[start:end] = rows
        self._count = end

    def append(self, value: float) -> None:
        """Add one number."""
        self.write(self._count, np.asarray([value], self._buffer.dtype))

    def cut(self, count: int) -> None:
        """Keep the first `count` rows."""
        self._count = min(self._count, count)
