"""What a line chart shows: series, markers, and where values lie on the screen."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from app.buckets import Buckets


@dataclass(frozen=True)
class Series:
    """One curve.

    Args:
        x, y: (points,), x ascending.
        token: a colour token.
        kind: "raw" faint and thin, "line", or "points" with circles.
        label: written at its end; the first line is its name.
        buckets: summary of y, so that a long curve is drawn without a look at every point.
    """

    x: np.ndarray
    y: np.ndarray
    token: str
    kind: str = "line"
    label: str = ""
    dashed: bool = False
    buckets: Buckets | None = None

    @property
    def size(self) -> int:
        """How many points it has."""
        return min(len(self.x), len(self.y))

    def nearest(self, x: float) -> int:
        """Return the index of the point nearest to x; the series has at least one."""
        right = int(np.clip(np.searchsorted(self.x[: self.size], x), 0, self.size - 1))
        left = max(0, right - 1)
        return left if abs(float(self.x[left]) - x) <= abs(float(self.x[right]) - x) else right


@dataclass(frozen=True)
class Marker:
    """A moment, a point or a level worth seeing: kind "line", "dashed", "star" or "level" (x is then a value)."""

    x: float
    text: str
    token: str
    kind: str = "line"


@dataclass(frozen=True)
class Frame:
    """Where the plane lies on the screen.

    Args:
        area: the plot's rectangle in the chart.
        x, y: what it shows; y as logarithm to base ten where `log` is set.
    """

    area: QRectF
    x: tuple[float, float]
    y: tuple[float, float]
    log: bool = False

    def x_of(self, value: float) -> float:
        """Return the pixel column of a value."""
        return self.area.left() + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.area.width()

    def y_of(self, value: float) -> float:
        """Return the pixel row of a value, kept within the plot; a value that a log scale cannot show lies below."""
        if self.log:
            value = math.log10(value) if value > 0 else self.y[0]
        share = (value - self.y[0]) / (self.y[1] - self.y[0]) if math.isfinite(value) else 0.0
        return self.area.bottom() - min(max(share, 0.0), 1.0) * self.area.height()

    def shows(self, value: float) -> bool:
        """Return whether a value lies within the plot."""
        if self.log and value <= 0:
            return False
        height = math.log10(value) if self.log else value
        return self.y[0] <= height <= self.y[1]

    def value_at(self, pixel: float) -> float:
        """Return the x of a pixel column."""
        return self.x[0] + (pixel - self.area.left()) / max(1.0, self.area.width()) * (self.x[1] - self.x[0])
