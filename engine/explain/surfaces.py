"""Surfaces with a formula, over two weights: value, gradient, the part that is shown, and the minima that lie in it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError

OnPoints = Callable[[np.ndarray], np.ndarray]
Range = tuple[float, float]


@dataclass(frozen=True)
class LossSurface:
    """A function of two weights.

    Args:
        id: what files and commands use.
        name: what the screen shows.
        equation: in symbols.
        x, y: the part of the plane that is shown, and in which a start may lie.
        value: points (..., 2) -> values (...), at least 0.
        gradient: points (..., 2) -> gradients (..., 2).
        minima: (w₁, w₂) of every minimum in that part.
        start: where a descent begins when nothing is said.
        rate: a learning rate at which plain gradient descent gets on from that start.
        source: who described it, and what it teaches.
    """

    id: str
    name: str
    equation: str
    x: Range
    y: Range
    value: OnPoints
    gradient: OnPoints
    minima: tuple[tuple[float, float], ...]
    start: tuple[float, float]
    rate: float
    source: str

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the part shown."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def check_start(self, x: float, y: float) -> None:
        """Refuse a start outside.

        Raises:
            UserError: the point is not finite, or lies outside.
        """
        if not self.holds(x, y):
            (left, right), (low, high) = self.x, self.y
            raise UserError(
                f"The start ({x:g}, {y:g}) lies outside {self.name}, which has w₁ in {left:g} to {right:g} and "
                f"w₂ in {low:g} to {high:g}.",
                f"Begin at ({self.start[0]:g}, {self.start[1]:g}), for example.",
                "start",
            )

    def grid(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values z (row, column) at w₂ = y[row], w₁ = x[column], and both axes (size,)."""
        x, y = np.linspace(*self.x, size), np.linspace(*self.y, size)
        return self.value(_joined(*np.meshgrid(x, y))), x, y


def _split(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points = np.asarray(points, float)
    return points[..., 0], points[..., 1]


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Both coordinates as (..., 2), each of them in one piece in memory: twice as fast for thousands of points."""
    return np.moveaxis(np.stack([first, second]), 0, -1)


def _ravine(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return 5 * (a + b) ** 2 + 0.1 * (a - b) ** 2


def _ravine_slope(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    across, along = 10 * (a + b), 0.2 * (a - b)
    return _joined(across + along, across - along)


def _saddle(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return a**2 / 2 + (b**2 - 1) ** 2 / 4


def _saddle_slope(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return _joined(a, b * (b**2 - 1))


def _plateau(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return 1 - np.exp(-(a**2 + b**2) / 2)


def _plateau_slope(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, float)
    return points * np.exp(-np.square(points).sum(axis=-1, keepdims=True) / 2)


def _rastrigin(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, float)
    return 20 + np.sum(points**2 - 10 * np.cos(2 * np.pi * points), axis=-1)


def _rastrigin_slope(points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, float)
    return 2 * points + 20 * np.pi * np.sin(2 * np.pi * points)


def _rastrigin_minima(last: int) -> tuple[tuple[float, float], ...]:
    """Each coordinate near a whole number, by Newton's method."""
    along = []
    for whole in range(-last, last + 1):
        w = float(whole)
        for _ in range(20):
            slope = 2 * w + 20 * math.pi * math.sin(2 * math.pi * w)
            w -= slope / (2 + 40 * math.pi**2 * math.cos(2 * math.pi * w))
        along.append(w)
    return tuple((a, b) for b in along for a in along)


def _rosenbrock(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return (1 - a) ** 2 + 100 * (b - a**2) ** 2


def _rosenbrock_slope(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    off = b - a**2
    return _joined(-2 * (1 - a) - 400 * a * off, 200 * off)


def _beale_terms(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return 1.5 - a + a * b, 2.25 - a + a * b * b, 2.625 - a + a * b * b * b


def _beale(points: np.ndarray) -> np.ndarray:
    first, second, third = _beale_terms(*_split(points))
    return first * first + second * second + third * third


def _beale_slope(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    first, second, third = _beale_terms(a, b)
    across = first * (b - 1) + second * (b * b - 1) + third * (b * b * b - 1)
    return _joined(2 * across, 2 * a * (first + 2 * second * b + 3 * third * b * b))


def _himmelblau(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    return (a * a + b - 11) ** 2 + (a + b * b - 7) ** 2


def _himmelblau_slope(points: np.ndarray) -> np.ndarray:
    a, b = _split(points)
    first, second = a * a + b - 11, a + b * b - 7
    return _joined(4 * a * first + 2 * second, 2 * first + 4 * b * second)


HIMMELBLAU_MINIMA = (
    (3.0, 2.0),
    (-2.805118086952745, 3.131312518250573),
    (-3.779310253377747, -3.283185991286170),
    (3.584428340330492, -1.848126526964404),
)
SURFACES: dict[str, LossSurface] = {
    surface.id: surface
    for surface in (
        LossSurface(
            "himmelblau", "Himmelblau", "f = (w₁² + w₂ − 11)² + (w₁ + w₂² − 7)²", (-5.0, 5.0), (-5.0, 5.0),
            _himmelblau, _himmelblau_slope, HIMMELBLAU_MINIMA, (-0.2, -0.9), 0.004,
            "Himmelblau (1972): four minima, all with f = 0.",
        ),
        LossSurface(
            "rosenbrock", "Rosenbrock", "f = (1 − w₁)² + 100·(w₂ − w₁²)²", (-2.0, 2.0), (-1.0, 3.0),
            _rosenbrock, _rosenbrock_slope, ((1.0, 1.0),), (-1.2, 1.0), 0.001,
            "Rosenbrock (1960): a curved valley whose floor is almost level.",
        ),
        LossSurface(
            "beale", "Beale", "f = Σ (cᵢ − w₁ + w₁·w₂ⁱ)²,  c = 1.5, 2.25, 2.625", (-4.5, 4.5), (-4.5, 4.5),
            _beale, _beale_slope, ((3.0, 0.5),), (1.0, 1.5), 0.002,
            "Beale (1958): flat in the middle, steep at the corners.",
        ),
        LossSurface(
            "saddle", "Saddle", "f = w₁²/2 + (w₂² − 1)²/4", (-2.0, 2.0), (-2.0, 2.0),
            _saddle, _saddle_slope, ((0.0, 1.0), (0.0, -1.0)), (-1.6, 0.01), 0.1,
            "Nesterov (2004), example 1.2.2: the gradient is 0 at (0, 0), which is no minimum.",
        ),
        LossSurface(
            "ravine", "Ravine", "f = 5·(w₁ + w₂)² + (w₁ − w₂)²/10", (-4.0, 4.0), (-4.0, 4.0),
            _ravine, _ravine_slope, ((0.0, 0.0),), (-3.0, 1.6), 0.085,
            "A quadratic 50 times as steep across as along: the condition number is 50.",
        ),
        LossSurface(
            "plateau", "Plateau", "f = 1 − exp(−(w₁² + w₂²)/2)", (-4.0, 4.0), (-4.0, 4.0),
            _plateau, _plateau_slope, ((0.0, 0.0),), (-2.8, 2.0), 0.5,
            "A dip in a plain: far from it the gradient is nearly 0, as it is for saturated units.",
        ),
        LossSurface(
            "many", "Many minima", "f = 20 + Σ (wᵢ² − 10·cos(2π·wᵢ))", (-2.5, 2.5), (-2.5, 2.5),
            _rastrigin, _rastrigin_slope, _rastrigin_minima(2), (-1.7, 1.35), 0.0005,
            "Rastrigin (1974): 25 minima here, only one of them with f = 0.",
        ),
    )
}  # fmt: skip


def surface_of(name: str, others: tuple[str, ...] = ()) -> LossSurface:
    """A surface by its id.

    Args:
        others: names that are surfaces elsewhere, for the message.

    Raises:
        UserError: there is none of that name.
    """
    if name not in SURFACES:
        known = ", ".join((*SURFACES, *others))
        raise UserError(f"There is no surface {name[:40]!r}.", f"Surfaces: {known}.", "surface")
    return SURFACES[name]
