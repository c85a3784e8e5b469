"""Numbers of recurrent layers on the way forward: states, gates, their sums and the terms of those.

Places: "gate" of a gate or state (`variable`, e.g. "forget", "cell", "hidden", or "squashed", what the output gate lets
out of the cell), "gate_sum", what goes into a gate's function, and "gate_term" with e.g. "forget/0", of W·x, U·h and b
one; index (step of the input, unit). The second direction of a bidirectional layer has "backward_" before the variable.
"""

from engine.explain.activation_functions import CODE
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, Then, opened, product
from engine.explain.recurrent import GATES
from engine.explain.unrolled import Unrolled, directions, unrolled

RECURRENT = ("lstm", "gru", "simple_rnn", "bidirectional")
STATES = ("hidden", "cell", "squashed")
LETTERS = {
    "input": "i", "forget": "f", "candidate": "g", "output": "o", "update": "z", "reset": "r", "cell": "c",
    "hidden": "h", "squashed": "tanh(c)",
}  # fmt: skip
SIGMOID = Then("σ({z})", CODE["sigmoid"])


def open_state(numbers: Numbers, place: Place) -> Opened:
    """Open a number that a recurrent layer gives out."""
    ways = directions(numbers, place.layer)
    if len(ways) == 1:
        way, unit = ways[0], place.index[-1]
        read = place.index[0] if way.gives_all else way.steps - 1
        return _as(numbers, place, open_gate(numbers, way.place("gate", "hidden", read, unit)))
    return _merged(numbers, place, ways)


def _as(numbers: Numbers, place: Place, found: Opened) -> Opened:
    """The arithmetic of a state as that of the layer's output."""
    from engine.explain.number_forward import also_error

    return opened(
        place, found.result, found.symbolic, found.terms, bias=found.bias, then=found.then,
        also=also_error(numbers, place), note=found.note,
    )  # fmt: skip


def _merged(numbers: Numbers, place: Place, ways: tuple[Unrolled, ...]) -> Opened:
    mode, units = numbers.values(place.layer)["merge_mode"], ways[0].cell.units
    if mode == "concat":
        way, unit = ways[place.index[-1] // units], place.index[-1] % units
        return _as(numbers, place, open_gate(numbers, _given(way, place, unit).place or place))
    first, second = (_given(way, place, place.index[-1]) for way in ways)
    result = float(numbers.activations[place.layer][place.index])
    if mode == "mul":
        return opened(place, result, "a = h forward · h backward", [product(first, second)])
    share = (Factor(0.5),) if mode == "ave" else ()
    terms = [product(*share, first, text="forward"), product(*share, second, text="backward")]
    return opened(place, result, "a = (h + h) / 2" if share else "a = h + h", terms)


def _given(way: Unrolled, place: Place, unit: int) -> Factor:
    """What a direction gives to one place of a bidirectional layer's output."""
    read = way.turned(place.index[0]) if way.gives_all else way.steps - 1
    return way.factor("hidden", read, unit)


def open_gate(numbers: Numbers, place: Place) -> Opened:
    """Open a gate, or a state, after one step."""
    way, name = unrolled(numbers, place.layer, place.variable)
    read, unit = way.turned(place.index[0]), place.index[1]
    if name in STATES and way.cell.kind != "simple_rnn":
        return _state(way, place, name, read, unit)
    gate = "candidate" if name == "hidden" else name
    letter, terms = "h" if name == "hidden" else LETTERS[gate], _sum_terms(way, gate, read, unit)
    function = way.cell.activation if gate == "candidate" else "σ"
    then = SIGMOID if function == "σ" else Then(f"{function}({{z}})", CODE[function])
    return opened(
        place,
        way.value(name, read, unit),
        f"{letter} = {function}({_summed(way, gate)})",
        terms,
        then=then,
        also=_errors(way, name, read, unit),
        name=_title(way, LETTERS[name], place),
    )


def _summed(way: Unrolled, gate: str) -> str:
    inner = "r·(U·h + b′)" if way.cell.reset_after else "U·(r·h)"
    return f"W·x + {inner} + b" if _is_reset(way, gate) else "W·x + U·h + b"


def _is_reset(way: Unrolled, gate: str) -> bool:
    return way.cell.kind == "gru" and gate == "candidate"


def _state(way: Unrolled, place: Place, name: str, read: int, unit: int) -> Opened:
    """A state, or what is let out of the cell."""
    more = {"also": _errors(way, name, read, unit), "name": _title(way, LETTERS[name], place)}
    if name == "squashed":
        inner, function = way.factor("cell", read, unit), way.cell.activation
        result = _squashed(way, read, unit).value
        then = Then(f"{function}({{z}})", CODE[function])
        return opened(place, result, f"{function}(c)", [Term(inner.value, (inner,), "c")], then=then, **more)
    if name == "cell":
        kept = product(way.factor("forget", read, unit), way.factor("cell", read - 1, unit), text="kept")
        added = product(way.factor("input", read, unit), way.factor("candidate", read, unit), text="added")
        return opened(place, way.value("cell", read, unit), "c = f·c before + i·g", [kept, added], **more)
    result = way.value("hidden", read, unit)
    if way.cell.kind == "lstm":
        out = product(way.factor("output", read, unit), _squashed(way, read, unit))
        return opened(place, result, f"h = o·{way.cell.activation}(c)", [out], **more)
    update = way.factor("update", read, unit)
    rest = Factor(1 - update.value)
    kept = product(update, way.factor("hidden", read - 1, unit), text="kept")
    added = product(rest, way.factor("candidate", read, unit), text="added")
    return opened(place, result, "h = z·h before + (1 − z)·g", [kept, added], **more)


def _squashed(way: Unrolled, read: int, unit: int) -> Factor:
    from engine.explain.activation_functions import FUNCTIONS

    value = float(FUNCTIONS[way.cell.activation](way.seen.gates["cell"][read, unit]))
    return Factor(value, way.place("gate", "squashed", read, unit))


def _errors(way: Unrolled, name: str, read: int, unit: int) -> tuple[tuple[str, Factor], ...]:
    """The error that belongs to a number of a step."""
    goal = way.numbers.goal
    if name in ("hidden", "cell"):
        return ((f"its error ∂{goal}/∂{LETTERS[name]}", way.state_error(name, read, unit)),)
    if name == "squashed":
        return ()
    return ((f"the error of its sum ∂{goal}/∂z", way.sum_error(name, read, unit)),)


def open_gate_sum(numbers: Numbers, place: Place) -> Opened:
    """Open what goes into a gate's function."""
    way, gate = unrolled(numbers, place.layer, place.variable)
    read, unit = way.turned(place.index[0]), place.index[1]
    terms = _sum_terms(way, gate, read, unit)
    result = float(sum(term.value for term in terms))
    also = _errors(way, gate, read, unit)
    return opened(place, result, f"z = {_summed(way, gate)}", terms, also=also, name=_title(way, f"z of {gate}", place))


def _sum_terms(way: Unrolled, gate: str, read: int, unit: int) -> list[Term]:
    values = way.seen.terms[gate][read, :, unit]
    names = ("W·x", "r·(U·h + b′)" if way.cell.reset_after else "U·(r·h)", "b") if _is_reset(way, gate) else TERMS
    return [
        Term(float(value), (Factor(float(value), way.place("gate_term", f"{gate}/{which}", read, unit)),), name)
        for which, (value, name) in enumerate(zip(values, names, strict=True))
    ]


TERMS = ("W·x", "U·h", "b")


def open_gate_term(numbers: Numbers, place: Place) -> Opened:
    """Open one of the three terms of a gate's sum."""
    way, name = unrolled(numbers, place.layer, place.variable)
    gate, _, which = name.partition("/")
    read, unit = way.turned(place.index[0]), place.index[1]
    result, column = float(way.seen.terms[gate][read, int(which), unit]), way.column(gate, unit)
    letter, title = LETTERS[gate], _title(way, f"{TERMS[int(which)]} of {gate}", place)
    if which == "0":
        features = range(way.cell.kernel.shape[0])
        terms = [product(way.input(read, n), way.weight("kernel", n, column), text=_feature(way, n)) for n in features]
        shown = [term for term in terms if term.factors[0].value]  # of a one-hot input only one is left
        return opened(place, result, f"Σ W_{letter}·x", shown, name=title, note=_left_out(len(terms) - len(shown)))
    if which == "2":
        return opened(place, result, f"b_{letter}", _biases(way, gate, column), name=title)
    return _through_state(way, place, gate, column, result, title)


def _left_out(count: int) -> str:
    return f"{count:,} inputs are 0 and add nothing." if count else ""


def _feature(way: Unrolled, n: int) -> str:
    names = way.numbers.feature_names if way.numbers.kind(way.source) == "input" else ()
    return f"x[{names[n]}]" if n < len(names) else f"x[{n}]"


def _biases(way: Unrolled, gate: str, column: int) -> list[Term]:
    rows = range(way.cell.bias.shape[0]) if way.cell.bias.ndim == 2 else ()
    if not rows:
        own = way.weight("bias", column)
        return [Term(own.value, (own,), "b")]
    shown = [way.weight("bias", row, column) for row in rows if row == 0 or not _is_reset(way, gate)]
    return [Term(own.value, (own,), f"b[{n}]") for n, own in enumerate(shown)]


def _through_state(way: Unrolled, place: Place, gate: str, column: int, result: float, title: str) -> Opened:
    """U·h; for a GRU's candidate with the reset gate."""
    read, unit = way.turned(place.index[0]), place.index[1]
    units, letter = range(way.cell.units), LETTERS[gate]
    before = [way.factor("hidden", read - 1, n) for n in units]
    weights = [way.weight("recurrent_kernel", n, column) for n in units]
    if not _is_reset(way, gate):
        terms = [product(h, u, text=f"h[{n}]") for n, (h, u) in enumerate(zip(before, weights, strict=True))]
        return opened(place, result, f"Σ U_{letter}·h before", terms, name=title)
    if not way.cell.reset_after:
        terms = [
            product(way.factor("reset", read, n), h, u, text=f"r·h[{n}]")
            for n, (h, u) in enumerate(zip(before, weights, strict=True))
        ]
        return opened(place, result, "Σ U·(r·h before)", terms, name=title)
    terms = [product(h, u, text=f"h[{n}]") for n, (h, u) in enumerate(zip(before, weights, strict=True))]
    own = way.weight("bias", 1, column) if way.cell.bias.ndim == 2 else None
    then = Then("{0}·{z}", "{0} * {z}", (way.factor("reset", read, unit),))
    return opened(place, result, "r·(Σ U·h before + b′)", terms, bias=own, then=then, name=title)


def _title(way: Unrolled, name: str, place: Place) -> str:
    """E.g. "f, step 19, unit 1"."""
    backward = " backward" if way.prefix else ""
    return f"{name}{backward}, step {place.index[0]}, unit {place.index[1]}"


def gates_of(numbers: Numbers, layer: str, variable: str) -> tuple[str, ...]:
    """The gates and states that a recurrent layer's places may name."""
    way, _ = unrolled(numbers, layer, variable)
    states = {"lstm": STATES, "gru": ("hidden",), "simple_rnn": ("hidden",)}[way.cell.kind]
    return (*GATES[way.cell.kind], *states)
