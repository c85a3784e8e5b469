"""Buckets: lowest, highest and mean of every 32 values of a curve that grows, so that drawing it costs pixels."""

import numpy as np

from app.growing import GrowingArray

SIZE = 32  # values of a bucket


class Buckets:
    """A summary that only ever works through what is new.

    Args:
        width: length of a row; None for a plain list of numbers.
    """

    def __init__(self, width: int | None = None) -> None:
        self._low, self._high, self._mean = (GrowingArray(np.float64, width) for _ in range(3))

    @property
    def low(self) -> np.ndarray:
        """Lowest value of each full bucket, float64 (bucket,) or (bucket, width); NaN where it holds no number."""
        return self._low.view

    @property
    def high(self) -> np.ndarray:
        """Highest value of each full bucket, as `low`."""
        return self._high.view

    @property
    def mean(self) -> np.ndarray:
        """Mean of each full bucket, as `low`; NaN where one of its values is."""
        return self._mean.view

    def follow(self, values: np.ndarray) -> "Buckets":
        """Take in what was added to `values` (step,) or (step, width) at its end; returns itself.

        The values seen before must be the same: `cut` says that they are not.
        """
        known, full = len(self._mean), len(values) // SIZE
        if full < known:
            self.cut(len(values))
        elif full > known:
            blocks = values[known * SIZE : full * SIZE].reshape(full - known, SIZE, *values.shape[1:])
            self._low.write(known, np.fmin.reduce(blocks, axis=1))
            self._high.write(known, np.fmax.reduce(blocks, axis=1))
            self._mean.write(known, blocks.mean(axis=1, dtype=np.float64))
        return self

    def cut(self, count: int) -> None:
        """Forget what came after the first `count` values: it is no longer so."""
        for column in (self._low, self._high, self._mean):
            column.cut(count // SIZE)
