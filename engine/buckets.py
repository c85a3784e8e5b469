"""Buckets: beyond a million steps, curves are kept as minimum, mean and maximum of steps in a row."""

import numpy as np

LIMIT = 1_000_000
FIRST_SIZE = 16


def bucket_ends(first: int, last: int, limit: int = LIMIT) -> np.ndarray:
    """Where the whole buckets end among the steps after `first` up to `last`.

    Up to `limit` every step is a bucket of its own. From there to twice as many, 16 steps are one, and with every
    further doubling twice as many: each doubling of a run adds the same number of buckets.

    Returns:
        int64 (bucket,), steps done at each end, rising; the first bucket begins behind `first`.
    """
    ends = [np.arange(first, min(last, limit), dtype=np.int64) + 1]
    low, size = limit, FIRST_SIZE
    while low < last:
        octave = np.append(np.arange(low + size, 2 * low, size, dtype=np.int64), 2 * low)
        ends.append(octave[(octave > first) & (octave <= last)])
        low, size = 2 * low, 2 * size
    return np.concatenate(ends)


def gathered(first: int, ends: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Minimum, mean and maximum of each bucket.

    Args:
        first: steps done before the first row.
        ends: int64 (bucket,), rising, at least one; the last at most `first` + rows.
        table: float32 (step, column).

    Returns:
        float32 (bucket, 3, column); not a number where a step's value is none.
    """
    starts = np.concatenate([[first], ends[:-1]]) - first
    part = table[: ends[-1] - first]
    counts = np.diff(np.append(starts, len(part)))[:, None]
    mean = np.add.reduceat(part, starts, dtype=np.float64) / counts
    low, high = np.minimum.reduceat(part, starts), np.maximum.reduceat(part, starts)
    return np.stack([low, mean.astype(np.float32), high], axis=1)
