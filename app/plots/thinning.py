"""Fewer points that look the same."""

import numpy as np

from app.buckets import SIZE, Buckets

SUMMARISED = 8  # buckets of the summary that one of the drawn ones holds at least, so that rounding costs little detail


def thin(x: np.ndarray, y: np.ndarray, most: int, buckets: Buckets | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return at most about `most` points that keep every peak: lowest and highest of each bucket, and the last point.

    Args:
        x: (points,) ascending.
        y: (points,); values that are not a number are left out of their bucket.
        most: at least 4.
        buckets: summary of `y`, which spares a look at every point of a long curve.
    """
    count = min(len(x), len(y))
    if count <= most:
        return x[:count], y[:count]
    per, known = _share(-(-count // (most // 2 - 1)), buckets)
    whole = (count - 1) // per * per
    thin_x, thin_y = np.empty(2 * (whole // per) + 1), np.empty(2 * (whole // per) + 1)
    thin_x[:-1:2], thin_x[1:-1:2] = x[:whole:per], x[per // 2 : whole : per]
    low, high = (known.low, known.high) if known else (y, y)
    np.fmin.reduce(_rows(low, whole, per, known), axis=1, out=thin_y[:-1:2])
    np.fmax.reduce(_rows(high, whole, per, known), axis=1, out=thin_y[1:-1:2])
    thin_x[-1], thin_y[-1] = x[count - 1], y[count - 1]
    return thin_x, thin_y


def averaged(x: np.ndarray, y: np.ndarray, most: int, buckets: Buckets | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return at most about `most` points, each the mean of its bucket at its middle, and the first and last point.

    A smoothed curve stays a line this way, where lowest and highest of each bucket would make it a band.

    Args:
        x: (points,) ascending.
        y: (points,).
        most: at least 4.
        buckets: summary of `y`, which spares a look at every point of a long curve.
    """
    count = min(len(x), len(y))
    if count <= most:
        return x[:count], y[:count]
    per, known = _share(-(-count // (most - 2)), buckets)
    whole = count // per * per
    means = _rows(known.mean if known else y, whole, per, known).mean(axis=1)
    ends = np.array([0, count - 1])
    at = np.concatenate([x[ends[:1]], x[per // 2 : whole : per], x[ends[1:]]])
    return at, np.concatenate([y[ends[:1]], means, y[ends[1:]]])


def _share(per: int, buckets: Buckets | None) -> tuple[int, Buckets | None]:
    """How many points one drawn bucket holds, and the summary where that many are worth it."""
    if buckets is None or per < SUMMARISED * SIZE:
        return per, None
    return -(-per // SIZE) * SIZE, buckets


def _rows(values: np.ndarray, whole: int, per: int, buckets: Buckets | None) -> np.ndarray:
    """The first `whole` points as (drawn bucket, point or bucket of the summary)."""
    scale = SIZE if buckets else 1
    return values[: whole // scale].reshape(-1, per // scale)


def within(x: np.ndarray, y: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of an ascending curve in low..high, with one point more on either side."""
    count = min(len(x), len(y))
    if not count or (x[0] >= low and x[count - 1] <= high):
        return x[:count], y[:count]
    first = max(0, int(np.searchsorted(x[:count], low)) - 1)
    last = min(count, int(np.searchsorted(x[:count], high, side="right")) + 1)
    return x[first:last], y[first:last]


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Return places moved apart so that neighbours are at least `gap` apart, within low..high where there is room."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = [0.0] * len(places)
    last = low - gap
    for index in order:
        last = moved[index] = max(places[index], last + gap)
    last = high + gap
    for index in reversed(order):
        last = moved[index] = min(moved[index], last - gap)
    return moved
