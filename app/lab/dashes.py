"""Dashes: a broken line of separate segments, which Qt draws many times faster than a pen with a dash pattern."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF

from app.lab.ink import Ink


def paint_dashes(ink: Ink, points: Sequence[QPointF], token: str, width: float = 1.2, length: int = 2) -> None:
    """Draw `length` segments of the line through points, leave out as many, and so on."""
    ink.pen(token, width)
    ink.painter.drawLines([QLineF(a, b) for at, (a, b) in enumerate(pairwise(points)) if at // length % 2 == 0])
