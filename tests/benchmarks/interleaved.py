"""Measuring two sides or more in turns."""

from collections.abc import Callable, Mapping


def interleaved(sides: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Measure the sides in turns, A B A B ..., so that a noisy machine hurts all alike."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, side in sides.items():
            found[name].append(side())
    return found
