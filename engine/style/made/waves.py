"""Waves: a woodcut of overlapping scales, row over row, in indigo and cream with foam."""

import numpy as np

from engine.style.made.fields import mixed, smooth_noise

INDIGO = ((18, 34, 74), (30, 72, 126), (86, 142, 176), (196, 214, 206))
CREAM = np.array((240, 228, 200), float)
RADIUS = 26.0  # px of a scale
RINGS = 5


def draw(height: int, width: int, seed: int = 3) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width].astype(float)
    rows = rows + 5 * np.sin(columns / 41) + 4 * smooth_noise(height, width, 60, random)
    columns = columns + 5 * np.sin(rows / 33)
    canvas = np.broadcast_to(CREAM, (height, width, 3)).copy()
    for line in range(-2, int(height / (RADIUS / 2)) + 4):
        middle = line * RADIUS / 2
        across = np.mod(columns + (RADIUS if line % 2 else 0), 2 * RADIUS) - RADIUS
        away = np.hypot(rows - middle - RADIUS, across)
        canvas = _over(canvas, away, rows)
    grain = 10 * (smooth_noise(height, width, 3, random) - 0.5)[..., None]
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def _over(canvas: np.ndarray, away: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Lay one row of scales over what is there: rings of colour with cream lines between them."""
    inside = np.clip(RADIUS - away, 0, 1)[..., None]
    ring = away / RADIUS * RINGS
    line = np.clip(np.abs(ring - np.round(ring)) * RADIUS / RINGS - 0.7, 0, 1)[..., None]
    share = np.clip(1 - np.floor(ring + 0.5) / RINGS + 0.12 * np.sin(rows / 45), 0, 1)
    scale = line * mixed(INDIGO, share) + (1 - line) * CREAM
    return np.asarray(inside * scale + (1 - inside) * canvas)
