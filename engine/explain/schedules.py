"""Learning-rate schedules: the rate at every step, as Keras's own schedules have it where there is one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError

DRAWN = 21  # points of a curve drawn by hand
MOST_STEPS = 1000


@dataclass(frozen=True)
class Plan:
    """One schedule with its settings.

    Args:
        kind: one of SCHEDULES.
        rate: η₀, the highest rate.
        steps: T, how many there are.
        span: s, steps of one stage, of the warm-up, or of the plateau's patience.
        factor: γ, by which a stage divides; the decay of 1/t.
        points: for "drawn": rates as shares of η₀, at equal ways from the first step to the last.
    """

    kind: str
    rate: float
    steps: int
    span: int = 50
    factor: float = 0.5
    points: tuple[float, ...] = ()


@dataclass(frozen=True)
class Schedule:
    """A kind of schedule.

    Args:
        id, name: as in files, and as shown.
        equation: in symbols: t step, T steps, η₀, s and γ as in `Plan`.
        rates: plan and steps (step,) -> rates (step,).
        says: when it is used.
    """

    id: str
    name: str
    equation: str
    rates: Callable[[Plan, np.ndarray], np.ndarray]
    says: str


def _cosine(plan: Plan, step: np.ndarray, first: int = 0) -> np.ndarray:
    share = np.clip((step - first) / max(1, plan.steps - first), 0, 1)
    return np.asarray(plan.rate * 0.5 * (1 + np.cos(np.pi * share)))


def _warm_up(plan: Plan, step: np.ndarray) -> np.ndarray:
    return np.where(step < plan.span, plan.rate * step / max(1, plan.span), _cosine(plan, step, plan.span))


def _step(plan: Plan, step: np.ndarray) -> np.ndarray:
    """Keras's PiecewiseConstantDecay keeps the old value at the boundary itself."""
    passed = (step > plan.steps // 2).astype(int) + (step > 3 * plan.steps // 4)
    return np.asarray(plan.rate * plan.factor**passed)


def _drawn(plan: Plan, step: np.ndarray) -> np.ndarray:
    points = plan.points or (1.0,) * DRAWN
    return np.asarray(plan.rate * np.interp(step, np.linspace(0, max(1, plan.steps - 1), len(points)), points))


SCHEDULES: dict[str, Schedule] = {
    schedule.id: schedule
    for schedule in (
        Schedule("constant", "Constant", "η = η₀", lambda p, t: np.full(len(t), p.rate), "The plainest."),
        Schedule("linear", "Linear", "η = η₀ · (1 − t/T)", lambda p, t: p.rate * (1 - t / p.steps), "Down to 0."),
        Schedule("step", "Step", "η = η₀ · γᵏ, k = 1 after T/2, 2 after 3T/4", _step, "By hand, at chosen moments."),
        Schedule(
            "exponential", "Exponential", "η = η₀ · γ^(t/s)", lambda p, t: p.rate * p.factor ** (t / p.span),
            "The same share less at every step.",
        ),
        Schedule(
            "staircase", "Staircase", "η = η₀ · γ^⌊t/s⌋", lambda p, t: p.rate * p.factor ** (t // p.span),
            "Exponential in stages.",
        ),
        Schedule(
            "inverse", "1/t", "η = η₀ / (1 + γ·t/s)", lambda p, t: p.rate / (1 + p.factor * t / p.span),
            "Slow enough to reach any point, fast enough to come to rest (Robbins and Monro 1951).",
        ),
        Schedule("root", "k/√t", "η = η₀ / √(1 + t/s)", lambda p, t: p.rate / np.sqrt(1 + t / p.span), "Slower yet."),
        Schedule("cosine", "Cosine", "η = η₀ · (1 + cos(π·t/T))/2", _cosine, "Loshchilov and Hutter 2017."),
        Schedule(
            "warm_up", "Warm-up", "η = η₀ · t/s, then cosine", _warm_up,
            "Small while the averages of the optimiser are young (Goyal et al. 2017).",
        ),
        Schedule(
            "plateau", "Plateau", "η ← γ·η after s steps without a better loss",
            lambda p, t: np.full(len(t), p.rate), "When the loss stands still.",
        ),
        Schedule("drawn", "Drawn by hand", "η as drawn", _drawn, "Draw it in the picture."),
    )
}  # fmt: skip


class Plateau:
    """Multiplies the rate by γ when the loss has not become better for s steps, as `keras.callbacks.ReduceLROnPlateau`
    with `min_delta=0` and `patience=s`.
    """

    def __init__(self, plan: Plan) -> None:
        self.rate = plan.rate
        self._plan, self._best, self._waited = plan, np.inf, 0

    def next(self, loss: float) -> float:
        """The rate after a step that had this loss."""
        if loss < self._best:
            self._best, self._waited = loss, 0
            return self.rate
        self._waited += 1
        if self._waited >= self._plan.span:
            self.rate, self._waited = self.rate * self._plan.factor, 0
        return self.rate


def rates(plan: Plan) -> np.ndarray:
    """The rate of every step (step,); a plateau's, which depends on the loss, as long as the loss falls.

    Raises:
        UserError: there is no such schedule, or a setting is out of range.
    """
    check(plan)
    return np.asarray(SCHEDULES[plan.kind].rates(plan, np.arange(plan.steps)), float)


def range_rates(low: float, high: float, steps: int) -> np.ndarray:
    """Rates of a range test (Smith 2017): from low to high, each the same share more than the one before."""
    return np.asarray(low * (high / low) ** (np.arange(steps) / max(1, steps - 1)))


def suggested(rates_tried: np.ndarray, losses: np.ndarray) -> float:
    """A rate from a range test: a tenth of that at which the smoothed loss is lowest."""
    smooth = np.convolve(np.pad(losses, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    known = np.where(np.isfinite(smooth), smooth, np.inf)
    return float(rates_tried[int(known.argmin())] / 10)


def check(plan: Plan) -> None:
    """Refuse a plan that cannot be.

    Raises:
        UserError: an unknown kind, or a setting out of range.
    """
    if plan.kind not in SCHEDULES:
        raise UserError(f"There is no schedule {plan.kind[:40]!r}.", f"Schedules: {', '.join(SCHEDULES)}.", "kinds")
    ranges = {"rate": (1e-6, 100.0), "steps": (2, MOST_STEPS), "span": (1, MOST_STEPS), "factor": (0.01, 1.0)}
    for name, (low, high) in ranges.items():
        value = getattr(plan, name)
        if not low <= value <= high:
            raise UserError(f"{name} is {value:g}, expected {low:g} to {high:g}.", "Change it.", name)
    if any(not 0 <= point <= 1 for point in plan.points):
        raise UserError("A drawn point lies outside 0 to 1.", "Draw it again.", "drawn")
