"""Round numbers for axes."""

import math

import numpy as np

from app.text import minus


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
    step = float(np.min(np.diff(values))) if len(values) > 1 else 1.0
    return [tick_text(value, step) for value in values]
