"""MovedPoints: many points that are made once and then only moved."""

import numpy as np
from PySide6.QtCore import QPointF


class MovedPoints:
    """Points of Qt, kept: making thousands for every frame costs more than painting, and wakes the garbage collector.

    Attributes:
        points: in order; they may be part of any number of tuples to draw.
    """

    def __init__(self, count: int) -> None:
        self.points = [QPointF() for _ in range(count)]

    def move(self, pixels: np.ndarray) -> None:
        """Put every point at its place, (point, 2) px."""
        for point, x, y in zip(self.points, pixels[:, 0].tolist(), pixels[:, 1].tolist(), strict=True):
            point.setX(x)
            point.setY(y)
