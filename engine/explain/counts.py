"""Shares, means, lengths and correlations opened: numbers made of others that are known already."""

import math
from collections.abc import Sequence

import numpy as np

from engine.explain.opened import Factor, Opened, Place, Term, Then, opened, product


def held(name: str, layer: str = "") -> Place:
    """The place of a number that a view holds itself."""
    return Place("held", layer, (), name)


def open_share(part: int, whole: int, layer: str, name: str) -> Opened:
    """part / whole of a count."""
    then = Then("{z} / {0}", "{z} / {0}", (Factor(float(whole)),)) if whole else None
    result = part / whole if whole else 0.0
    return opened(held(name, layer), result, "part / whole", [Term(float(part), (), name)], then=then, name=name)


def open_mean(values: Sequence[Factor], names: Sequence[str], name: str, symbols: str = "mean = Σ / n") -> Opened:
    """The mean of some numbers, each with its name."""
    share = Factor(1 / len(values))
    terms = [product(value, share, text=text) for value, text in zip(values, names, strict=True)]
    return opened(held(name), float(sum(term.value for term in terms)), symbols, terms, name=name)


def open_norm(values: Sequence[Factor], names: Sequence[str], symbols: str, place: Place, name: str) -> Opened:
    """The length of a vector: the root of the sum of the squares of its numbers."""
    terms = [Term(v.value**2, (v,), text, "square") for v, text in zip(values, names, strict=True)]
    result = math.sqrt(sum(term.value for term in terms))
    return opened(place, result, symbols, terms, then=Then("√{z}", "math.sqrt({z})"), name=name)


def open_correlation(quantity: np.ndarray, state: np.ndarray, names: tuple[str, str], steps: Sequence[int]) -> Opened:
    """Pearson's correlation: Σ (q − q̄)(s − s̄) / √(Σ (q − q̄)² · Σ (s − s̄)²).

    Args:
        quantity, state: (step,).
        names: of both.
        steps: numbers of the steps, as shown.
    """
    q, s = (np.asarray(values, float) - float(np.mean(values)) for values in (quantity, state))
    terms = [
        product(Factor(float(a)), Factor(float(b)), text=f"step {step}") for step, a, b in zip(steps, q, s, strict=True)
    ]
    size = math.sqrt(float((q**2).sum()) * float((s**2).sum()))
    result = float((q * s).sum()) / size if size else 0.0
    then = Then("{z} / {0}", "{z} / {0}", (Factor(size),)) if size else None
    also = (
        (f"mean of the {names[0]}", Factor(float(np.mean(quantity)))),
        (f"mean of the {names[1]}", Factor(float(np.mean(state)))),
        ("Σ (q − q̄)²", Factor(float((q**2).sum()))),
        ("Σ (s − s̄)²", Factor(float((s**2).sum()))),
    )
    symbols = "r = Σ (q − q̄)·(s − s̄) / √(Σ (q − q̄)² · Σ (s − s̄)²)"
    note = f"q is the {names[0]}, s the {names[1]}, each less its mean over {len(q)} steps."
    return opened(held("r"), result, symbols, terms, then=then, also=also, note=note, name="correlation r")
