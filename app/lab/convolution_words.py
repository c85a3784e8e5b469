"""What is written about a kernel on a series: its largest products, and what it found."""

import numpy as np

from app.lab.grids_view import Rows, in_sum
from app.text import format_number
from engine.explain.convolution_1d_3d import SeriesConvolution
from engine.explain.nile import FIRST

RANKS = ("Largest product", "2nd", "3rd", "4th", "5th")  # the products that are written out one by one
MOST = len(RANKS)


def series_lines(found: SeriesConvolution, done: int) -> list[str]:
    """The formula, and the newest output."""
    symbols = "z_t = Σ_i w_i · x_{t+i}"
    if not done:
        return [symbols]
    return [symbols, f"z = {format_number(float(found.z[done - 1]))}"]


def series_rows(found: SeriesConvolution, done: int) -> Rows:
    """The largest products of the newest window, and the rest as one sum."""
    if not done:
        return []
    values, weights = found.window(done - 1), found.weights
    products = values * weights
    largest = np.argsort(-np.abs(products), kind="stable")[:MOST]
    first = FIRST + found.first(done - 1)
    rows: Rows = []
    for name, at in zip(RANKS, largest.tolist(), strict=False):
        factors = f"{first + at}: {format_number(values[at])} · {in_sum(float(f'{weights[at]:.3g}'))}"
        product, token = _told(products[at])
        rows.append((name, f"{factors} = {product}", token))
    if len(products) > MOST:
        rest = float(products.sum() - products[largest].sum())
        rows.append((f"the other {len(products) - MOST}", *_told(rest)))
    return [*rows, ("z", format_number(float(products.sum())), "ink")]


def series_verdict(found: SeriesConvolution, kernel: str) -> str:
    """What the kernel found."""
    z, best = found.z, int(found.z.argmax())
    first, taps = FIRST + found.first(best), len(found.weights)
    if kernel == "mean":
        spread = format_number(float(found.x.std()), 3), format_number(float(z.std()), 3)
        return f"The mean of {taps} years: the spread falls from {spread[0]} to {spread[1]}, and so does what is sharp."
    if kernel == "step":
        half = taps // 2
        ends = f"{first} to {first + half - 1}", f"{first + half} to {first + taps - 1}"
        return f"Largest where {ends[0]} had {format_number(float(z[best]))} more, on average, than {ends[1]}."
    if kernel == "difference":
        return f"Largest from {first} to {first + 1}: the flow rose by {format_number(float(z[best]))} in one year."
    if kernel == "peak":
        least = FIRST + found.first(int(z.argmin())) + 1
        return f"{first + 1} stands out most above its neighbours, {least} most below."
    return f"Largest for the years {first} to {first + taps - 1}: they are most like the kernel."


def _told(value: float) -> tuple[str, str]:
    return format_number(float(value)), "pos" if value >= 0 else "neg"
