"""The costs of a style transfer in plain NumPy: slow, and read like the formulas."""

import numpy as np

TINY = 1e-12  # under the root of a distance, whose slope has no value at 0
SOFT = 1e-6  # under the root of a pixel's distance from its neighbours


def gram(features: np.ndarray, constant: float) -> np.ndarray:
    """How often features occur together: G[a, b] = Σ over places of f[a] · f[b] / N (Gatys et al. 2016, equation 3).

    Args:
        features: (place, channel).
        constant: value of a channel appended to them, so that means count too; 0 appends none.

    Returns:
        (channel, channel), symmetric, with one row and column more where a constant is appended.
    """
    if constant:
        features = np.concatenate([features, np.full((len(features), 1), constant)], axis=1)
    return np.asarray(features.T @ features / len(features))


def relative_distance(found: np.ndarray, wanted: np.ndarray) -> float:
    """‖found − wanted‖ / ‖wanted‖, Frobenius: a style term."""
    return float(np.sqrt(((found - wanted) ** 2).sum() + TINY) / np.sqrt((wanted**2).sum() + TINY))


def relative_square(found: np.ndarray, wanted: np.ndarray) -> float:
    """Σ (found − wanted)² / Σ wanted²: a content term."""
    return float(((found - wanted) ** 2).sum() / ((wanted**2).sum() + TINY))


def steepness(picture: np.ndarray) -> np.ndarray:
    """√(down² + right² + 10⁻⁶) of the differences to the neighbours.

    Args:
        picture: (height, width, channel).

    Returns:
        (height − 1, width − 1, channel).
    """
    here = picture[:-1, :-1]
    return np.asarray(np.sqrt((picture[1:, :-1] - here) ** 2 + (picture[:-1, 1:] - here) ** 2 + SOFT))


def total_variation(picture: np.ndarray) -> float:
    """The mean steepness of a picture (Rudin, Osher and Fatemi 1992, per pixel)."""
    return float(steepness(picture).mean())


def weighted(costs: np.ndarray, weights: np.ndarray) -> float:
    """The cost that is lowered: Σ weight · term."""
    return float((np.asarray(costs, float) * weights).sum())
