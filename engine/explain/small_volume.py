"""A small volume to take apart: a real digit and what three kernels make of it; filters drawn from a seed."""

import numpy as np

from engine.explain.convolution import correlate
from engine.explain.own_kernels import OWN_KERNELS
from engine.explain.sample_digits import MOST, digits
from engine.layers.windows import Window

MOST_CHANNELS, MOST_FILTERS = 4, 4
NAMES = ("the digit", "its vertical edges", "its horizontal edges", "the digit, blurred")
KERNELS = ("vertical", "horizontal", "blur")


def window(size: int) -> Window:
    """A square window that slides by 1 and without padding."""
    return Window("kernel", "kernel_size", (size, size), (1, 1), "valid")


def make_volume(channels: int, digit: int) -> np.ndarray:
    """A volume (6, 6, channels), two decimals: what a first layer might hand to the next."""
    x = digits()[digit] / MOST
    edges = [correlate(x[..., None], OWN_KERNELS[name][..., None, None], window(3))[..., 0] for name in KERNELS]
    return np.stack([x[1:-1, 1:-1], *(np.maximum(edge, 0) for edge in edges)], axis=-1)[..., :channels].round(2)


def make_filters(size: int, channels: int, filters: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Kernels (size, size, channels, filters) and biases (filters,), one decimal."""
    random = np.random.default_rng(seed)
    kernels = random.normal(0, 0.5, (size, size, MOST_CHANNELS, MOST_FILTERS)).round(1)
    biases = random.uniform(-0.5, 0.5, MOST_FILTERS).round(1)
    return kernels[:, :, :channels, :filters], biases[:filters]
