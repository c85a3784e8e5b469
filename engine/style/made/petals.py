"""Petals: thick dabs of a palette knife in reds and golds, fanned around a few hearts."""

import numpy as np

from engine.style.made.fields import mixed, smooth_noise
from engine.style.made.strokes import Brush, painted

WARM = ((74, 16, 30), (150, 28, 36), (214, 74, 34), (240, 146, 52), (252, 218, 138))
HEARTS = ((0.25, 0.22), (0.62, 0.48), (0.2, 0.78), (0.8, 0.86), (0.85, 0.12))
BRUSHES = (Brush(1500, 9.0, 20, 12), Brush(2400, 6.0, 15, 18), Brush(1200, 3.4, 11, 26))


def draw(height: int, width: int, seed: int = 5) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    hearts = np.array([(down * height, across * width) for down, across in HEARTS])
    away = np.min([np.hypot(rows - row, columns - column) for row, column in hearts], axis=0)
    rings = 0.5 + 0.5 * np.cos(away / width * 36)
    share = 0.55 * rings + 0.45 * smooth_noise(height, width, width / 5, random)

    def flow(row: float, column: float) -> float:
        """Away from the nearest heart, turned a little."""
        gaps = np.array([row, column]) - hearts
        down, across = gaps[np.hypot(*gaps.T).argmin()]
        return float(np.arctan2(down, across) + 0.5)

    return painted(mixed(WARM, np.clip(share, 0, 1)), flow, BRUSHES, random)
