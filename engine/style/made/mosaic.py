"""Mosaic: small tiles of stone with grout between them, laid in bands of colour."""

import numpy as np

from engine.style.made.fields import mixed, nearest_two, scattered, smooth_noise

STONES = ((24, 78, 96), (38, 132, 138), (226, 208, 164), (214, 136, 62), (168, 62, 44), (92, 34, 40))
GROUT = (52, 44, 40)
TILE = 11.0  # px
GAP = 1.1  # px, half of it


def draw(height: int, width: int, seed: int = 1) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    points = scattered(height, width, TILE, random, jitter=0.5)
    tile, _, edge = nearest_two(points, height, width)
    bands = smooth_noise(height, width, width / 3.2, random)
    rows, columns = (np.clip(points[:, axis], 0, size - 1).astype(int) for axis, size in ((0, height), (1, width)))
    share = np.mod(bands[rows, columns] * 2.2 + random.normal(0, 0.035, len(points)), 1.0)
    ends = np.abs(share * 2 - 1)  # there and back through the palette, without a jump
    colors = mixed(STONES, ends) + random.normal(0, 12, (len(points), 1))
    shade = 1 - 0.16 * np.clip(1 - edge / 3.5, 0, 1)[..., None]
    joint = np.clip(edge - GAP + 0.5, 0, 1)[..., None]
    return np.clip(joint * shade * colors[tile] + (1 - joint) * np.array(GROUT), 0, 255).astype(np.uint8)
