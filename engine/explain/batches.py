"""Batch gradient descent, mini-batches and single samples on one loss of two weights; and steps per epoch."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import UserError
from engine.explain.race import Lane, Race
from engine.explain.surfaces import LossSurface
from engine.explain.two_weights import TwoWeights


@dataclass(frozen=True)
class Epoch:
    """How a part of the data falls into batches.

    Args:
        samples: in the part, at least 0.
        batch: samples of a batch, at least 1.
    """

    samples: int
    batch: int

    @property
    def steps(self) -> int:
        """Batches: samples / batch, rounded up."""
        return math.ceil(self.samples / self.batch)

    @property
    def last(self) -> int:
        """Samples of the last batch; 0 where there is none."""
        return self.samples - (self.steps - 1) * self.batch if self.samples else 0

    @property
    def is_even(self) -> bool:
        """Whether the last batch is as large as the others."""
        return self.last == min(self.batch, self.samples)


@lru_cache(maxsize=64)
def _order(count: int, seed: int, epoch: int) -> np.ndarray:
    return np.random.default_rng((seed, epoch)).permutation(count)


def batch_rows(count: int, size: int, seed: int, step: int) -> np.ndarray:
    """Rows of the batch of a step, int (sample,): shuffled anew each epoch, the last batch as large as what is left.

    The same that `TwoWeights.batches` takes.
    """
    epoch, batch = divmod(step, Epoch(count, size).steps)
    return _order(count, seed, epoch)[batch * size : (batch + 1) * size]


class BatchPath:
    """Plain gradient descent in which every update sees one batch.

    Args:
        model: whose loss it is.
        surface: the same loss as a surface.
        size: samples of a batch; more than there are counts as all.
        rate: the learning rate.
        steps: updates.
        seed: of the order of the samples.

    Attributes:
        race: positions (step + 1, 1, 2) and losses on all samples, as far as they are computed.
        seen: the loss of each batch before its update, float64 (step,); NaN where not computed.

    Raises:
        UserError: a size below 1, or a rate that is not allowed.
    """

    def __init__(
        self, model: TwoWeights, surface: LossSurface, *, size: int, rate: float, steps: int, seed: int = 0
    ) -> None:
        if size < 1:
            raise UserError(f"The batch size is {size}, expected 1 or more.", "Change it.", "sizes")
        self.model, self.seed = model, seed
        self.epoch = Epoch(len(model.x), min(size, len(model.x)))
        self.seen = np.full(steps, np.nan)
        self.race = Race(surface, [Lane("sgd", rate)], surface.start, steps, self._gradient)

    @property
    def size(self) -> int:
        """Samples of a batch."""
        return self.epoch.batch

    @property
    def steps(self) -> int:
        """Updates there are to do."""
        return self.race.steps

    def samples_after(self, step: int) -> int:
        """How many samples were looked at in so many updates."""
        epochs, rest = divmod(step, self.epoch.steps)
        return epochs * self.epoch.samples + rest * self.epoch.batch

    def steps_after(self, samples: float) -> int:
        """How many whole updates were done with so many samples."""
        epochs, rest = divmod(samples + 1e-9, self.epoch.samples)
        return int(epochs) * self.epoch.steps + int(rest // self.epoch.batch)

    def noise(self, steps: int) -> float:
        """How far a batch's loss is from the loss on all samples: root mean square over the last epoch up to a step.

        NaN before the first update.
        """
        first = max(0, steps - self.epoch.steps)
        off = self.seen[first:steps] - self.race.descent(0).losses[first:steps, 0]
        off = off[np.isfinite(off)]
        return float(np.sqrt(np.mean(np.square(off)))) if len(off) else math.nan

    def _gradient(self, step: int, points: np.ndarray) -> np.ndarray:
        rows = batch_rows(self.epoch.samples, self.epoch.batch, self.seed, step)
        part = TwoWeights(self.model.kind, self.model.x[rows], self.model.y[rows])
        self.seen[step] = part.value(points)[0]
        return part.gradient(points)
