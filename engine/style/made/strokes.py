"""Brush strokes: short curved lines that follow a field of flow, coarse ones first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

SCALE = 2  # drawn so many times larger, then shrunk: smooth edges


@dataclass(frozen=True)
class Brush:
    """How one layer of strokes is laid.

    Args:
        count: strokes.
        width: px.
        length: px.
        jitter: how much colours differ from stroke to stroke, standard deviation, 0 to 255.
    """

    count: int
    width: float
    length: float
    jitter: float


def painted(
    colors: np.ndarray,
    flow: Callable[[float, float], float],
    brushes: tuple[Brush, ...],
    random: np.random.Generator,
) -> np.ndarray:
    """Paint over a ground.

    Args:
        colors: float (height, width, 3), 0 to 255: the ground, and what strokes take their colour from.
        flow: direction at (row, column), radians.

    Returns:
        uint8 (height, width, 3).
    """
    height, width = colors.shape[:2]
    ground = Image.fromarray(np.clip(colors, 0, 255).astype(np.uint8))
    canvas = ground.resize((width * SCALE, height * SCALE))
    draw = ImageDraw.Draw(canvas)
    for brush in brushes:
        for _ in range(brush.count):
            row, column = random.uniform(0, height), random.uniform(0, width)
            ink = colors[int(row), int(column)] + random.normal(0, brush.jitter) + random.normal(0, brush.jitter / 2, 3)
            path = _path(row, column, flow, brush.length)
            color = tuple(int(value) for value in np.clip(ink, 0, 255))
            draw.line(path, fill=color, width=round(brush.width * SCALE), joint="curve")
    return np.asarray(canvas.resize((width, height), Image.Resampling.BOX))


def _path(row: float, column: float, flow: Callable[[float, float], float], length: float) -> list[tuple[float, float]]:
    """Points (x, y) of a stroke that follows the flow from where it begins, in canvas px."""
    path, step = [], length / 6
    for _ in range(7):
        path.append((column * SCALE, row * SCALE))
        turn = flow(row, column)
        row, column = row + step * np.sin(turn), column + step * np.cos(turn)
    return path
