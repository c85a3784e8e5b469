"""Stained glass: large bright panes in black lead, light at the middle of each."""

import numpy as np

from engine.style.made.fields import nearest_two, scattered, smooth_noise

PANES = ((178, 24, 40), (232, 150, 24), (246, 214, 86), (22, 96, 160), (18, 52, 116), (32, 130, 84), (112, 38, 120))
LEAD = (14, 14, 18)
PANE = 34.0  # px
HALF = 2.2  # px, of the lead


def draw(height: int, width: int, seed: int = 2) -> np.ndarray:
    """Return uint8 (height, width, 3)."""
    random = np.random.default_rng(seed)
    points = scattered(height, width, PANE, random, jitter=0.95)
    tile, away, edge = nearest_two(points, height, width)
    colors = np.array(PANES, float)[random.integers(0, len(PANES), len(points))]
    grain = smooth_noise(height, width, 5, random) * 0.5 + smooth_noise(height, width, 17, random)
    light = (0.72 + 0.30 * grain + 0.22 * np.clip(1 - away / PANE, 0, 1))[..., None]
    pane = np.clip(edge - HALF + 0.5, 0, 1)[..., None]
    return np.clip(pane * light * colors[tile] + (1 - pane) * np.array(LEAD), 0, 255).astype(np.uint8)
