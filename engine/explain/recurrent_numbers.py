"""Numbers of a recurrent cell opened: the sums W·x and U·h of one unit, term by term."""

from collections.abc import Callable, Mapping

import numpy as np

from engine.explain.opened import Factor, Opened, Place, Term, Then, opened
from engine.explain.recurrent import GATES

Arrays = Mapping[str, np.ndarray]
LETTERS = {
    "input": "i", "forget": "f", "candidate": "g", "output": "o", "update": "z", "reset": "r"
}  # fmt: skip


def open_term(
    arrays: Arrays, kind: str, gate: str, which: int, at: tuple[int, int], name: Callable[[int], str]
) -> Opened:
    """Open one of the three terms of a gate's sum.

    Args:
        arrays: as the explainer "gates" gives them.
        kind: "lstm", "gru" or "simple_rnn".
        which: 0 for W·x, 1 for U·h, 2 for the bias.
        at: step and unit.
        name: of a feature, for the terms of W·x.
    """
    step, unit = at
    units, value = arrays["hidden"].shape[-1], float(arrays[f"{gate}_terms"][step, which, unit])
    column, letter = GATES[kind].index(gate) * units + unit, LETTERS[gate]
    place = Place("activation", "", (step, unit))
    if which == 2:
        rows = arrays["bias"].reshape(-1, arrays["bias"].shape[-1])[:, column]
        shown = rows if gate != "candidate" or kind != "gru" else rows[:1]
        parts = [Term(float(b), (Factor(float(b)),), f"b[{column}]") for b in shown]
        return opened(place, value, f"b_{letter}", parts)
    if which == 0:
        inputs = arrays["sequence"][step]
        return opened(place, value, f"Σ W_{letter}·x", _products(inputs, arrays["kernel"][:, column], name))
    return _recurrent(arrays, kind, gate, place, value, column)


def _recurrent(arrays: Arrays, kind: str, gate: str, place: Place, value: float, column: int) -> Opened:
    """U·h; for a GRU's candidate with the reset gate."""
    step, unit = place.index
    hidden, weights, letter = arrays["hidden_before"][step], arrays["recurrent_kernel"][:, column], LETTERS[gate]
    if kind != "gru" or gate != "candidate":
        return opened(place, value, f"Σ U_{letter}·h", _products(hidden, weights, lambda n: f"h[{n}]"))
    reset = arrays["reset"][step]
    if arrays["bias"].ndim == 2:  # reset_after
        own = Factor(float(arrays["bias"][1, column]))
        factor = float(reset[unit])
        terms = _products(hidden, weights, lambda n: f"h[{n}]")
        then = Then("{0}·{z}", "{0} * {z}", (Factor(factor),))
        return opened(place, value, "r·(Σ U·h + b′)", terms, bias=own, then=then)
    return opened(place, value, "Σ U·(r·h)", _products(hidden * reset, weights, lambda n: f"r·h[{n}]"))


def _products(values: np.ndarray, weights: np.ndarray, name: Callable[[int], str]) -> list[Term]:
    """Products that are not 0: of a one-hot input only one is left."""
    pairs = [(n, float(v), float(w)) for n, (v, w) in enumerate(zip(values, weights, strict=True)) if v]
    return [Term(v * w, (Factor(v), Factor(w)), name(n)) for n, v, w in pairs]
