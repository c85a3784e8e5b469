"""Swirls: a night of blue strokes around bright discs."""

from collections.abc import Callable

import numpy as np

from engine.style.made.fields import mixed, smooth_noise
from engine.style.made.strokes import Brush, painted

NIGHT = ((16, 26, 70), (24, 58, 124), (40, 98, 168), (120, 168, 206))
GLOW = ((248, 236, 160), (244, 196, 62), (222, 146, 30))
DISCS = ((0.18, 0.14, 26), (0.30, 0.47, 34), (0.14, 0.84, 24), (0.74, 0.24, 30), (0.66, 0.80, 38), (0.88, 0.55, 22))
BRUSHES = (Brush(2600, 5.0, 30, 10), Brush(4200, 2.6, 22, 15), Brush(1500, 1.6, 16, 24))


def draw(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    centres = np.array([(down * height, across * width) for down, across, _ in DISCS])
    radii = np.array([radius * width / 384 for _, _, radius in DISCS])
    colors = mixed(NIGHT, smooth_noise(height, width, width / 6, random) * 0.75 + 0.1 * rows / height)
    for (row, column), radius in zip(centres, radii, strict=True):
        away = np.hypot(rows - row, columns - column) / radius
        halo = np.clip(1.9 - away, 0, 1)[..., None] ** 1.5
        colors = colors * (1 - 0.9 * halo) + 0.9 * halo * mixed(GLOW, np.clip(away / 1.2, 0, 1))
    return painted(colors, _flow(centres, radii), BRUSHES, random)


def _flow(centres: np.ndarray, radii: np.ndarray) -> Callable[[float, float], float]:
    def flow(row: float, column: float) -> float:
        """Around each disc, and from left to right in waves far from all of them."""
        down, across = row - centres[:, 0], column - centres[:, 1]
        near = np.exp(-((np.hypot(down, across) / (2.1 * radii)) ** 2))
        turns = np.arctan2(down, across) + np.pi / 2
        wave = 0.5 * np.sin(column / 38) + 0.35 * np.sin(row / 27)
        y = float((near * np.sin(turns)).sum() + 0.25 * np.sin(wave))
        x = float((near * np.cos(turns)).sum() + 0.25 * np.cos(wave))
        return float(np.arctan2(y, x))

    return flow
