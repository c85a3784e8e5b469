"""The optimisers of a style transfer: Adam and L-BFGS over the pixels of one picture, kept between 0 and 1."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

HISTORY = 10  # pairs that L-BFGS keeps
HALVINGS = 12  # of a step that does not lower the cost
ENOUGH = 1e-4  # of the promised fall must be kept (Armijo 1966)
FIRST = 0.05  # mean change of a value in the first step of L-BFGS


@dataclass(frozen=True)
class Measured:
    """What the cost is at a picture.

    Args:
        costs: (term,), unweighted.
        cost: Σ weight · term.
        gradient: ∂cost/∂picture, float32, of the picture's shape.
    """

    costs: np.ndarray
    cost: float
    gradient: np.ndarray


Measure = Callable[[np.ndarray], Measured]


class Adam:
    """Adam (Kingma and Ba 2015) in Keras's form, its rate falling from `begin` to `end` in equal ratios.

    Args:
        steps: it is made for.
        begin, end: rates; a pixel goes from 0 to 1.
    """

    def __init__(self, steps: int, begin: float = 0.03, end: float = 0.012) -> None:
        self._steps, self._begin, self._end = steps, begin, end
        self._done = 0
        self._mean: np.ndarray | float = 0.0
        self._square: np.ndarray | float = 0.0

    def move(self, picture: np.ndarray, measure: Measure) -> tuple[np.ndarray, Measured]:
        """Do one step; return the next picture and the measure of the one before."""
        found = measure(picture)
        self._done += 1
        g = found.gradient
        self._mean = 0.9 * self._mean + 0.1 * g
        self._square = 0.999 * self._square + 0.001 * g * g
        rate = self._begin * (self._end / self._begin) ** min(1.0, self._done / self._steps)
        rate *= np.sqrt(1 - 0.999**self._done) / (1 - 0.9**self._done)
        moved = picture - np.float32(rate) * self._mean / (np.sqrt(self._square) + np.float32(1e-7))
        return np.clip(moved, 0, 1).astype(np.float32), found

    def forget(self) -> None:
        """Other weights count from now on; the averages follow by themselves."""


class LBFGS:
    """L-BFGS (Nocedal 1980, two-loop recursion) with steps halved until the cost falls enough (Armijo 1966)."""

    def __init__(self) -> None:
        self._pairs: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=HISTORY)
        self._known: tuple[np.ndarray, Measured] | None = None

    def move(self, picture: np.ndarray, measure: Measure) -> tuple[np.ndarray, Measured]:
        """Do one step; return the next picture and the measure of the one before."""
        found = self._known[1] if self._known is not None and self._known[0] is picture else measure(picture)
        direction = self._direction(found.gradient)
        if float(np.vdot(direction, found.gradient)) >= 0:  # what is remembered misleads
            self._pairs.clear()
            direction = self._direction(found.gradient)
        moved, after = self._searched(picture, found, direction, measure)
        change, bend = moved - picture, after.gradient - found.gradient
        if float(np.vdot(change, bend)) > 1e-12:
            self._pairs.append((change, bend))
        self._known = (moved, after)
        return moved, found

    def forget(self) -> None:
        """Other weights count from now on, so what was learned about the slope is worth nothing."""
        self._pairs.clear()
        self._known = None

    def _direction(self, gradient: np.ndarray) -> np.ndarray:
        """−H · gradient, H the inverse of the curvature as far as the pairs tell it."""
        q = gradient.astype(np.float64)
        shares = []
        for change, bend in reversed(self._pairs):
            share = float(np.vdot(change, q)) / float(np.vdot(bend, change))
            shares.append(share)
            q = q - share * bend
        if self._pairs:
            change, bend = self._pairs[-1]
            q *= float(np.vdot(change, bend)) / float(np.vdot(bend, bend))
        else:
            q *= FIRST / max(float(np.abs(q).mean()), 1e-30)
        for (change, bend), share in zip(self._pairs, reversed(shares), strict=True):
            q = q + (share - float(np.vdot(bend, q)) / float(np.vdot(bend, change))) * change
        return np.asarray(-q, np.float32)

    def _searched(
        self, picture: np.ndarray, before: Measured, direction: np.ndarray, measure: Measure
    ) -> tuple[np.ndarray, Measured]:
        """The first of 1, ½, ¼, ... times the direction that lowers the cost enough; else the last tried."""
        length = 1.0
        for _ in range(HALVINGS):
            moved = np.clip(picture + np.float32(length) * direction, 0, 1).astype(np.float32)
            after = measure(moved)
            promised = float(np.vdot(before.gradient, moved - picture))
            if after.cost <= before.cost + ENOUGH * promised:
                return moved, after
            length /= 2
        return picture, before
