"""Output size: how often a window fits along a side, where zeros are added, and how often each pixel is read."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.explain.convolution import taps
from engine.layers.conv2d import CONV2D
from engine.layers.windows import Window


@dataclass(frozen=True)
class Slide:
    """A square window over a square input; one axis stands for both.

    Args:
        size: of the input, n.
        kernel: cells of the window, k.
        stride: s.
        padding: "valid" or "same", as in Keras.
        dilation: distance between neighbouring cells of the window, d.
    """

    size: int
    kernel: int
    stride: int
    padding: str
    dilation: int = 1

    @cached_property
    def window(self) -> Window:
        """The same as a window of Conv2D."""
        kernel, stride, dilation = ((value, value) for value in (self.kernel, self.stride, self.dilation))
        return Window("kernel", "kernel_size", kernel, stride, self.padding, dilation)

    def check(self) -> None:
        """See that Keras would build it.

        Raises:
            ShapeProblem: the window is larger than the input, or stride and dilation are both above 1.
        """
        window = self.window
        values = {
            "filters": 1,
            "kernel_size": window.size,
            "strides": window.strides,
            "padding": self.padding,
            "dilation_rate": window.dilation,
        }
        CONV2D.output_shape(values, ((self.size, self.size, 1),))

    @property
    def span(self) -> int:
        """Cells from the first to the last that the window reads, d(k − 1) + 1."""
        return self.window.span(0)

    @cached_property
    def out(self) -> int:
        """Side of the output, o; 0 or less where the window does not fit."""
        return self.window.out(self.size, 0)

    @cached_property
    def padded(self) -> tuple[int, int]:
        """Zeros before and after; of an odd number one more comes after, as TensorFlow has it."""
        return self.window.padded(self.size, 0)

    def taps(self, place: int) -> np.ndarray:
        """Positions that one window reads (kernel,); below 0 or from `size` on they are padding."""
        return taps(self.window, self.size, place, 0)

    @cached_property
    def reads(self) -> np.ndarray:
        """Whether a window reads a position, of a row, int (window, position)."""
        found = np.zeros((self.out, self.size), int)
        for place in range(self.out):
            at = self.taps(place)
            found[place, at[(at >= 0) & (at < self.size)]] = 1
        return found

    def counts(self, windows: int) -> np.ndarray:
        """How many of the first so many windows read each position of a row (size,)."""
        return np.asarray(self.reads[:windows].sum(axis=0))

    def seen(self, windows: int) -> np.ndarray:
        """How many of the first so many windows, in scan order, read each pixel (row, column)."""
        rows, columns = divmod(windows, self.out)
        whole = np.outer(self.counts(rows), self.counts(self.out))
        if not columns:
            return whole
        return whole + np.outer(self.reads[rows], self.counts(columns))

    def readers(self, position: int) -> np.ndarray:
        """The windows that read one position of a row (windows,)."""
        return np.flatnonzero(self.reads[:, position])
