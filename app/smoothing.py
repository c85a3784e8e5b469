"""The smoothed curve of a noisy one: an exponential average freed of its start at zero, extended as values arrive."""

import numpy as np

from app.buckets import Buckets

BLOCK = 64


class Smoothed:
    """A debiased exponential average that only works through what is new.

    s(t) = weight·s(t−1) + (1 − weight)·x(t), shown as s(t) / (1 − weight^(t+1)), so the first value is the first datum
    (Kingma and Ba 2015, section 3, as TensorBoard does it).

    Args:
        weight: share of the last average that is kept, 0 to below 1; 0 leaves the values as they are.
    """

    def __init__(self, weight: float) -> None:
        if not 0.0 <= weight < 1.0:
            raise ValueError(f"weight is {weight}; it must be at least 0 and below 1")
        self.weight = weight
        self._state = 0.0
        self._count = 0
        self._values = np.empty(BLOCK)
        self._buckets = Buckets()

    @property
    def buckets(self) -> Buckets:
        """Summary of the smoothed curve, for drawing it."""
        return self._buckets.follow(self._values[: self._count])

    def restart(self) -> None:
        """Forget what was seen: it is no longer so."""
        self._state, self._count = 0.0, 0
        self._buckets.cut(0)

    def update(self, values: np.ndarray) -> np.ndarray:
        """Return the smoothed curve of all of `values` (step,); those seen before must not have changed."""
        if len(values) < self._count:
            self.restart()
        self._grow(len(values))
        whole = (len(values) - self._count) // BLOCK * BLOCK
        for start, stop, size in ((self._count, self._count + whole, BLOCK), (self._count + whole, len(values), 0)):
            if stop > start:
                self._take(np.asarray(values[start:stop], dtype=np.float64).reshape(-1, size or stop - start))
        return self._values[: self._count]

    def _grow(self, size: int) -> None:
        if size > len(self._values):
            bigger = np.empty(max(size, 2 * len(self._values)))
            bigger[: self._count] = self._values[: self._count]
            self._values = bigger

    def _take(self, blocks: np.ndarray) -> None:
        """Go on with values (block, position): within a block by one matrix, from block to block by what is carried."""
        position = np.arange(blocks.shape[1])
        ages = position[:, None] - position[None, :]  # (step, earlier step)
        shares = np.where(ages >= 0, self.weight ** np.maximum(ages, 0), 0.0) * (1.0 - self.weight)
        sums = blocks @ shares.T  # (block, position)
        sums += self._carried(sums[:, -1])[:, None] * self.weight ** (position + 1.0)
        self._state = float(sums[-1, -1])
        count = sums.size
        age = np.arange(self._count + 1.0, self._count + count + 1.0)
        self._values[self._count : self._count + count] = sums.ravel() / (1.0 - self.weight**age)
        self._count += count

    def _carried(self, ends: np.ndarray) -> np.ndarray:
        """Return the state before each block, (block,), from the sums its own values end with."""
        before, kept = [self._state], self.weight**BLOCK
        for end in ends[:-1].tolist():
            before.append(end + kept * before[-1])
        return np.array(before)
