"""Round numbers for axes."""

import math

import numpy as np

from app.text import minus

FLAT = 1e-5  # of the value: less is rounding, e.g. of a constant learning rate in float32


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most about `most` round numbers in low..high, at steps of 1, 2 or 5 times a power of ten."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low] if math.isfinite(low) else []
    raw = (high - low) / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Return the powers of ten in low..high; with fewer than two of them, also twos and fives."""
    if low <= 0 or high <= low:
        return []
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = [10.0**power for power in range(first, last + 1) if low <= 10.0**power <= high]
    if len(decades) >= 2:
        return decades
    fine = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
    return [value for value in fine if low <= value <= high]


def tick_text(value: float, step: float) -> str:
    """Return a tick's label with as many decimals as its step needs."""
    if value and (abs(value) >= 1e6 or abs(value) < 1e-4):
        return minus(f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e"))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return minus(f"{value:,.{min(decimals, 8)}f}" if abs(value) >= 10_000 else f"{value:.{min(decimals, 8)}f}")


def labels(values: list[float], log: bool = False) -> list[str]:
    """Return the labels of ticks."""
    if log:
        return [minus(f"{value:g}".replace("e-0", "e-").replace("e+0", "e")) for value in values]
    step = float(np.min(np.diff(values))) if len(values) > 1 else abs(values[0]) if values and values[0] else 1.0
    return [tick_text(value, step) for value in values]


def value_range(curves: list[np.ndarray], log: bool) -> tuple[float, float]:
    """Return the range that shows curves well; the topmost hundredth may be cut off.

    Args:
        curves: values of any length; only finite ones count, and on a log scale only positive ones.
        log: whether the scale is logarithmic.
    """
    finite = [curve[np.isfinite(curve) & (curve > 0 if log else True)] for curve in curves]
    values = np.concatenate(finite) if finite else np.zeros(0)
    if not len(values):
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(values.min()), max(float(np.percentile(curve, 99)) for curve in finite if len(curve))
    if log:
        return low / 1.25, max(high, low) * 1.25
    if high - low <= FLAT * abs(high):
        room = abs(high) * 0.1 or 1.0
        return low - room, high + room
    if 0 <= low < 0.6 * high:
        return 0.0, high * 1.06
    room = (high - low) * 0.08
    return low - room, high + room


def unit_heights(curves: list[np.ndarray]) -> list[np.ndarray]:
    """Return the curves between 0 and 1, on a common logarithmic scale, or a linear one where that shows more."""
    known = np.concatenate([curve[np.isfinite(curve)] for curve in curves])
    if not len(known):
        return curves
    low, high = float(known.min()), float(known.max())
    if low > 0 and high / low > 1.2:
        return [(np.log(curve) - np.log(low)) / (np.log(high) - np.log(low)) for curve in curves]
    return [(curve - low) / ((high - low) or 1.0) for curve in curves]
