"""Numbers on the way forward: activations, normalised inputs, the loss."""

from collections.abc import Sequence

from engine.explain.activation_functions import WRITTEN
from engine.explain.connections import FORWARD, Index, Layer, Link, offset
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, opened

LOSSES = {
    "binary_crossentropy": "L = −y·ln p − (1 − y)·ln(1 − p)",
    "mean_squared_error": "L = (ŷ − y)²",
    "mean_absolute_error": "L = |ŷ − y|",
    "huber": "L = ½(ŷ − y)² within 1, else |ŷ − y| − ½",
}


def open_activation(numbers: Numbers, place: Place) -> Opened:
    name, kind, index = place.layer, numbers.kind(place.layer), place.index
    result = float(numbers.activations[name][index])
    if kind == "input":
        return _normalised(numbers, place, result)
    if kind == "embedding":
        return _looked_up(numbers, place, result)
    if kind not in FORWARD:
        note = f"{numbers.inference.layers[name].spec.name} is replayed step by step in the view LSTM gates."
        return Opened(place, result, "a", note=note)
    layer = numbers.layer(name)
    sources = numbers.graph.sources(name)
    terms = [_forward_term(layer, name, sources, link) for link in FORWARD[kind](layer, index)]
    added = offset(kind, layer, index)
    bias = Factor(added, _bias_place(numbers, name, index)) if added or "bias" in layer.weights else None
    function = numbers.activation_of(name)
    z = sum(term.value for term in terms) + added
    then = None if function == "linear" else (function, WRITTEN[function], z)
    return opened(
        place,
        result,
        _forward_symbols(kind, bias),
        terms,
        bias=bias,
        then=then,
        also=_also(numbers, place),
        note=_forward_note(kind),
    )


def _forward_term(layer: Layer, name: str, sources: Sequence[str], link: Link) -> Term:
    value = float(layer.inputs[link.source][link.input]) if link.input is not None else 0.0
    origin = Place("activation", sources[link.source], link.input) if link.input is not None else None
    where = Place("weight", name, link.weight[1], link.weight[0]) if link.weight else None
    text = "padding" if link.input is None else ""
    return Term(value * link.factor, (Factor(value, origin), Factor(link.factor, where)), text)


def _bias_place(numbers: Numbers, name: str, index: Index) -> Place | None:
    held = numbers.weights.get(name, {})
    return Place("weight", name, (index[-1],), "bias") if "bias" in held else None


def _forward_symbols(kind: str, bias: Factor | None) -> str:
    special = {
        "max_pooling2d": "a = max of the window",
        "average_pooling2d": "a = Σ x / n",
        "global_average_pooling2d": "a = Σ x / n",
        "batch_normalization": "a = γ·(x − μ)/√(σ² + ε) + β",
        "add": "a = Σ x",
    }
    return special.get(kind, "z = Σ x·w + b" if bias is not None else "z = Σ x·w")


def _forward_note(kind: str) -> str:
    return {
        "max_pooling2d": "The largest of the window counts once, the others not at all.",
        "dropout": "Dropout does nothing while a network is used.",
        "batch_normalization": "With the moving mean and variance, as while a network is used.",
    }.get(kind, "")


def _normalised(numbers: Numbers, place: Place, result: float) -> Opened:
    raw = float(numbers.raw[place.index])
    channel = place.index[-1] if len(numbers.scale) > 1 else 0
    low, scale = float(numbers.offset[channel]), float(numbers.scale[channel])
    term = Term(raw * scale, (Factor(raw, Place("input", place.layer, place.index)), Factor(scale)))
    bias = Factor(-low * scale) if low else None
    return opened(
        place, result, "x = (raw − offset)·scale", [term], bias=bias, note="Learned on the training part only."
    )


def _looked_up(numbers: Numbers, place: Place, result: float) -> Opened:
    source = numbers.graph.sources(place.layer)[0]
    token = int(numbers.activations[source][place.index[:-1]])
    row = Place("weight", place.layer, (token, place.index[-1]), "embeddings")
    term = Term(result, (Factor(result, row),), f"row {token}")
    return opened(place, result, "a = E[token]", [term], note=f"Row {token} of the table, as it is.")


def open_input(numbers: Numbers, place: Place) -> Opened:
    value = float(numbers.raw[place.index])
    return Opened(place, value, "raw", note="As it stands in the data; nothing made it.")


def _also(numbers: Numbers, place: Place) -> tuple[tuple[str, Factor], ...]:
    if place.layer not in numbers.errors:
        return ()
    error = float(numbers.errors[place.layer][place.index])
    return (("its error ∂L/∂a", Factor(error, Place("error", place.layer, place.index))),)


def open_loss(numbers: Numbers, place: Place) -> Opened:
    head = next(iter(numbers.answers))
    answer, name = numbers.answers[head], numbers.loss_name
    if name == "sparse_categorical_crossentropy":
        index = (int(numbers.label),)
        chosen = Factor(float(answer[index]), Place("activation", head, index))
        then = ("ln", "−ln p", chosen.value)
        return Opened(
            place, numbers.loss, "L = −ln p of the true class", (Term(chosen.value, (chosen,), "p"),), then=then
        )
    value = Factor(float(answer[0]), Place("activation", head, (0,)))
    terms = (Term(value.value, (value,), "ŷ"), Term(float(numbers.label), (), "y"))
    return Opened(place, numbers.loss, LOSSES.get(name, "L"), terms)
