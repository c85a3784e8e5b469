"""Convolution along one axis and over three: the same sum of products, with windows of one or three axes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.errors import UserError

PADDINGS = ("valid", "same", "causal")
WAYS = ("right", "left", "still")
FRAMES, WIDTH = 5, 12  # of a clip; its height is that of the picture
TUNED = 3  # frames, rows and columns of the kernels for clips


def correlate(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide a kernel over an array of as many axes, without padding, by 1: a cross-correlation, as Keras has it."""
    every = np.lib.stride_tricks.sliding_window_view(x, kernel.shape)
    return np.asarray(np.tensordot(every, kernel, axes=kernel.ndim))


@dataclass(frozen=True)
class SeriesConvolution:
    """A kernel along a series of one channel, by 1.

    Args:
        x: (step,).
        weights: (tap,).
        padding: as in keras.layers.Conv1D; "causal" puts all zeros before, so that no later value is read.
    """

    x: np.ndarray
    weights: np.ndarray
    padding: str

    @property
    def padded(self) -> tuple[int, int]:
        """Zeros before and after; of an odd number one more comes after."""
        more = len(self.weights) - 1
        return {"valid": (0, 0), "same": (more // 2, more - more // 2), "causal": (more, 0)}[self.padding]

    @cached_property
    def z(self) -> np.ndarray:
        """The output (place,)."""
        return correlate(np.pad(self.x, self.padded), self.weights)

    def first(self, place: int) -> int:
        """The step that the first weight reads; below 0 where it is padding."""
        return place - self.padded[0]

    def window(self, place: int) -> np.ndarray:
        """The values that one output is made of (tap,)."""
        return np.pad(self.x, self.padded)[place : place + len(self.weights)]


def _mean(taps: int) -> np.ndarray:
    return np.full(taps, 1 / taps)


def _step(taps: int) -> np.ndarray:
    half = taps // 2
    return np.concatenate([np.full(half, 1 / half), np.full(half, -1 / half)])


KERNELS: dict[str, tuple[str, Callable[[int], np.ndarray]]] = {
    "mean": ("Mean, smooths", _mean),
    "difference": ("Difference", lambda _: np.array([-1.0, 1.0])),
    "peak": ("Odd one out", lambda _: np.array([-0.5, 1.0, -0.5])),
    "step": ("Before − after", _step),
}
STRETCHED = ("mean", "step")  # whose number of taps can be chosen


def series_kernel(name: str, taps: int) -> np.ndarray:
    """The weights of a named kernel (tap,).

    Raises:
        UserError: there is none of that name.
    """
    if name not in KERNELS:
        raise UserError(f"There is no kernel {name[:40]!r}.", f"Kernels: {', '.join(KERNELS)}, own.", "kernel")
    return KERNELS[name][1](taps)


def clip(picture: np.ndarray, way: str) -> np.ndarray:
    """A picture (row, column) that goes by, one pixel a frame: (frame, row, column)."""
    high, wide = picture.shape
    found = np.zeros((FRAMES, high, WIDTH))
    for frame in range(FRAMES):
        left = {"right": frame, "left": FRAMES - 1 - frame, "still": FRAMES // 2}[way]
        found[frame, :, left : left + wide] = picture
    return found


def motion_kernel(way: str) -> np.ndarray:
    """A kernel (frame, row, column) that answers to motion to the right, or to the left, by one pixel a frame.

    Its bright column moves along with what it looks for. In each row and frame the weights add up to 0, and so they do
    at each place over the frames: an even picture and one that stands still give 0.
    """
    found = np.full((TUNED, TUNED, TUNED), -0.5)
    for frame in range(TUNED):
        found[frame, :, frame if way == "right" else TUNED - 1 - frame] = 1.0
    return found
