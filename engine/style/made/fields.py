"""What the drawn styles are made of: smooth noise, fields of flow, palettes, tiles."""

from collections.abc import Sequence

import numpy as np

Color = tuple[int, int, int]


def smooth_noise(height: int, width: int, cell: float, random: np.random.Generator) -> np.ndarray:
    """Value noise, 0 to 1, float (height, width): random numbers on a grid of `cell` px, joined by cubic ease."""
    rows, columns = int(height / cell) + 2, int(width / cell) + 2
    grid = random.random((rows, columns))
    (top, down), (left, across) = _places(height, cell), _places(width, cell)
    down, across = down[:, None], across[None, :]
    above = grid[np.ix_(top, left)] * (1 - across) + grid[np.ix_(top, left + 1)] * across
    below = grid[np.ix_(top + 1, left)] * (1 - across) + grid[np.ix_(top + 1, left + 1)] * across
    return np.asarray(above * (1 - down) + below * down)


def _places(count: int, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Grid line before each pixel, and the eased way to the next one."""
    place = np.arange(count) / cell
    first = place.astype(int)
    rest = place - first
    return first, rest * rest * (3 - 2 * rest)


def mixed(colors: Sequence[Color], share: np.ndarray) -> np.ndarray:
    """Colours along a palette: share (…) in 0..1 to float (…, 3), 0 to 255."""
    stops = np.linspace(0, 1, len(colors))
    channels = np.array(colors, float).T
    return np.stack([np.interp(share, stops, channel) for channel in channels], axis=-1)


def nearest_two(points: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The tiles around points (tile, 2) of (row, column): whose pixel each is, and how far its edge is.

    Returns:
        int (height, width), the tile; float (height, width), px to the nearest point; px to the border with the next.
    """
    rows, columns = np.mgrid[0:height, 0:width]
    found = np.full((height, width), np.inf), np.full((height, width), np.inf)
    nearest, second, tile = *found, np.zeros((height, width), int)
    for number, (row, column) in enumerate(points):
        distance = np.hypot(rows - row, columns - column)
        closer = distance < nearest
        second = np.where(closer, nearest, np.minimum(second, distance))
        nearest, tile = np.where(closer, distance, nearest), np.where(closer, number, tile)
    return tile, nearest, (second - nearest) / 2


def scattered(height: int, width: int, cell: float, random: np.random.Generator, jitter: float = 0.8) -> np.ndarray:
    """Points on a jittered grid that reaches over the borders, float (point, 2) of (row, column)."""
    rows = np.arange(-cell, height + cell, cell)
    columns = np.arange(-cell, width + cell, cell)
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.asarray(grid + random.uniform(-jitter / 2, jitter / 2, grid.shape) * cell)
