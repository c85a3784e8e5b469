"""One neuron: weighted sum, activation, the line it draws, and Rosenblatt's rule that moves the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.explain.activation_functions import FUNCTIONS

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (sample, input)
GATES: dict[str, tuple[int, int, int, int]] = {
    "AND": (0, 0, 0, 1),
    "OR": (0, 1, 1, 1),
    "NAND": (1, 1, 1, 0),
    "NOR": (1, 0, 0, 0),
    "XOR": (0, 1, 1, 0),
}
ACTIVATIONS = ("step", "linear", "sigmoid", "tanh", "relu")


@dataclass(frozen=True)
class Line:
    """Weights (input,) and bias of a neuron with two inputs."""

    w: tuple[float, float]
    b: float


@dataclass(frozen=True)
class Visit:
    """One step of the rule: the corner looked at, and the line after it.

    Args:
        corner: index into `CORNERS`.
        output, target: 0 or 1; where they are equal the line stays.
    """

    corner: int
    output: int
    target: int
    line: Line


def activate(name: str, z: np.ndarray) -> np.ndarray:
    """Return g(z); "step" is 1 where z > 0, else 0, the others are Keras's."""
    return np.where(z > 0, 1.0, 0.0) if name == "step" else FUNCTIONS[name](z)


def weighted_sum(x: np.ndarray, line: Line) -> np.ndarray:
    """Return z = x·w + b, (sample,), for x (sample, 2)."""
    return np.asarray(x @ np.array(line.w) + line.b)


def answers(line: Line) -> np.ndarray:
    """Which side of the line each corner lies on: 0 or 1, int (4,)."""
    return (weighted_sum(CORNERS, line) > 0).astype(int)


def mistakes(line: Line, targets: Sequence[int]) -> int:
    """How many of the four corners are on the wrong side."""
    return int(np.sum(answers(line) != np.array(targets)))


def perceptron(start: Line, targets: Sequence[int], steps: int, rate: float = 0.5) -> list[Visit]:
    """Visit the corners in turn; a wrong answer moves the line: w ← w + η (t − y) x, b ← b + η (t − y).

    Source: F. Rosenblatt, The perceptron, Psychological Review 65 (1958). It ends where the classes can be parted by a
    line, and goes on for ever where they cannot (M. Minsky and S. Papert, Perceptrons, 1969).
    """
    w, b = np.array(start.w, float), float(start.b)
    visits = []
    for step in range(steps):
        corner = step % len(CORNERS)
        x, target = CORNERS[corner], int(targets[corner])
        output = int(x @ w + b > 0)
        w, b = w + rate * (target - output) * x, b + rate * (target - output)
        visits.append(Visit(corner, output, target, Line((float(w[0]), float(w[1])), float(b))))
    return visits


@cache
def fewest_mistakes(targets: tuple[int, ...], angles: int = 720) -> int:
    """The fewest corners that any line leaves on the wrong side, over every direction and every gap between corners."""
    best = len(CORNERS)
    for angle in np.linspace(0, 2 * np.pi, angles, endpoint=False):
        w = np.array([np.cos(angle), np.sin(angle)])
        along = np.sort(CORNERS @ w)
        cuts = np.concatenate([[along[0] - 1], (along[:-1] + along[1:]) / 2, [along[-1] + 1]])
        for cut in cuts:
            best = min(best, mistakes(Line((float(w[0]), float(w[1])), float(-cut)), targets))
    return best


def crossing(line: Line, low: float, high: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where w·x + b = 0 enters and leaves the square low..high; None where it misses it, or w is 0."""
    (w1, w2), b = line.w, line.b
    found: list[tuple[float, float]] = []
    for edge in (low, high):
        if w2:
            found.append((edge, -(w1 * edge + b) / w2))
        if w1:
            found.append((-(w2 * edge + b) / w1, edge))
    room = 1e-9 * (high - low)
    inside = [p for p in found if low - room <= p[0] <= high + room and low - room <= p[1] <= high + room]
    far = max(inside, key=lambda p: np.hypot(p[0] - inside[0][0], p[1] - inside[0][1]), default=None)
    return None if far is None or far == inside[0] else (inside[0], far)
