"""A training part that does not fit into memory: read from its file in chunks of steps, the next while this one trains.

The loop sees a window of samples in place of all of them, so its steps have the same bits as with everything in memory.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData

WINDOW_BYTES = 64 * 1024 * 1024  # of prepared samples on the device
Rows = tuple[tf.Tensor, np.ndarray]


@dataclass(frozen=True)
class LargePart:
    """The training part of data that lie in a file.

    Args:
        data: the whole set.
        indices: which samples train, int64 (sample,).
    """

    data: LoadedData
    indices: np.ndarray

    @property
    def count(self) -> int:
        """How many samples."""
        return len(self.indices)

    def read(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Normalised inputs and targets of some rows of the part."""
        return self.data.rows(self.indices[rows])


class Feed:
    """The window the loop looks through.

    Args:
        part: read from its file.
        prepare: brings normalised inputs into the form the loop takes.
        batch_size: samples of a step.
    """

    def __init__(self, part: LargePart, prepare: Callable[[tf.Tensor], tf.Tensor], batch_size: int) -> None:
        self._part, self._prepare = part, prepare
        x, y = self._read(np.zeros((1, 1), np.int32))
        size = max(1, int(np.prod(x.shape[1:])) * x.dtype.size)
        self.max_steps = max(1, WINDOW_BYTES // (size * batch_size))
        rows = self.max_steps * batch_size
        self.x = tf.Variable(tf.zeros((rows, *x.shape[1:]), x.dtype), trainable=False)
        self.y = tf.Variable(tf.zeros((rows,), tf.as_dtype(y.dtype)), trainable=False)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed")
        self._ahead: tuple[bytes, Future[Rows]] | None = None

    def expect(self, indices: np.ndarray) -> None:
        """Read the samples of steps (step, batch) that come next."""
        if len(indices):
            self._ahead = indices.tobytes(), self._thread.submit(self._read, indices)

    def fill(self, indices: np.ndarray) -> np.ndarray:
        """Bring the samples of steps (step, batch) into the window; return where they lie there, the same shape."""
        if not len(indices):
            return indices
        ahead, self._ahead = self._ahead, None
        x, y = ahead[1].result() if ahead and ahead[0] == indices.tobytes() else self._read(indices)
        self.x[: len(y)].assign(x)
        self.y[: len(y)].assign(y)
        return np.arange(indices.size, dtype=np.int32).reshape(indices.shape)

    def _read(self, indices: np.ndarray) -> Rows:
        x, y = self._part.read(indices.reshape(-1))
        return self._prepare(tf.constant(x)), y
