"""The way of a style transfer: the picture step by step, from the smallest size to that of the result."""

import time

import numpy as np

from engine.runtime.vision.style.features import every_part
from engine.runtime.vision.style.measure import Targets
from engine.runtime.vision.style.problem import Problem
from engine.style.dials import Dials
from engine.style.optimise import LBFGS, Adam, Measured
from engine.style.pictures import as_bytes

QUARTERS = (0, 3, 1, 2)  # which places Adam reads the finest levels at, step by step


class Way:
    """Where the optimisation stands.

    Args:
        problem: what is optimised.
        dials: the weights, which may be turned from another thread; they are read once for each step.
        optimizer: "adam" or "lbfgs".

    Attributes:
        picture: float32 (height, width, 3), 0 to 1, after `step` steps.
        seconds: of work.
    """

    def __init__(self, problem: Problem, dials: Dials, optimizer: str) -> None:
        self.problem, self.dials = problem, dials
        self.step, self.stage, self.seconds = 0, 0, 0.0
        self.picture = problem.start(dials)
        self._name = optimizer
        self._optimizer = self._made()
        self._ends = list(np.cumsum([stage.steps for stage in problem.stages]))
        self._before: tuple[bytes, Targets] | None = None

    @property
    def total(self) -> int:
        """Steps to do in all."""
        return int(self._ends[-1])

    @property
    def begins(self) -> tuple[int, ...]:
        """The step with which each size begins."""
        return (0, *(int(end) for end in self._ends[:-1]))

    @property
    def is_done(self) -> bool:
        """Whether the last step is done."""
        return self.step >= self.total

    def advance(self) -> tuple[np.ndarray, np.ndarray]:
        """Do one step; return costs and weights (term,) of the picture before it."""
        began = time.perf_counter()
        weights, targets = self.dials.weights, self.problem.targets(self.stage, self.dials)
        self._note_change(weights, targets)
        measurer = self.problem.measurer(self.stage)
        parts = (QUARTERS[self.step % len(QUARTERS)],) if self._name == "adam" else every_part()
        self.picture, found = self._optimizer.move(
            self.picture, lambda picture: measurer.measure(picture, targets, weights, parts)
        )
        self.step += 1
        if self.step == self._ends[self.stage] and not self.is_done:
            self._enlarge()
        self.seconds += time.perf_counter() - began
        return found.costs, weights

    def measured(self) -> Measured:
        """Measure the picture as it is, over all places."""
        targets = self.problem.targets(self.stage, self.dials)
        return self.problem.measurer(self.stage).measure(self.picture, targets, self.dials.weights, every_part())

    def seen(self, picture: np.ndarray) -> np.ndarray:
        """A picture of this way as it is shown, uint8."""
        return as_bytes(self.problem.shown(picture, self.dials))

    def _made(self) -> Adam | LBFGS:
        return LBFGS() if self._name == "lbfgs" else Adam(max(1, self.problem.stages[self.stage].steps))

    def _note_change(self, weights: np.ndarray, targets: Targets) -> None:
        now = weights.tobytes(), targets
        if self._before is not None and (now[0] != self._before[0] or targets is not self._before[1]):
            self._optimizer.forget()
        self._before = now

    def _enlarge(self) -> None:
        self.stage += 1
        self.picture = self.problem.enlarged(self.picture, self.stage)
        self._optimizer, self._before = self._made(), None
