"""Exponentially weighted averages of a series, with and without bias correction."""

import numpy as np

from engine.errors import UserError

LENGTH = 180
SERIES = {"year": "Days of a year", "loss": "A noisy loss", "jump": "A jump"}


def noisy_series(kind: str, noise: float, seed: int = 0) -> np.ndarray:
    """A smooth course with normal noise, made from a seed: (value,).

    Args:
        kind: one of SERIES: "year" rises from 4 to 22 and falls again, "loss" falls to 0.4, "jump" goes from 1 to 3.
        noise: deviation, in parts of the course's whole rise.

    Raises:
        UserError: there is no such series.
    """
    if kind not in SERIES:
        raise UserError(f"There is no series {kind[:40]!r}.", f"Series: {', '.join(SERIES)}.", "series")
    along = np.linspace(0, 1, LENGTH)
    course = {
        "year": 4 + 18 * np.sin(np.pi * along) ** 2,
        "loss": 0.4 + 2.1 * np.exp(-4 * along),
        "jump": np.where(along < 0.5, 1.0, 3.0),
    }[kind]
    return np.asarray(course + noise * np.ptp(course) * np.random.default_rng(seed).normal(size=LENGTH))


def weighted_average(values: np.ndarray, beta: float) -> np.ndarray:
    """vₜ = β·vₜ₋₁ + (1 − β)·yₜ from v₀ = 0: (value,). Adam's first moment has this form."""
    found = np.empty(len(values))
    average = 0.0
    for at, value in enumerate(values):
        average = beta * average + (1 - beta) * value
        found[at] = average
    return found


def corrected(averages: np.ndarray, beta: float) -> np.ndarray:
    """vₜ / (1 − βᵗ), t from 1: the weights then add up to 1 from the first value on (Kingma and Ba 2015, section 3)."""
    return np.asarray(averages / (1 - beta ** np.arange(1, len(averages) + 1)))


def shares(count: int, beta: float) -> np.ndarray:
    """The weight of each of the first `count` values in the average after the last of them: (count,), oldest first."""
    return np.asarray((1 - beta) * beta ** np.arange(count - 1, -1, -1.0))


def window(beta: float) -> float:
    """About how many values count: 1/(1 − β), by when a value's weight is about 1/e of the newest's."""
    return 1 / (1 - beta)


def beta_of(values: float) -> float:
    """The β whose window is so many values long."""
    return 1 - 1 / max(1.0, values)
