"""Row: one line of the benchmark's table, and the figures behind it."""

from statistics import median
from typing import Literal

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One measurement.

    Args:
        name: what was measured.
        figure: what is compared with `wanted`: the ratio to the other side, or our own figure.
        unit: of the figure; "x" for a ratio.
        wanted: the bound, None where the row only informs.
        bound: the side of `wanted` on which the figure must be.
        ours, other: both sides, in `sides_unit`; None where there is only the figure.
        other_name: what the other side is.
        note: spread, conditions, or why nothing was measured.
    """

    name: str
    figure: float | None
    unit: str
    wanted: float | None = None
    bound: Literal["at least", "below"] = "at least"
    ours: float | None = None
    other: float | None = None
    sides_unit: str = ""
    other_name: str = ""
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the figure reaches what is wanted; None where nothing is wanted or was measured."""
        if self.wanted is None or self.figure is None:
            return None
        return self.figure >= self.wanted if self.bound == "at least" else self.figure < self.wanted


def not_measured(name: str, why: str) -> Row:
    """Return a row that says why there is no figure."""
    return Row(name, None, "", note=why)


def versus(
    name: str, ours: list[float], other: list[float], other_name: str, wanted: float | None, unit: str = "steps/s"
) -> Row:
    """Compare two sides measured in turns: the median of the ratios of neighbours, which a noisy machine spoils least.

    Args:
        ours, other: one figure per repeat, more is better.
        wanted: least ratio.
    """
    ratios = [a / b for a, b in zip(ours, other, strict=True)]
    return Row(
        name,
        median(ratios),
        "x",
        wanted,
        ours=median(ours),
        other=median(other),
        sides_unit=unit,
        other_name=other_name,
        note=f"{min(ratios):.3g} to {max(ratios):.3g} in {len(ratios)} repeats",
    )


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of all values do not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
