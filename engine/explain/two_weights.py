"""The loss of a model of two weights on real data: linear or logistic regression without a bias."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from engine.explain.descent import Gradient
from engine.explain.surfaces import LossSurface

AT_ONCE = 1 << 18  # logits held at a time, 2 MB
ROOM = 1.6  # half the surface's width, in units of the larger weight at the minimum
NEWTON = 50  # steps at most; a handful is usual


@dataclass(frozen=True)
class TwoWeights:
    """ŷ = w₁·x₁ + w₂·x₂, or the sigmoid of that.

    Args:
        kind: "linear" with the mean squared error, "logistic" with binary cross-entropy on logits, as
            `keras.losses.MeanSquaredError` and `keras.losses.BinaryCrossentropy(from_logits=True)`.
        x: (sample, 2).
        y: (sample,) numbers, or labels 0 and 1.
    """

    kind: Literal["linear", "logistic"]
    x: np.ndarray
    y: np.ndarray

    def value(self, points: np.ndarray) -> np.ndarray:
        """The loss at weights (..., 2): (...)."""
        flat = np.asarray(points, float).reshape(-1, 2)
        return (self._linear(flat) if self.kind == "linear" else self._logistic(flat)).reshape(np.shape(points)[:-1])

    def gradient(self, points: np.ndarray) -> np.ndarray:
        """The gradient of the loss at weights (point, 2): (point, 2)."""
        points = np.asarray(points, float)
        if self.kind == "linear":
            return 2 * (points @ self._sums[0] - self._sums[1])
        return self.part_gradient(points, self.x, self.y)

    def part_gradient(self, points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The gradient of the mean loss of some samples x (sample, 2), y (sample,)."""
        z = points @ x.T  # (point, sample)
        off = 2 * (z - y) if self.kind == "linear" else 1 / (1 + np.exp(-np.clip(z, -500, 500))) - y
        return off @ x / len(x)

    def curvature(self, w: np.ndarray) -> np.ndarray:
        """The Hessian of the loss at w (2,): (2, 2)."""
        if self.kind == "linear":
            return 2 * self.x.T @ self.x / len(self.x)
        p = 1 / (1 + np.exp(-np.clip(self.x @ w, -500, 500)))
        return (self.x * (p * (1 - p))[:, None]).T @ self.x / len(self.x)

    @cached_property
    def _sums(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Means over the samples of x xᵀ (2, 2), x·y (2,) and y²."""
        count = len(self.x)
        return self.x.T @ self.x / count, self.x.T @ self.y / count, float(np.mean(np.square(self.y)))

    @cached_property
    def minimum(self) -> np.ndarray:
        """The weights (2,) with the least loss, by Newton's method; a line between separable classes never ends it."""
        w = np.zeros(2)
        for _ in range(NEWTON):
            move = np.linalg.lstsq(self.curvature(w), self.gradient(w[None])[0], rcond=None)[0]
            w = w - np.clip(move, -5.0, 5.0)
            if np.abs(move).max() < 1e-10:
                break
        return w

    @property
    def largest_rate(self) -> float:
        """The learning rate above which plain gradient descent leaves the minimum: 2 over the largest curvature."""
        return float(2 / max(np.linalg.eigvalsh(self.curvature(self.minimum))[-1], 1e-300))

    def batches(self, size: int, seed: int = 0) -> Gradient:
        """The gradient of one batch a step: each epoch is shuffled anew, and its last batch may be smaller.

        Args:
            size: samples of a batch; all of them, or more, is batch gradient descent.
        """
        count = len(self.x)
        if size >= count:
            return lambda step, points: self.gradient(points)
        per_epoch = -(-count // size)

        def gradient(step: int, points: np.ndarray) -> np.ndarray:
            epoch, batch = divmod(step, per_epoch)
            order = np.random.default_rng((seed, epoch)).permutation(count)
            chosen = order[batch * size : (batch + 1) * size]
            return self.part_gradient(points, self.x[chosen], self.y[chosen])

        return gradient

    def surface(self, name: str, source: str) -> LossSurface:
        """The loss as a surface around its minimum, wide enough to hold w = 0."""
        w = self.minimum
        half = ROOM * max(float(np.abs(w).max()), 0.5)
        (left, right), (low, high) = ((float(c) - half, float(c) + half) for c in w)
        written = "mean of (w₁·x₁ + w₂·x₂ − y)²" if self.kind == "linear" else "mean cross-entropy of σ(w₁·x₁ + w₂·x₂)"
        start = (left + 0.12 * (right - left), high - 0.2 * (high - low))
        return LossSurface(
            "data", name, f"f = {written}", (left, right), (low, high), self.value, self.gradient,
            ((float(w[0]), float(w[1])),), start, 0.4 * self.largest_rate, source,
        )  # fmt: skip

    def _linear(self, flat: np.ndarray) -> np.ndarray:
        squares, cross, rest = self._sums
        return np.asarray(((flat @ squares) * flat).sum(axis=1) - 2 * flat @ cross + rest)

    def _logistic(self, flat: np.ndarray) -> np.ndarray:
        """mean(log(1 + eᶻ)) − mean(y·z): the second is linear in the weights."""
        found, rows = np.empty(len(flat)), max(1, AT_ONCE // len(self.x))
        across = np.ascontiguousarray(self.x.T)
        for at in range(0, len(flat), rows):
            z = flat[at : at + rows] @ across
            top = np.maximum(z, 0).mean(axis=1)
            np.abs(z, out=z)
            np.negative(z, out=z)
            np.exp(z, out=z)
            np.log1p(z, out=z)
            found[at : at + rows] = top + z.mean(axis=1)
        return found - flat @ (self.x.T @ self.y / len(self.x))
