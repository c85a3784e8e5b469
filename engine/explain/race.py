"""Race: several optimisers from one start, computed a few steps at a time and kept whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.explain.descent import Descent, Gradient, check_optimizer, reached, walk
from engine.explain.surfaces import LossSurface
from engine.explain.update_rules import RULES, begin, settings_of

FACTORS = {"momentum": 0.5, "nesterov": 0.5}  # of the surface's rate for plain descent: velocity adds up
SHARES = {"adam": 0.012, "adamw": 0.012, "rmsprop": 0.004, "adagrad": 0.05}  # of the surface's width


@dataclass(frozen=True)
class Lane:
    """One optimiser of a race, with Keras's defaults but for its learning rate."""

    optimizer: str
    rate: float


def suggested_rate(surface: LossSurface, optimizer: str) -> float:
    """A learning rate, with two digits, at which the optimiser gets on from the surface's own start.

    The first steps of those that divide by the size of the gradient are about as long as the rate, so theirs follows
    from the width of the surface.
    """
    wide = surface.x[1] - surface.x[0]
    rate = SHARES[optimizer] * wide if optimizer in SHARES else FACTORS.get(optimizer, 1.0) * surface.rate
    return float(f"{rate:.2g}")


class Race:
    """The same start, the same surface and the same noise for every lane.

    Args:
        surface: what is descended.
        lanes: who runs.
        start: (w₁, w₂).
        steps: how many updates.
        gradient: as of `descent.walk`.

    Raises:
        UserError: an optimiser is not known, or a rate is out of range.
    """

    def __init__(
        self,
        surface: LossSurface,
        lanes: Sequence[Lane],
        start: tuple[float, float],
        steps: int,
        gradient: Gradient | None = None,
    ) -> None:
        self.surface, self.lanes, self.start, self.steps = surface, tuple(lanes), start, steps
        self.known = 0
        self._gradient = gradient
        self._found = [self._empty(lane) for lane in self.lanes]
        self._walks = [
            walk(surface, lane.optimizer, np.array([start]), {"learning_rate": lane.rate}, gradient)
            for lane in self.lanes
        ]

    def compute(self) -> Iterator[int]:
        """Do what is left, yielding how many steps are known after each."""
        while self.known < self.steps:
            self.reach(self.known + 1)
            yield self.known

    def reach(self, step: int) -> None:
        """Compute as far as a step, where that is not done."""
        first = self.known
        for at in range(first, min(step, self.steps)):
            for walking, found in zip(self._walks, self._found, strict=True):
                state, used, gone = next(walking)
                found.positions[at + 1], found.gradients[at] = state.w, used
                for name, slot in state.slots.items():
                    found.slots[name][at + 1] = slot
                if gone[0] and found.diverged[0] < 0:
                    found.diverged[0] = at + 1
            self.known = at + 1
        with np.errstate(all="ignore"):
            for found in self._found:
                found.losses[first + 1 : self.known + 1] = self.surface.value(
                    found.positions[first + 1 : self.known + 1]
                )

    def descent(self, lane: int) -> Descent:
        """What one lane did; NaN where it is not computed yet, or the path has diverged."""
        return self._found[lane]

    def position(self, lane: int, step: int) -> tuple[float, float]:
        """Where a lane is; where it last was, once it has diverged."""
        found = self._found[lane]
        gone = int(found.diverged[0])
        x, y = found.positions[min(step, gone - 1) if gone > 0 else step, 0]
        return float(x), float(y)

    def loss(self, lane: int, step: int) -> float:
        """The loss of a lane; NaN once it has diverged."""
        return float(self._found[lane].losses[step, 0])

    def gone(self, lane: int, step: int) -> int:
        """The step after which a lane was gone, where that is `step` or before; 0 where it is there."""
        at = int(self._found[lane].diverged[0])
        return at if 0 < at <= step else 0

    def minimum(self, lane: int, step: int) -> int:
        """Index of the minimum a lane is near; −1 for none."""
        return int(reached(self.surface, self._found[lane].positions[step])[0])

    def order(self, step: int) -> list[int]:
        """The lanes by their loss, the lowest first, those that are gone last."""
        losses = [self.loss(lane, step) for lane in range(len(self.lanes))]
        return sorted(range(len(losses)), key=lambda lane: (not np.isfinite(losses[lane]), losses[lane]))

    def _empty(self, lane: Lane) -> Descent:
        check_optimizer(lane.optimizer)
        settings = settings_of(lane.optimizer, {"learning_rate": lane.rate})
        first = begin(lane.optimizer, np.array([self.start]), settings)
        positions = np.full((self.steps + 1, 1, 2), np.nan)
        losses, gradients = np.full((self.steps + 1, 1), np.nan), np.full((self.steps, 1, 2), np.nan)
        positions[0], losses[0] = first.w, self.surface.value(first.w)
        slots = {name: np.full_like(positions, np.nan) for name in RULES[lane.optimizer].slots}
        for name, slot in slots.items():
            slot[0] = first.slots[name]
        return Descent(lane.optimizer, settings, positions, losses, gradients, slots, np.array([-1]))
