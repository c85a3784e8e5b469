"""What a recurrent unit remembers: what can be counted in a sequence, and which units follow it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STRONG = 0.8  # a correlation below this is not spoken of
FEWEST = 8  # steps of one sequence
LIT = 0.5  # a unit is lit at a step where its state is beyond ± this
DEPTH, MARKED = "nesting depth", "sum of the marked so far"
DOES = {DEPTH: "counts open brackets", MARKED: "holds the sum of the marked", "step": "counts the steps"}


@dataclass(frozen=True)
class Finding:
    """A unit that follows something.

    Args:
        quantity: what it follows, e.g. "nesting depth".
        unit: its index.
        correlation: Pearson's, over the steps of the sequence in view.
        steps: how many these are.
        everywhere: the same over all sequences looked at.
        all_steps: how many these are.
        ends: the state's mean where the quantity is least and where it is greatest, in the sequence in view.
    """

    quantity: str
    unit: int
    correlation: float
    steps: int
    everywhere: float
    all_steps: int
    ends: tuple[float, float]

    @property
    def title(self) -> str:
        """What the unit does, e.g. "Unit 1 counts open brackets"."""
        return f"Unit {self.unit} {DOES.get(self.quantity, f'follows the {self.quantity}')}"


def is_filled(x: np.ndarray, symbols: Sequence[str]) -> np.ndarray:
    """Which steps hold something, bool (..., time): a blank step of a text is all zeros."""
    return np.asarray(x.any(axis=-1)) if symbols else np.ones(x.shape[:-1], bool)


def quantities(x: np.ndarray, names: Sequence[str], symbols: Sequence[str]) -> dict[str, np.ndarray]:
    """What can be counted in sequences, by name, float (..., time), each after the step was read.

    Args:
        x: raw sequences (..., time, feature).
        names: of the features.
        symbols: the characters, where a step is one of them; else empty.
    """
    found: dict[str, np.ndarray] = {}
    if "(" in symbols and ")" in symbols:
        found[DEPTH] = np.cumsum(x[..., symbols.index("(")] - x[..., symbols.index(")")], axis=-1)
    if not symbols:
        found |= {name: x[..., place] for place, name in enumerate(names)}
        if tuple(names) == ("value", "marked"):
            found[MARKED] = np.cumsum(x[..., 0] * x[..., 1], axis=-1)
        elif x.shape[-1] == 1:
            found["change of the value"] = np.diff(x[..., 0], axis=-1, prepend=x[..., :1, 0])
    found["step"] = np.cumsum(is_filled(x, symbols), axis=-1)
    return {name: np.asarray(values, float) for name, values in found.items()}


def correlations(quantity: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each unit with a quantity, (unit,); 0 where either does not change.

    Args:
        quantity: (step,).
        states: (step, unit).
    """
    if len(quantity) < 2:
        return np.zeros(states.shape[-1])
    q, s = quantity - quantity.mean(), states - states.mean(axis=0)
    sizes = np.sqrt((q**2).sum() * (s**2).sum(axis=0))
    moves = sizes > 1e-9 * len(q)
    return np.where(moves, (q[:, None] * s).sum(axis=0) / np.where(moves, sizes, 1), 0.0)


@dataclass(frozen=True)
class Sequences:
    """Sequences and what a layer made of them.

    Args:
        known: quantities by name (..., time).
        states: (..., time, unit).
        filled: bool (..., time).
    """

    known: dict[str, np.ndarray]
    states: np.ndarray
    filled: np.ndarray

    def correlations(self, quantity: str) -> np.ndarray:
        """Of every unit with a quantity over all steps that hold something, (unit,)."""
        return correlations(self.known[quantity][self.filled], self.states[self.filled])


def findings(here: Sequences, everywhere: Sequences) -> list[Finding]:
    """Units that follow a quantity, in the sequence in view and in all others; in the order of the quantities.

    The unit is chosen by all sequences, since among many units one follows anything over a few steps by chance.
    """
    found = []
    steps = int(here.filled.sum())
    for quantity, values in here.known.items():
        pooled, own = everywhere.correlations(quantity), here.correlations(quantity)
        unit = int(np.abs(pooled).argmax())
        if steps < FEWEST or min(abs(pooled[unit]), abs(own[unit])) < STRONG:
            continue
        state, counted = here.states[here.filled][:, unit], values[here.filled]
        ends = (float(state[counted == counted.min()].mean()), float(state[counted == counted.max()].mean()))
        count = int(everywhere.filled.sum())
        found.append(Finding(quantity, unit, float(own[unit]), steps, float(pooled[unit]), count, ends))
    return found


def lit(hidden: np.ndarray) -> np.ndarray:
    """Which units are lit at each step: 1 above, −1 below, 0 between ±`LIT`; int8, the shape of `hidden`."""
    return (np.sign(hidden) * (np.abs(hidden) > LIT)).astype(np.int8)


def likeness(now: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How alike steps are: units lit alike, of those lit at either step; 0..1, (...,).

    Args:
        now: int8 (unit,), of the step in question.
        others: int8 (..., unit).
    """
    both = ((others == now) & (now != 0)).sum(axis=-1)
    either = ((others != 0) | (now != 0)).sum(axis=-1)
    return both / np.maximum(either, 1)
