"""Gradient descent on the error curve of a single weight: w ← w − η dJ/dw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

X = np.array([-1.6, -1.1, -0.7, -0.2, 0.3, 0.8, 1.2, 1.7])
Y = np.array([-3.1, -2.5, -1.1, -0.7, 0.8, 1.3, 2.7, 3.2])  # about 2 x
Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Curve:
    """An error curve.

    Args:
        written: J(w) in the markup of formulas.
        slope_written: dJ/dw.
        loss, slope: of weights of any shape.
        span: (low, high) of the weights that the picture shows.
        top: the largest error that it shows.
        start: where descent begins.
    """

    id: str
    title: str
    written: str
    slope_written: str
    loss: Function
    slope: Function
    span: tuple[float, float]
    top: float
    start: float


@dataclass(frozen=True)
class Path:
    """What descent did.

    Args:
        w, loss, slope: (step + 1,), from the start on; after the path has left the picture it has no more entries.
        left_at: the step after which the weight is outside the span of the curve; −1 where it stays inside.
    """

    w: np.ndarray
    loss: np.ndarray
    slope: np.ndarray
    left_at: int = -1

    @property
    def bounces(self) -> bool:
        """Whether most steps cross the minimum: the slope changes its sign."""
        signs = np.sign(self.slope[np.abs(self.slope) > 1e-6])
        return len(signs) > 3 and float(np.mean(signs[1:] != signs[:-1])) > 0.5


CURVES: tuple[Curve, ...] = (
    Curve(
        "parabola", "w² − 10 w + 25", "J = w² − 10 w + 25", "2 w − 10",
        lambda w: np.square(w) - 10 * w + 25, lambda w: 2 * w - 10, (-2.0, 12.0), 50.0, 0.0,
    ),
    Curve(
        "fit", "y = w x on 8 points", "J = {1|m} Σ (w x_i − y_i)²", "{2|m} Σ (w x_i − y_i) x_i",
        lambda w: np.mean(np.square(np.multiply.outer(w, X) - Y), axis=-1),
        lambda w: 2 * np.mean((np.multiply.outer(w, X) - Y) * X, axis=-1), (-3.0, 7.0), 35.0, -2.0,
    ),
    Curve(
        "valleys", "two valleys", "J = {w⁴|20} − {4 w²|5} + {2 w|5} + 5", "{w³|5} − {8 w|5} + {2|5}",
        lambda w: w**4 / 20 - 0.8 * np.square(w) + 0.4 * w + 5, lambda w: w**3 / 5 - 1.6 * w + 0.4,
        (-5.2, 5.2), 20.0, 4.5,
    ),
)  # fmt: skip
BY_ID = {curve.id: curve for curve in CURVES}


def descend(curve: Curve, start: float, rate: float, steps: int) -> Path:
    """Take `steps` steps of plain gradient descent, or as many as stay within the picture."""
    w = float(start)
    weights, left_at = [w], -1
    for step in range(1, steps + 1):
        w -= rate * float(curve.slope(np.array(w)))
        weights.append(w)
        if not curve.span[0] <= w <= curve.span[1]:
            left_at = step
            break
    found = np.array(weights)
    return Path(found, curve.loss(found), curve.slope(found), left_at)


def largest_rate(curve: Curve, at: float, width: float = 1e-4) -> float:
    """The learning rate above which descent near a minimum leaves it: 2 / J″ there, by central differences."""
    bend = float(curve.slope(np.array(at + width)) - curve.slope(np.array(at - width))) / (2 * width)
    return 2 / bend if bend > 0 else float("inf")


def minimum_near(curve: Curve, start: float) -> float:
    """The minimum that very small steps from `start` lead to."""
    path = descend(curve, start, 0.02, 4000)
    return float(path.w[-1])


def judged(curve: Curve, path: Path, steps: int) -> str:
    """What became of a path: "diverged", "bounces", "slow", "arrived"."""
    if path.left_at >= 0:
        return "diverged"
    low = float(curve.loss(np.array(minimum_near(curve, float(path.w[0])))))
    other = float(curve.loss(np.array(minimum_near(curve, float(path.w[-1])))))
    least = min(low, other)
    rest = (float(path.loss[-1]) - least) / max(float(path.loss[0]) - least, 1e-12)
    if path.bounces:
        return "bounces"
    return "slow" if rest > 0.01 and len(path.w) > steps else "arrived"
