"""What a style transfer has measured and not yet told."""

import time

import numpy as np

from engine.messages import StyleStepped
from engine.style.frames import kept_steps

PICTURE_EVERY = 1 / 15  # s between two pictures on their way to the screen
WORDS_EVERY = 1 / 30  # s between two reports
NO_PICTURE = np.zeros((0, 0, 3), np.uint8)


class News:
    """Costs that wait to be reported.

    Args:
        total: steps in all, which decides what frames are kept.
    """

    def __init__(self, total: int) -> None:
        self._kept = kept_steps(total)
        self._first = 0
        self._costs: list[np.ndarray] = []
        self._weights: list[np.ndarray] = []
        self._pictured = self._told = 0.0

    def take(self, step: int, costs: np.ndarray, weights: np.ndarray) -> None:
        """Note the costs and weights (term,) of a picture after `step` steps."""
        if not self._costs:
            self._first = step
        self._costs.append(costs)
        self._weights.append(weights)

    def keeps(self, step: int) -> bool:
        """Whether the picture of this step is kept."""
        return step in self._kept

    def is_due(self) -> bool:
        """Whether it is time to tell."""
        return time.perf_counter() - self._told >= WORDS_EVERY

    def wants_picture(self) -> bool:
        """Whether it is time for a picture, even one that is not kept."""
        return time.perf_counter() - self._pictured >= PICTURE_EVERY

    def told(self, picture: np.ndarray, kept: bool, seconds: float) -> StyleStepped:
        """The report of all that was noted.

        Args:
            picture: uint8, of the last step noted; empty for none.
            seconds: of work.
        """
        self._told = time.perf_counter()
        if picture.size:
            self._pictured = self._told
        costs, weights = np.array(self._costs, np.float32), np.array(self._weights, np.float32)
        self._costs, self._weights = [], []
        return StyleStepped(
            first_step=self._first, costs=costs, weights=weights, picture=picture, kept=kept, seconds=seconds
        )
