"""Back-propagation through time: how the error of a sequence reaches every step of a recurrent cell."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.explain.activation_functions import FUNCTIONS, SLOPES
from engine.explain.recurrent import GATES, Cell, Replay


@dataclass(frozen=True)
class Through:
    """Gradients of the loss of one sequence, in the order in which the cell read.

    Args:
        hidden: dL/dh after each step, along all ways to the loss, (time, unit).
        sums: dL/dz of each gate's sum by gate, (time, unit).
        inputs: dL/dx, (time, feature).
    """

    hidden: np.ndarray
    sums: dict[str, np.ndarray]
    inputs: np.ndarray


Errors = dict[str, np.ndarray]
Moment = dict[str, np.ndarray]


def through_time(cell: Cell, seen: Replay, upstream: np.ndarray) -> Through:
    """Carry errors back from the last step to the first.

    Args:
        seen: the replay of one sequence.
        upstream: dL/dh that comes from outside the cell, (time, unit): zeros but for the last step where only the
            last state is given out.
    """
    count, back = len(seen.inputs), BACK[cell.kind]
    hidden, sums = (
        np.zeros_like(upstream, np.float64),
        {gate: np.zeros_like(upstream, float) for gate in GATES[cell.kind]},
    )
    later: Errors = {name: np.zeros(cell.units) for name in seen.before}
    for moment in reversed(range(count)):
        hidden[moment] = later["hidden"] = upstream[moment] + later["hidden"]
        values = {name: array[moment] for name, array in seen.gates.items()}
        before = {name: array[moment] for name, array in seen.before.items()}
        errors, later = back(cell, values, before, later)
        for gate, error in errors.items():
            sums[gate][moment] = error
    whole = np.concatenate([sums[gate] for gate in GATES[cell.kind]], axis=-1)  # (time, gates·units)
    return Through(hidden, sums, whole @ cell.kernel.T)


def _lstm(cell: Cell, now: Moment, before: Moment, error: Errors) -> tuple[Errors, Errors]:
    """Errors of the four sums, and those of the state before."""
    squashed = FUNCTIONS[cell.activation](now["cell"])
    of_cell = error["cell"] + error["hidden"] * now["output"] * SLOPES[cell.activation](now["cell"])
    errors = {
        "input": of_cell * now["candidate"] * _slope(now["input"]),
        "forget": of_cell * before["cell"] * _slope(now["forget"]),
        "candidate": of_cell * now["input"] * slope_of(cell.activation, now["candidate"]),
        "output": error["hidden"] * squashed * _slope(now["output"]),
    }
    whole = np.concatenate([errors[gate] for gate in GATES["lstm"]])
    return errors, {"hidden": cell.recurrent @ whole, "cell": of_cell * now["forget"]}


def _gru(cell: Cell, now: Moment, before: Moment, error: Errors) -> tuple[Errors, Errors]:
    reset, hidden, columns = now["reset"], before["hidden"], cell.columns("candidate")
    matrix = cell.recurrent[:, columns]
    candidate = error["hidden"] * (1 - now["update"]) * slope_of(cell.activation, now["candidate"])
    if cell.reset_after:
        own = cell.bias[1, columns] if cell.bias.ndim == 2 else 0.0
        of_reset, earlier = candidate * (hidden @ matrix + own), matrix @ (candidate * reset)
    else:
        product = matrix @ candidate
        of_reset, earlier = product * hidden, product * reset
    errors = {
        "update": error["hidden"] * (hidden - now["candidate"]) * _slope(now["update"]),
        "reset": of_reset * _slope(reset),
        "candidate": candidate,
    }
    for gate in ("update", "reset"):
        earlier = earlier + cell.recurrent[:, cell.columns(gate)] @ errors[gate]
    return errors, {"hidden": earlier + error["hidden"] * now["update"]}


def _simple_rnn(cell: Cell, now: Moment, before: Moment, error: Errors) -> tuple[Errors, Errors]:
    errors = {"candidate": error["hidden"] * slope_of(cell.activation, now["candidate"])}
    return errors, {"hidden": cell.recurrent @ errors["candidate"]}


def _slope(sigmoid: np.ndarray) -> np.ndarray:
    """Derivative of the sigmoid, from its value."""
    return sigmoid * (1 - sigmoid)


def slope_of(activation: str, value: np.ndarray) -> np.ndarray:
    """Derivative of an activation, from its value."""
    if activation == "tanh":
        return 1 - value**2
    if activation == "sigmoid":
        return _slope(value)
    return SLOPES[activation](value)  # ReLU and linear: the sign of the value is that of the sum


BACK: dict[str, Callable[[Cell, Moment, Moment, Errors], tuple[Errors, Errors]]] = {
    "lstm": _lstm,
    "gru": _gru,
    "simple_rnn": _simple_rnn,
}


def clipped(norm: float, limit: float) -> float:
    """The factor by which clipping by norm shortens a gradient: 1 where its norm is at most `limit`."""
    return 1.0 if norm <= limit else limit / norm
