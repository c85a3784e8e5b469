"""Up-sampling without weights of its own: the nearest value repeated, or a mean of the four around."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

Method = Literal["nearest", "bilinear"]
METHODS: tuple[Method, ...] = ("nearest", "bilinear")


def taps(length: int, factor: int, place: int, method: Method) -> Sequence[tuple[int, float]]:
    """Which rows (or columns) of the input one of the output is made of: (index, weight), one or two.

    The middle of output cell i lies at (i + 1/2)/factor − 1/2 of the input; beyond its ends the end is repeated. That
    is what keras.layers.UpSampling2D does.

    Args:
        length: rows of the input.
        place: row of the output, 0 .. length · factor − 1.
    """
    if method == "nearest":
        return ((place // factor, 1.0),)
    at = min(max((place + 0.5) / factor - 0.5, 0.0), length - 1.0)
    low = int(at)
    share = at - low
    return ((low, 1.0),) if share == 0 else ((low, 1.0 - share), (low + 1, share))


def weights(shape: tuple[int, int], factor: int, place: tuple[int, int], method: Method) -> np.ndarray:
    """How much each value of the input (height, width) counts in one of the output; in all 1."""
    found = np.zeros(shape)
    for row, down in taps(shape[0], factor, place[0], method):
        for column, right in taps(shape[1], factor, place[1], method):
            found[row, column] = down * right
    return found


def up_sampled(x: np.ndarray, factor: int, method: Method) -> np.ndarray:
    """The whole output (height · factor, width · factor) of one channel (height, width)."""
    down, right = (_matrix(length, factor, method) for length in x.shape)
    return np.asarray(down @ x @ right.T)


def _matrix(length: int, factor: int, method: Method) -> np.ndarray:
    found = np.zeros((length * factor, length))
    for place in range(length * factor):
        for index, weight in taps(length, factor, place, method):
            found[place, index] = weight
    return found
