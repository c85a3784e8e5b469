"""Descents: the paths that an optimiser takes over a surface from one start or from thousands at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.explain.surfaces import LossSurface
from engine.explain.update_rules import RULES, State, begin, settings_of

Gradient = Callable[[int, np.ndarray], np.ndarray]
GONE = 1.0  # a path has diverged when it is so many widths of the surface beyond its edge
NEAR = 0.45  # of the way between two minima: nearer than that, a point belongs to one of them
NEAR_ALONE = 0.1  # of the surface's width, where there is one minimum only


@dataclass(frozen=True)
class Descent:
    """What happened, with every slot of every step.

    Args:
        optimizer: its id.
        settings: all of them.
        positions: (step + 1, start, 2), the starts first; NaN after a path has diverged.
        losses: (step + 1, start), without noise.
        gradients: (step, start, 2), as the updates used them.
        slots: by name, (step + 1, start, 2).
        diverged: (start,) the step after which the path was gone; −1 where it stayed.
    """

    optimizer: str
    settings: Mapping[str, float]
    positions: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    slots: Mapping[str, np.ndarray]
    diverged: np.ndarray

    @property
    def steps(self) -> int:
        """How many updates were done."""
        return len(self.gradients)

    def state(self, step: int, start: int = 0) -> State:
        """The state after `step` updates of one start, arrays (1, 2)."""
        pick = np.s_[step, start : start + 1]
        return State(self.positions[pick], {name: slot[pick] for name, slot in self.slots.items()}, step)


def noisy(surface: LossSurface, deviation: float, seed: int = 0) -> Gradient:
    """The surface's gradient with normal noise added to both coordinates.

    The noise of a step is the same whichever optimiser asks, so that a race is fair, and however often it asks.
    """
    if deviation <= 0:
        return lambda step, points: surface.gradient(points)

    def gradient(step: int, points: np.ndarray) -> np.ndarray:
        random = np.random.default_rng((seed, step))
        return surface.gradient(points) + random.normal(0.0, deviation, np.shape(points))

    return gradient


def walk(
    surface: LossSurface,
    optimizer: str,
    starts: np.ndarray,
    values: Mapping[str, float],
    gradient: Gradient | None = None,
) -> Iterator[tuple[State, np.ndarray, np.ndarray]]:
    """Update for ever.

    Args:
        starts: (start, 2).
        values: settings of the optimiser; those not named have Keras's defaults.
        gradient: from the number of the step, from 0, and points (start, 2); the surface's own where it is None.

    Yields:
        The state after the update, the gradient it used (start, 2), and which starts are gone now (start,) bool.
    """
    settings, rule = settings_of(optimizer, values), RULES[optimizer].update
    state, source = begin(optimizer, starts, settings), gradient or noisy(surface, 0.0)
    while True:
        with np.errstate(all="ignore"):
            used = source(state.step, state.w)
            state = rule(state, used, settings)
            gone = is_gone(surface, state.w)
        if gone.any():
            state = State(np.where(gone[:, None], np.nan, state.w), state.slots, state.step)
        yield state, used, gone


def descend(
    surface: LossSurface,
    optimizer: str,
    starts: np.ndarray,
    steps: int,
    values: Mapping[str, float],
    gradient: Gradient | None = None,
) -> Descent:
    """Run and keep everything; arguments as of `walk`.

    Raises:
        UserError: the optimiser or a setting is not known, or a value is out of range.
    """
    check_optimizer(optimizer)
    settings = settings_of(optimizer, values)
    states = [begin(optimizer, starts, settings)]
    gradients: list[np.ndarray] = []
    diverged = np.full(len(states[0].w), -1)
    for state, used, gone in walk(surface, optimizer, starts, values, gradient):
        if len(gradients) == steps:
            break
        states.append(state)
        gradients.append(used)
        diverged = np.where(gone & (diverged < 0), state.step, diverged)
    positions = np.stack([state.w for state in states])
    with np.errstate(all="ignore"):
        losses = surface.value(positions)
    slots = {name: np.stack([state.slots[name] for state in states]) for name in RULES[optimizer].slots}
    used_gradients = np.stack(gradients) if gradients else np.zeros((0, *states[0].w.shape))
    return Descent(optimizer, settings, positions, losses, used_gradients, slots, diverged)


def is_gone(surface: LossSurface, points: np.ndarray) -> np.ndarray:
    """Which points (start, 2) are not finite, or far outside the picture: bool (start,)."""
    gone = np.zeros(len(points), bool)
    for axis, (low, high) in enumerate((surface.x, surface.y)):
        margin = GONE * (high - low)
        gone |= ~(np.abs(points[:, axis] - (low + high) / 2) <= margin + (high - low) / 2)
    return gone


def reached(surface: LossSurface, points: np.ndarray) -> np.ndarray:
    """Which of the surface's minima each point (start, 2) is near: int (start,), −1 for none."""
    minima = np.array(surface.minima)  # (minimum, 2)
    if not len(minima):
        return np.full(len(points), -1)
    apart = np.linalg.norm(minima[:, None] - minima[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    near = NEAR_ALONE * (surface.x[1] - surface.x[0]) if len(minima) == 1 else min(NEAR * apart.min(), 1.0)
    far = np.linalg.norm(points[:, None] - minima[None], axis=-1)  # (start, minimum)
    far = np.where(np.isfinite(far), far, np.inf)
    return np.where(far.min(axis=1) <= near, far.argmin(axis=1), -1)


def starts_on(surface: LossSurface, side: int) -> np.ndarray:
    """side² starts in a grid over the surface, row by row from the bottom: (start, 2)."""
    x, y = (
        np.linspace(low, high, side, endpoint=False) + (high - low) / (2 * side) for low, high in (surface.x, surface.y)
    )
    return np.stack([axis.ravel() for axis in np.meshgrid(x, y)]).T


class Swarm:
    """Descents from many starts at once, computed step by step.

    Args:
        surface: what is descended.
        optimizer, values, gradient: as of `walk`.
        side: starts along each side.
        steps: how many updates.

    Attributes:
        positions: float32 (step + 1, start, 2), the starts row by row from the bottom; NaN where not computed or gone.
        reached: the minimum each start reaches, int (start,), −1 for none; right when all is computed.

    Raises:
        UserError: as of `walk`.
    """

    def __init__(
        self,
        surface: LossSurface,
        optimizer: str,
        values: Mapping[str, float],
        *,
        side: int = 100,
        steps: int = 200,
        gradient: Gradient | None = None,
    ) -> None:
        check_optimizer(optimizer)
        settings_of(optimizer, values)
        starts = starts_on(surface, side)
        self.surface, self.side, self.steps = surface, side, steps
        self.positions = np.full((steps + 1, *starts.shape), np.nan, np.float32)
        self.positions[0] = starts
        self.reached = np.full(len(starts), -1)
        self._walk = walk(surface, optimizer, starts, values, gradient)

    def compute(self) -> Iterator[int]:
        """Do everything, yielding how many steps are known after each."""
        last = self.positions[0].astype(float)
        for state, _, _ in self._walk:
            self.positions[state.step] = last = state.w
            if state.step == self.steps:
                break
            yield state.step
        self.reached = reached(self.surface, last)


def check_optimizer(name: str) -> None:
    """Refuse a wrong name.

    Raises:
        UserError: there is no optimiser of that name.
    """
    if name not in RULES:
        raise UserError(f"There is no optimiser {name[:40]!r}.", f"Optimisers: {', '.join(RULES)}.", "optimizer")


def check_converged(surface: LossSurface, found: Descent, start: int = 0) -> None:
    """Refuse a path that has left the picture for good.

    Raises:
        UserError: it has; names the step and where the path last was.
    """
    step = int(found.diverged[start])
    if step >= 0:
        x, y = found.positions[step - 1, start]
        rate = found.settings["learning_rate"]
        raise UserError(
            f"The path diverges: after step {step} it is far outside {surface.name}; after step {step - 1} it was at "
            f"({x:.4g}, {y:.4g}). The learning rate is {rate:g}.",
            f"Take a smaller one, e.g. {rate / 10:g}.",
            "learning_rate",
        )
