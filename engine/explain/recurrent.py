"""Recurrent cells replayed from their weights, every gate at every step, as `keras.layers` computes them.

Keras hides what a cell does inside a sequence; the replay must equal the layer's own outputs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from engine.explain.activation_functions import FUNCTIONS
from engine.params import Values

GATES = {
    "lstm": ("input", "forget", "candidate", "output"),  # Keras: i, f, c, o
    "gru": ("update", "reset", "candidate"),  # Keras: z, r, h
    "simple_rnn": ("candidate",),
}
_sigmoid = FUNCTIONS["sigmoid"]


@dataclass(frozen=True)
class Cell:
    """A recurrent layer's weights and settings.

    Args:
        kind: "lstm", "gru" or "simple_rnn".
        kernel: W, (features, gates·units).
        recurrent: U, (units, gates·units).
        bias: (gates·units,), or (2, gates·units) for a GRU with `reset_after`.
        activation: of candidate and state.
        reset_after: of a GRU: whether the reset gate comes after the product with the state.
    """

    kind: str
    kernel: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    activation: str = "tanh"
    reset_after: bool = True

    @property
    def units(self) -> int:
        """Numbers in the state."""
        return int(self.recurrent.shape[0])

    def columns(self, gate: str) -> slice:
        """Where a gate's weights stand in the last axis."""
        place = GATES[self.kind].index(gate)
        return slice(place * self.units, (place + 1) * self.units)


@dataclass
class Replay:
    """What happened in a cell, in the order in which it read.

    Attributes:
        inputs: (..., time, feature).
        gates: by name, (..., time, unit): the cell's gates, "cell" of an LSTM, and "hidden".
        before: "hidden" and "cell" before each step, (..., time, unit).
        terms: of each gate W·x, U·h and b, (..., time, 3, unit); their sum goes into its function. For the candidate
            of a GRU the second is what the reset gate lets through.
    """

    inputs: np.ndarray
    gates: dict[str, np.ndarray] = field(default_factory=dict)
    before: dict[str, np.ndarray] = field(default_factory=dict)
    terms: dict[str, np.ndarray] = field(default_factory=dict)


State = dict[str, np.ndarray]
Step = dict[str, np.ndarray]


def cell_of(kind: str, values: Values, weights: tuple[np.ndarray, ...]) -> Cell:
    """A layer as a cell.

    Args:
        weights: kernel, recurrent kernel and bias as Keras has them.
    """
    kernel, recurrent, bias = (np.asarray(array, np.float64) for array in weights)
    activation = str(values.get("activation", "tanh"))
    return Cell(kind, kernel, recurrent, bias, activation, bool(values.get("reset_after", True)))


def replay(cell: Cell, x: np.ndarray) -> Replay:
    """Run the cell over sequences from a state of zeros.

    Args:
        x: (..., time, feature) in the order in which the layer reads.
    """
    x = np.asarray(x, np.float64)
    zeros = np.zeros((*x.shape[:-2], cell.units))
    state: State = {"hidden": zeros, "cell": zeros} if cell.kind == "lstm" else {"hidden": zeros}
    inputs, steps, before = x @ cell.kernel, [], []
    for moment in range(x.shape[-2]):
        before.append(state)
        steps.append(STEPS[cell.kind](cell, inputs[..., moment, :], state))
        state = {name: steps[-1][name] for name in state}
    found = Replay(x)
    found.before = {name: np.stack([state[name] for state in before], -2) for name in state}
    names = (*GATES[cell.kind], *state)
    found.gates = {name: np.stack([step[name] for step in steps], -2) for name in names}
    found.terms = {gate: np.stack([step[f"{gate} terms"] for step in steps], -3) for gate in GATES[cell.kind]}
    return found


def _gate(cell: Cell, gate: str, wx: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sum that goes into a gate, and its three terms (..., 3, unit)."""
    columns = cell.columns(gate)
    uh = hidden @ cell.recurrent[:, columns]
    bias = np.broadcast_to(cell.bias.reshape(-1, cell.bias.shape[-1])[:, columns].sum(axis=0), uh.shape)
    terms = np.stack([wx[..., columns], uh, bias], -2)
    return terms.sum(axis=-2), terms


def _lstm(cell: Cell, wx: np.ndarray, state: State) -> Step:
    """c = f·c + i·g, h = o·tanh(c) (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""
    step: Step = {}
    for gate in GATES["lstm"]:
        z, step[f"{gate} terms"] = _gate(cell, gate, wx, state["hidden"])
        step[gate] = FUNCTIONS[cell.activation](z) if gate == "candidate" else _sigmoid(z)
    step["cell"] = step["forget"] * state["cell"] + step["input"] * step["candidate"]
    step["hidden"] = step["output"] * FUNCTIONS[cell.activation](step["cell"])
    return step


def _gru(cell: Cell, wx: np.ndarray, state: State) -> Step:
    """h = z·h + (1 − z)·candidate (Cho et al. 2014)."""
    step: Step = {}
    for gate in ("update", "reset"):
        z, step[f"{gate} terms"] = _gate(cell, gate, wx, state["hidden"])
        step[gate] = _sigmoid(z)
    columns = cell.columns("candidate")
    terms = np.stack(
        [
            wx[..., columns],
            let_through(cell, step["reset"], state["hidden"]),
            np.broadcast_to(cell.bias.reshape(-1, cell.bias.shape[-1])[0, columns], state["hidden"].shape),
        ],
        -2,
    )
    step["candidate terms"], step["candidate"] = terms, FUNCTIONS[cell.activation](terms.sum(axis=-2))
    step["hidden"] = step["update"] * state["hidden"] + (1 - step["update"]) * step["candidate"]
    return step


def let_through(cell: Cell, reset: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """What a GRU's candidate sees of the state: r·(U·h + b′) with `reset_after`, else U·(r·h)."""
    columns = cell.columns("candidate")
    if cell.reset_after:
        own = cell.bias[1, columns] if cell.bias.ndim == 2 else 0.0
        seen: np.ndarray = reset * (hidden @ cell.recurrent[:, columns] + own)
        return seen
    return (reset * hidden) @ cell.recurrent[:, columns]


def _simple_rnn(cell: Cell, wx: np.ndarray, state: State) -> Step:
    """h = f(W·x + U·h + b) (Elman 1990)."""
    z, terms = _gate(cell, "candidate", wx, state["hidden"])
    hidden = FUNCTIONS[cell.activation](z)
    return {"candidate": hidden, "hidden": hidden, "candidate terms": terms}


STEPS: dict[str, Callable[[Cell, np.ndarray, State], Step]] = {
    "lstm": _lstm,
    "gru": _gru,
    "simple_rnn": _simple_rnn,
}
