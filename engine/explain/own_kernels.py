"""Kernels of the textbooks, to slide over any picture beside those that a network learned."""

import numpy as np

THIRD = ((1, 0, -1), (1, 0, -1), (1, 0, -1))
# Sobel and Feldman 1968; Scharr 2000 (the 3×3 kernel that turns most evenly); the others as in Gonzalez and Woods.
_ROWS: dict[str, tuple[str, tuple[tuple[float, ...], ...], float]] = {
    "vertical": ("Vertical edge", THIRD, 1),
    "horizontal": ("Horizontal edge", ((1, 1, 1), (0, 0, 0), (-1, -1, -1)), 1),
    "sobel": ("Sobel, vertical", ((1, 0, -1), (2, 0, -2), (1, 0, -1)), 1),
    "sobel_horizontal": ("Sobel, horizontal", ((1, 2, 1), (0, 0, 0), (-1, -2, -1)), 1),
    "scharr": ("Scharr, vertical", ((3, 0, -3), (10, 0, -10), (3, 0, -3)), 1),
    "scharr_horizontal": ("Scharr, horizontal", ((3, 10, 3), (0, 0, 0), (-3, -10, -3)), 1),
    "laplacian": ("Laplacian edge", ((0, 1, 0), (1, -4, 1), (0, 1, 0)), 1),
    "sharpen": ("Sharpen", ((0, -1, 0), (-1, 5, -1), (0, -1, 0)), 1),
    "blur": ("Blur", ((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
    "emboss": ("Emboss", ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)), 1),
    "identity": ("Nothing changed", ((0, 0, 0), (0, 1, 0), (0, 0, 0)), 1),
}
NAMES: dict[str, str] = {name: title for name, (title, _, _) in _ROWS.items()}
OWN_KERNELS: dict[str, np.ndarray] = {name: np.array(rows) / by for name, (_, rows, by) in _ROWS.items()}


def over_channels(kernel: np.ndarray, channels: int) -> np.ndarray:
    """One kernel (row, column) for an input of several channels: the mean over them, (row, column, channel)."""
    return np.repeat(np.asarray(kernel, float)[..., None], channels, axis=2) / channels
