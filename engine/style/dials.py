"""Dials: every weight that may be turned while a style transfer runs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.style.settings import LIVE
from engine.style.terms import CostTerm

MOST = 100.0
OVERALL = {"style": "style_weight", "content": "content_weight", "variation": "total_variation"}


class Dials:
    """The weights in force.

    Args:
        terms: of the back-end, in order.
        styles: how many style images there are.
        values: checked settings; the live ones are taken.
        shares: weights of single terms by their id, and of style images as "image:0", "image:1", ...

    Raises:
        UserError: a share has no such term or image, or is no weight.
    """

    def __init__(
        self, terms: Sequence[CostTerm], styles: int, values: Mapping[str, Any], shares: Mapping[str, float]
    ) -> None:
        self.terms = tuple(terms)
        self._values = {name: float(values[name]) for name in LIVE}
        self._values |= {term.id: term.share for term in terms if term.id not in LIVE}
        self._values |= {f"image:{number}": 1.0 for number in range(styles)}
        self._styles = styles
        for name, value in shares.items():
            self.set(name, value)

    def set(self, name: str, value: float) -> None:
        """Turn a dial.

        Raises:
            UserError: there is none of that name, or the value is no weight from 0 to 100.
        """
        if name not in self._values:
            raise UserError(f"There is no weight {name[:40]!r}.", f"Known: {', '.join(self._values)}.", name)
        if not (math.isfinite(value) and 0 <= value <= MOST):
            raise UserError(f"{name} is {value:g}; expected 0 to {MOST:g}.", "", name)
        self._values[name] = float(value)

    def value(self, name: str) -> float:
        """Where a dial stands."""
        return self._values[name]

    @property
    def keeps_color(self) -> bool:
        """Whether the content's colours stay."""
        return self._values["keep_color"] > 0

    @property
    def weights(self) -> np.ndarray:
        """What each term is multiplied by, float32 (term,): its own weight times that of its kind."""
        return np.array([self._weight(term) for term in self.terms], np.float32)

    def _weight(self, term: CostTerm) -> float:
        overall = OVERALL[term.kind]
        return self._values[overall] * (1.0 if term.id == overall else self._values[term.id])

    @property
    def mix(self) -> tuple[float, ...]:
        """Shares of the style images, adding up to 1; all alike where all stand at 0."""
        found = [self._values[f"image:{number}"] for number in range(self._styles)]
        whole = sum(found)
        return tuple(share / whole for share in found) if whole else (1.0 / self._styles,) * self._styles
