"""Small recurrent cells and answers of the explainer "gates" made of them, without TensorFlow."""

import numpy as np

from engine.explain.recurrent import GATES, Cell, replay
from engine.explain.recurrent_gradient import through_time
from engine.explain.recurrent_memory import lit
from engine.messages import Explained

SYMBOLS = list("x()+")
TEXT = "x+(x+(x))+(x)"


def random_cell(kind, features, units, seed=0, **settings):
    """A cell whose weights and biases are nowhere zero."""
    random, gates = np.random.default_rng(seed), len(GATES[kind])
    rows = (2,) if kind == "gru" and settings.get("reset_after", True) else ()
    shapes = (features, gates * units), (units, gates * units), (*rows, gates * units)
    return Cell(kind, *(random.normal(0, 0.6, shape) for shape in shapes), **settings)


def one_hot(text=TEXT):
    """A text as steps, float (time, symbol)."""
    return np.array([[float(character == symbol) for symbol in SYMBOLS] for character in text])


def answer(kind="lstm", units=5, finding=True):
    """What the engine would answer for the text, read by a random cell."""
    x = one_hot()
    cell = random_cell(kind, len(SYMBOLS), units)
    seen = replay(cell, x)
    upstream = np.zeros((len(x), units))
    upstream[-1] = 1
    gradient = through_time(cell, seen, upstream).hidden
    depth = np.cumsum(x[:, 1] - x[:, 2])
    arrays = {
        **seen.gates,
        **{f"{name}_before": values for name, values in seen.before.items()},
        **{f"{gate}_terms": terms for gate, terms in seen.terms.items()},
        "sequence": x, "raw": x, "kernel": cell.kernel, "recurrent_kernel": cell.recurrent, "bias": cell.bias,
        "next": np.full((len(x), 4), 0.25), "gradient": gradient, "gradient_norm": np.linalg.norm(gradient, axis=1),
        "quantities": np.stack([depth, np.arange(len(x))]), "correlations": np.full((2, units), 0.5),
        "lit": lit(np.stack([seen.gates["hidden"], -seen.gates["hidden"]])),
    }  # fmt: skip
    found = {
        "title": "Unit 2 counts open brackets", "quantity": "nesting depth", "unit": 2, "correlation": -0.954,
        "steps": 13, "everywhere": -0.9, "all_steps": 2600, "ends": [0.5, -1.2],
    }  # fmt: skip
    facts = {
        "layer": f"{kind}_1", "kind": kind, "gates": list(GATES[kind]), "direction": "forward", "backwards": False,
        "activation": "tanh", "symbols": SYMBOLS, "names": SYMBOLS, "class_names": SYMBOLS, "label": 3.0,
        "filled": [True] * len(x), "following": [*x[1:].argmax(1).tolist(), 3], "loss": 1.4,
        "clip": {"limit": 1.0, "norm": 4.0, "factor": 0.25}, "findings": [found] if finding else [],
        "quantities": ["nesting depth", "step"],
    }  # fmt: skip
    return Explained(explainer="gates", step=7, arrays=arrays, facts=facts)
