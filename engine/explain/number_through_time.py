"""Numbers of recurrent layers on the way back: errors through time, gradients of weights summed over the steps.

Places: "gate_delta", ∂goal/∂z of a gate's sum, and "state_error", ∂goal/∂state after a step along all ways; `variable`
and index as in `number_recurrent`.
"""

from collections.abc import Iterator

import numpy as np

from engine.explain.activation_functions import SLOPES
from engine.explain.connections import Index
from engine.explain.number_recurrent import LETTERS
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, opened, product
from engine.explain.recurrent import GATES
from engine.explain.recurrent_gradient import slope_of
from engine.explain.unrolled import Unrolled, directions, unrolled


def open_gate_delta(numbers: Numbers, place: Place) -> Opened:
    """Open ∂goal/∂z of a gate's sum: the error of what the gate makes, times its slope."""
    way, gate = unrolled(numbers, place.layer, place.variable)
    read, unit, goal = way.turned(place.index[0]), place.index[1], numbers.goal
    result = float(way.through.sums[gate][read, unit])
    symbols, terms = DELTAS[way.cell.kind](way, gate, read, unit)
    name = f"∂{goal}/∂z of {gate}, step {place.index[0]}, unit {unit}"
    return opened(place, result, symbols.replace("∂L", f"∂{goal}"), terms, name=name)


def _lstm_delta(way: Unrolled, gate: str, read: int, unit: int) -> tuple[str, list[Term]]:
    slope = _slope(way, gate, read, unit)
    if gate == "output":
        inner = Factor(_squashed(way, read, unit), way.place("gate", "squashed", read, unit))
        return "∂L/∂z = ∂L/∂h · tanh(c) · o′", [product(way.state_error("hidden", read, unit), inner, slope)]
    other = {
        "input": way.factor("candidate", read, unit),
        "forget": way.factor("cell", read - 1, unit),
        "candidate": way.factor("input", read, unit),
    }[gate]
    letter, by = LETTERS[gate], {"input": "g", "forget": "c before", "candidate": "i"}[gate]
    return f"∂L/∂z = ∂L/∂c · {by} · {letter}′", [product(way.state_error("cell", read, unit), other, slope)]


def _gru_delta(way: Unrolled, gate: str, read: int, unit: int) -> tuple[str, list[Term]]:
    error, slope = way.state_error("hidden", read, unit), _slope(way, gate, read, unit)
    if gate == "candidate":
        share = Factor(1 - way.value("update", read, unit))
        return "∂L/∂z = ∂L/∂h · (1 − z) · g′", [product(error, share, slope)]
    if gate == "update":
        before, candidate = way.factor("hidden", read - 1, unit), way.factor("candidate", read, unit)
        away = product(Factor(-1.0), error, candidate, slope, text="less of g")
        return "∂L/∂z = ∂L/∂h · (h before − g) · z′", [product(error, before, slope, text="more of h"), away]
    return "∂L/∂z = ∂L/∂r · r′", [product(term, slope) for term in _reset_errors(way, read, unit)]


def _reset_errors(way: Unrolled, read: int, unit: int) -> Iterator[Factor]:
    """∂goal/∂r, as the summands that make it."""
    if way.cell.reset_after:
        column = way.column("candidate", unit)
        before = way.seen.before["hidden"][read] @ way.cell.recurrent[:, column]
        own = way.cell.bias[1, column] if way.cell.bias.ndim == 2 else 0.0
        yield Factor(way.sum_error("candidate", read, unit).value * float(before + own))
        return
    for other in range(way.cell.units):
        weight = way.weight("recurrent_kernel", unit, way.column("candidate", other)).value
        yield Factor(way.sum_error("candidate", read, other).value * weight * way.value("hidden", read - 1, unit))


def _simple_delta(way: Unrolled, gate: str, read: int, unit: int) -> tuple[str, list[Term]]:
    return "∂L/∂z = ∂L/∂h · h′", [product(way.state_error("hidden", read, unit), _slope(way, gate, read, unit))]


DELTAS = {"lstm": _lstm_delta, "gru": _gru_delta, "simple_rnn": _simple_delta}


def _slope(way: Unrolled, gate: str, read: int, unit: int) -> Factor:
    """Of a gate's function, from its value."""
    function = way.cell.activation if gate == "candidate" else "sigmoid"
    return Factor(float(slope_of(function, np.array(way.value(gate, read, unit)))))


def _squashed(way: Unrolled, read: int, unit: int) -> float:
    hidden, output = way.value("hidden", read, unit), way.value("output", read, unit)
    return hidden / output if output else 0.0


def open_state_error(numbers: Numbers, place: Place) -> Opened:
    """Open ∂goal/∂state after a step: what comes from outside, and what the next step sends back."""
    way, name = unrolled(numbers, place.layer, place.variable)
    read, unit, goal = way.turned(place.index[0]), place.index[1], numbers.goal
    title = f"∂{goal}/∂{LETTERS[name]}, step {place.index[0]}, unit {unit}"
    if name == "cell":
        return _cell_error(way, place, read, unit, title)
    terms = [*_from_outside(way, read, unit)]
    if read + 1 < way.steps:
        terms += _from_later(way, read, unit)
    result = float(way.through.hidden[read, unit])
    symbols = f"∂{goal}/∂h = from outside + Σ δz of the next step · U"
    return opened(place, result, symbols, terms, name=title)


def _cell_error(way: Unrolled, place: Place, read: int, unit: int, title: str) -> Opened:
    goal = way.numbers.goal
    slope = Factor(float(SLOPES[way.cell.activation](np.array(way.value("cell", read, unit)))))
    own = product(way.state_error("hidden", read, unit), way.factor("output", read, unit), slope, text="through h")
    terms = [own]
    if read + 1 < way.steps:
        later = way.state_error("cell", read + 1, unit)
        terms.append(product(later, way.factor("forget", read + 1, unit), text="from the next step"))
    symbols = f"∂{goal}/∂c = ∂{goal}/∂h·o·tanh′(c) + ∂{goal}/∂c after·f after"
    return opened(place, float(way.cell_errors[read, unit]), symbols, terms, name=title)


def _from_outside(way: Unrolled, read: int, unit: int) -> Iterator[Term]:
    value = float(way.upstream[read, unit])
    if not value:
        return
    numbers, layer = way.numbers, way.name
    where = () if not way.gives_all else (way.turned(read) if way.prefix else read,)
    mode = numbers.values(layer)["merge_mode"] if way.is_double else ""
    column = unit + way.cell.units if way.prefix and mode == "concat" else unit
    place = numbers.at("error", layer, (*where, column)) if mode in ("", "concat", "sum") else None
    yield Term(value, (Factor(value, place),), "from outside")


def _from_later(way: Unrolled, read: int, unit: int) -> Iterator[Term]:
    """What the step after sends back to a number of the state."""
    later, kind = read + 1, way.cell.kind
    if kind == "gru":
        kept = product(way.state_error("hidden", later, unit), way.factor("update", later, unit), text="kept")
        yield kept
    for gate in GATES[kind]:
        is_reset = kind == "gru" and gate == "candidate"
        for other in range(way.cell.units):
            error = way.sum_error(gate, later, other)
            weight = way.weight("recurrent_kernel", unit, way.column(gate, other))
            at_reset = other if way.cell.reset_after else unit
            through = (way.factor("reset", later, at_reset),) if is_reset else ()
            yield product(error, *through, weight)


def open_recurrent_gradient(numbers: Numbers, place: Place, result: float) -> Opened:
    """Open ∂goal/∂weight of a recurrent layer: the same weight is used at every step, so the steps add up."""
    way, variable = unrolled(numbers, place.layer, place.variable)
    goal, column = numbers.goal, place.index[-1]
    gate, unit = GATES[way.cell.kind][column // way.cell.units], column % way.cell.units
    terms = [_of_step(way, (variable, place.index), gate, read, unit) for read in range(way.steps)]
    symbols = {
        "kernel": f"∂{goal}/∂W = Σ over steps δz·x",
        "recurrent_kernel": f"∂{goal}/∂U = Σ over steps δz·h before",
    }.get(variable, f"∂{goal}/∂b = Σ over steps δz")
    return opened(place, result, symbols, terms, note="The same weight is used at every step.")


def _of_step(way: Unrolled, weight: tuple[str, Index], gate: str, read: int, unit: int) -> Term:
    variable, index = weight
    error, text = way.sum_error(gate, read, unit), f"step {way.turned(read)}"
    is_reset = way.cell.kind == "gru" and gate == "candidate"
    if variable == "kernel":
        return product(error, way.input(read, index[0]), text=text)
    if variable == "recurrent_kernel":
        before = way.factor("hidden", read - 1, index[0])
        through = (way.factor("reset", read, unit if way.cell.reset_after else index[0]),) if is_reset else ()
        return product(error, *through, before, text=text)
    if is_reset and len(index) == 2 and index[0] == 1:
        return product(error, way.factor("reset", read, unit), text=text)
    return Term(error.value, (error,), text)


def sent_through(numbers: Numbers, layer: str, index: Index) -> Iterator[Term]:
    """What a recurrent layer sends back to a number of its input, (step, feature)."""
    step, feature = index
    for way in directions(numbers, layer):
        read = way.turned(step)
        for gate in GATES[way.cell.kind]:
            for unit in range(way.cell.units):
                error = way.sum_error(gate, read, unit)
                yield product(error, way.weight("kernel", feature, way.column(gate, unit)))
