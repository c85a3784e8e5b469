"""The smoothed curve of a noisy one: an exponential average freed of its start at zero, extended as values arrive."""

import numpy as np

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

    def update(self, values: np.ndarray) -> np.ndarray:
        """Return the smoothed curve of all of `values` (step,); those seen before must not have changed."""
        if len(values) < self._count:
            self._count, self._state = 0, 0.0
        self._grow(len(values))
        while self._count < len(values):
            self._take(np.asarray(values[self._count : self._count + BLOCK], dtype=np.float64))
        return self._values[: self._count]

    def _grow(self, size: int) -> None:
        if size > len(self._values):
            bigger = np.empty(max(size, 2 * len(self._values)))
            bigger[: self._count] = self._values[: self._count]
            self._values = bigger

    def _take(self, block: np.ndarray) -> None:
        position = np.arange(len(block))
        ages = position[:, None] - position[None, :]  # (step, earlier step)
        shares = np.where(ages >= 0, self.weight ** np.maximum(ages, 0), 0.0) * (1.0 - self.weight)
        sums = shares @ block + self.weight ** (position + 1.0) * self._state
        self._values[self._count : self._count + len(block)] = sums / self._bias(position)
        self._state = float(sums[-1])
        self._count += len(block)

    def _bias(self, position: np.ndarray) -> np.ndarray:
        return 1.0 - self.weight ** (position + self._count + 1.0)
