"""Transposed convolution as it is done: every input value times the kernel is added into the output.

It is the way back through a convolution with the same settings (V. Dumoulin and F. Visin, 2016), and agrees with
keras.layers.Conv2DTranspose.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Scatter:
    """A square kernel that is laid down on a square output.

    Args:
        x: input, one channel (height, width).
        kernel: (kernel row, kernel column).
        stride: output cells between two stamps.
        padding: "valid" keeps every stamp whole, "same" cuts the output to stride times the input.
    """

    x: np.ndarray
    kernel: np.ndarray
    stride: int
    padding: str

    @property
    def over(self) -> int:
        """Cells by which a stamp reaches into the next."""
        return max(self.kernel.shape[0] - self.stride, 0)

    @property
    def cut(self) -> int:
        """Rows and columns cut off above and left; as many, or one more, are cut off at the other ends."""
        return self.over // 2 if self.padding == "same" else 0

    @property
    def shape(self) -> tuple[int, int]:
        """Of the output: n · s, and with "valid" what the last stamp reaches beyond that."""
        more = self.over if self.padding == "valid" else 0
        high, wide = self.x.shape
        return high * self.stride + more, wide * self.stride + more

    @property
    def count(self) -> int:
        """Stamps, one for each input value."""
        return int(self.x.size)

    def corner(self, stamp: int) -> tuple[int, int]:
        """Output row and column of a stamp's first cell; may be negative where it is cut off."""
        row, column = divmod(stamp, self.x.shape[1])
        return row * self.stride - self.cut, column * self.stride - self.cut

    def after(self, stamps: int) -> np.ndarray:
        """The output (row, column) once so many stamps were added."""
        return self._added(self.kernel, self.x.ravel()[:stamps])

    @cached_property
    def overlaps(self) -> np.ndarray:
        """How many stamps reach each output cell, int (row, column)."""
        return self._added(np.ones(self.kernel.shape), np.ones(self.count)).astype(int)

    @property
    def is_even(self) -> bool:
        """Whether every cell away from the edges is reached equally often: where the stride divides the kernel."""
        return self.kernel.shape[0] % self.stride == 0

    def parts(self, place: tuple[int, int]) -> list[tuple[float, float]]:
        """The (value, weight) pairs that add up to one output cell, in the order they arrive."""
        found = []
        for stamp, value in enumerate(self.x.ravel().tolist()):
            row, column = (at - first for at, first in zip(place, self.corner(stamp), strict=True))
            if 0 <= row < self.kernel.shape[0] and 0 <= column < self.kernel.shape[1]:
                found.append((value, float(self.kernel[row, column])))
        return found

    def _added(self, kernel: np.ndarray, values: np.ndarray) -> np.ndarray:
        high, wide = kernel.shape
        rows, columns = self.shape
        room = np.zeros((rows + 2 * high, columns + 2 * wide))  # whatever is cut off lands in the margin
        for stamp, value in enumerate(values.tolist()):
            row, column = self.corner(stamp)
            room[row + high : row + 2 * high, column + wide : column + 2 * wide] += value * kernel
        return room[high : high + rows, wide : wide + columns]


def tent(size: int, stride: int) -> np.ndarray:
    """A kernel (row, column) that falls from its middle in a straight line: its stamps add up to an even output."""
    side = np.maximum(0.0, 1.0 - np.abs(np.arange(size) - (size - 1) / 2) / stride)
    return np.outer(side, side)
