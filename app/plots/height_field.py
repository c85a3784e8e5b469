"""HeightField: numbers over a plane, the heights they are drawn at, and both at any place between the grid's points."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

ToHeight = Callable[[np.ndarray], np.ndarray]


def as_it_is(values: np.ndarray) -> np.ndarray:
    """Values are their own height."""
    return values


def logarithmic(values: np.ndarray) -> np.ndarray:
    """Heights log10(1 + value), for values that are not negative."""
    return np.asarray(np.log10(1.0 + np.maximum(values, 0.0)))


@dataclass(frozen=True, eq=False)
class HeightField:
    """A grid of numbers.

    Args:
        z: float (row, column), at (x[column], y[row]); what is not finite is drawn as high as the highest.
        x, y: ascending, at least two each.
        to_height: from a value to its height.
        scale: values drawn lowest and highest, so that several fields can be compared; its own limits where None.
    """

    z: np.ndarray
    x: np.ndarray
    y: np.ndarray
    to_height: ToHeight = as_it_is
    scale: tuple[float, float] | None = None

    @cached_property
    def heights(self) -> np.ndarray:
        """Height of each value, 0 to 1."""
        return self.share(self.z)

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Values drawn lowest and highest."""
        if self.scale is not None:
            return self.scale
        known = self.z[np.isfinite(self.z)]
        return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)

    def share(self, values: np.ndarray) -> np.ndarray:
        """Height of any values on the same scale; 0 to 1 within the grid's own."""
        low, high = (float(self.to_height(np.array(limit))) for limit in self.limits)
        heights = self.to_height(np.asarray(values, float))
        return np.nan_to_num((heights - low) / ((high - low) or 1.0), nan=1.0, posinf=1.0, neginf=0.0)

    def value_of(self, share: float) -> float:
        """The value drawn at a height, by halving; heights rise with values."""
        low, high = self.limits
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if float(self.share(np.array(middle))) < share else (low, middle)
        return (low + high) / 2

    def height_at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Heights (point,) between the grid's points, straight from one to the next; the edge's beyond it."""
        column = np.interp(x, self.x, np.arange(len(self.x)))
        row = np.interp(y, self.y, np.arange(len(self.y)))
        return _between(self.heights, row, column)

    def value_at(self, x: float, y: float) -> float:
        """The value between the grid's points."""
        column = np.interp([x], self.x, np.arange(len(self.x)))
        row = np.interp([y], self.y, np.arange(len(self.y)))
        return float(_between(self.z, row, column)[0])

    def resampled(self, count: int) -> np.ndarray:
        """Heights (count + 1, count + 1) at equal ways over the plane."""
        x, y = (np.linspace(axis[0], axis[-1], count + 1) for axis in (self.x, self.y))
        grid_x, grid_y = np.meshgrid(x, y)
        return self.height_at(grid_x, grid_y)

    def to_box(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the plane as −1..1."""
        return _unit(x, self.x), _unit(y, self.y)

    def from_box(self, u: float, v: float) -> tuple[float, float]:
        """The place of a point −1..1, kept within the plane."""
        return _place(u, self.x), _place(v, self.y)


def _unit(at: np.ndarray, axis: np.ndarray) -> np.ndarray:
    return np.asarray(2 * (np.asarray(at, float) - axis[0]) / (axis[-1] - axis[0]) - 1)


def _place(share: float, axis: np.ndarray) -> float:
    return float(axis[0] + (min(max(share, -1.0), 1.0) + 1) / 2 * (axis[-1] - axis[0]))


def _between(values: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    top = np.clip(row.astype(int), 0, values.shape[0] - 2)
    left = np.clip(column.astype(int), 0, values.shape[1] - 2)
    down, right = row - top, column - left
    upper = values[top, left] * (1 - right) + values[top, left + 1] * right
    lower = values[top + 1, left] * (1 - right) + values[top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)
