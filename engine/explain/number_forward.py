"""Numbers on the way forward: activations, what batch normalisation multiplies and adds, normalised inputs, means."""

import re
from collections.abc import Sequence

import numpy as np

from engine.explain.activation_functions import CODE, WRITTEN
from engine.explain.connections import FORWARD, Index, Layer, Link, offset
from engine.explain.number_recurrent import RECURRENT, open_state
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, Then, opened, pre_activation, product

SYMBOLS = {
    "max_pooling2d": "a = max of the window",
    "average_pooling2d": "a = Σ x / n",
    "global_average_pooling2d": "a = Σ x / n",
    "global_max_pooling2d": "a = max of the map",
    "up_sampling2d": "a = Σ x·share",
    "zero_padding2d": "a = x, or 0 around it",
    "batch_normalization": "a = x·γ/√(σ² + ε) + β − μ·γ/√(σ² + ε)",
    "add": "a = Σ x",
    "activation": "z = x",
    "dropout": "a = x",
    "flatten": "a = x",
    "reshape": "a = x",
    "concatenate": "a = x",
}
NOTES = {
    "max_pooling2d": "The largest of the window counts once, the others not at all.",
    "global_max_pooling2d": "The largest of the map counts once, the others not at all.",
    "dropout": "Dropout does nothing while a network is used.",
    "batch_normalization": "With the moving mean and variance, as while a network is used.",
}
TRAINED = {
    "dropout": "While it is trained, dropout lets a number through times 1 / (1 − rate), or drops it.",
    "batch_normalization": "With the mean and variance of the batch, as while a network is trained.",
}


def open_activation(numbers: Numbers, place: Place) -> Opened:
    name, kind, index = place.layer, numbers.kind(place.layer), place.index
    result = float(numbers.activations[name][index])
    if kind == "input":
        return _normalised(numbers, place, result)
    if kind == "embedding":
        return _looked_up(numbers, place, result)
    if kind in RECURRENT:
        return open_state(numbers, place)
    if kind == "dropout" and numbers.batch is not None:
        return _dropped(numbers, place, result)
    layer = numbers.layer(name)
    sources = numbers.graph.sources(name)
    terms = [_forward_term(numbers, layer, name, sources, link) for link in FORWARD[kind](layer, index)]
    added = offset(kind, layer, index)
    bias = Factor(added, _bias_place(numbers, name, index)) if _has_bias(kind, layer, added) else None
    more = {"bias": bias, "also": also_error(numbers, place), "note": _note(numbers, kind)}
    if numbers.activation_of(name) == "softmax":
        return softmax_of_sums(numbers, place, result, **more)
    return opened(place, result, _symbols(kind, bias), terms, then=activation_step(numbers.activation_of(name)), **more)


def activation_step(function: str) -> Then | None:
    """What an activation does to a sum; None for none."""
    if function == "linear":
        return None
    written = WRITTEN[function].replace("e⁻ᶻ", "exp(−z)").replace("eᶻ", "exp(z)")
    return Then(re.sub(r"\bz\b", "{z}", written), CODE[function])


def softmax_of_sums(numbers: Numbers, place: Place, result: float, **more: object) -> Opened:
    """A hidden layer's softmax: its own sum's power over that of all, which are this output over the power."""
    z = pre_activation(numbers, place.layer, place.index)
    others = [
        Term(float(np.exp(pre_activation(numbers, place.layer, (*place.index[:-1], n)) - z)), (), f"unit {n}")
        for n in range(numbers.activations[place.layer].shape[-1])
    ]
    then = Then("1 / {z}", "1 / {z}")
    return opened(place, result, "a = 1 / Σ exp(z − own z)", others, then=then, also=more.get("also", ()))


def _forward_term(numbers: Numbers, layer: Layer, name: str, sources: Sequence[str], link: Link) -> Term:
    value = float(layer.inputs[link.source][link.input]) if link.input is not None else 0.0
    origin = numbers.at("activation", sources[link.source], link.input) if link.input is not None else None
    where = numbers.at("weight", name, link.weight[1], link.weight[0]) if link.weight else None
    if numbers.kind(name) == "batch_normalization":
        where = numbers.at("scale", name, (link.output[-1],))
    return product(Factor(value, origin), Factor(link.factor, where), text="padding" if link.input is None else "")


def _has_bias(kind: str, layer: Layer, added: float) -> bool:
    return bool(added) or kind == "batch_normalization" or "bias" in layer.weights


def _bias_place(numbers: Numbers, name: str, index: Index) -> Place:
    if numbers.kind(name) == "batch_normalization":
        return numbers.at("shift", name, (index[-1],))
    return numbers.at("weight", name, (index[-1],), "bias")


def _symbols(kind: str, bias: Factor | None) -> str:
    return SYMBOLS.get(kind, "z = Σ x·w + b" if bias is not None else "z = Σ x·w")


def _note(numbers: Numbers, kind: str) -> str:
    return (NOTES if numbers.batch is None else {**NOTES, **TRAINED}).get(kind, "")


def open_scale(numbers: Numbers, place: Place) -> Opened:
    """Open γ/√(σ² + ε), by which batch normalisation multiplies a channel."""
    weights, channel = numbers.layer(place.layer).weights, place.index[0]
    epsilon = float(numbers.values(place.layer)["epsilon"])
    variance = float(weights["moving_variance"][channel])
    gamma = float(weights["gamma"][channel]) if "gamma" in weights else 1.0
    own = numbers.at("weight", place.layer, place.index, "gamma") if "gamma" in weights else None
    terms = [Term(variance, (_moving(numbers, place, variance, "moving_variance"),), "σ²"), Term(epsilon, (), "ε")]
    then = Then("{0} / √{z}", "{0} / math.sqrt({z})", (Factor(gamma, own),))
    return opened(place, gamma / np.sqrt(variance + epsilon), "γ / √(σ² + ε)", terms, then=then, note=_moments(numbers))


def open_shift(numbers: Numbers, place: Place) -> Opened:
    """Open β − μ·γ/√(σ² + ε), which batch normalisation adds to a channel."""
    weights, channel = numbers.layer(place.layer).weights, place.index[0]
    mean = float(weights["moving_mean"][channel])
    beta = float(weights["beta"][channel]) if "beta" in weights else 0.0
    own = numbers.at("weight", place.layer, place.index, "beta") if "beta" in weights else None
    scale = open_scale(numbers, Place("scale", place.layer, place.index)).result
    times = Factor(scale, numbers.at("scale", place.layer, place.index))
    pulled = Term(-mean * scale, (Factor(-1.0), _moving(numbers, place, mean, "moving_mean"), times), "μ, off")
    terms = [Term(beta, (Factor(beta, own),), "β"), pulled]
    return opened(place, beta - mean * scale, "β − μ·γ/√(σ² + ε)", terms, note=_moments(numbers))


def _moving(numbers: Numbers, place: Place, value: float, variable: str) -> Factor:
    """A moving mean or variance, which opens; those of a batch do not stand among the weights."""
    where = numbers.at("weight", place.layer, place.index, variable) if numbers.batch is None else None
    return Factor(value, where)


def _moments(numbers: Numbers) -> str:
    return _note(numbers, "batch_normalization")


def _dropped(numbers: Numbers, place: Place, result: float) -> Opened:
    """A number that dropout let through, or dropped, while the network is trained."""
    source = numbers.graph.sources(place.layer)[0]
    before = float(numbers.activations[source][place.index])
    rate = float(numbers.values(place.layer)["rate"])
    factor = 1 / (1 - rate) if result and rate < 1 else 0.0
    term = product(Factor(before, numbers.at("activation", source, place.index)), Factor(factor))
    symbols = "a = x / (1 − rate)" if factor else "a = x·0, dropped" if before else "a = x = 0"
    return opened(place, result, symbols, [term], also=also_error(numbers, place), note=TRAINED["dropout"])


def _normalised(numbers: Numbers, place: Place, result: float) -> Opened:
    raw = float(numbers.raw[place.index])
    channel = place.index[-1] if len(numbers.scale) > 1 else 0
    low, scale = float(numbers.offset[channel]), float(numbers.scale[channel])
    term = product(Factor(raw, numbers.at("input", place.layer, place.index)), Factor(scale))
    bias = Factor(-low * scale) if low else None
    symbols = "x = (raw − offset)·scale" if low else "x = raw·scale"
    also = also_error(numbers, place)
    return opened(place, result, symbols, [term], bias=bias, also=also, note="Learned on the training part only.")


def _looked_up(numbers: Numbers, place: Place, result: float) -> Opened:
    source = numbers.graph.sources(place.layer)[0]
    token = int(numbers.activations[source][place.index[:-1]])
    row = numbers.at("weight", place.layer, (token, place.index[-1]), "embeddings")
    term = Term(result, (Factor(result, row),), f"row {token}")
    also = also_error(numbers, place)
    return opened(place, result, "a = E[token]", [term], also=also, note=f"Row {token} of the table, as it is.")


def open_input(numbers: Numbers, place: Place) -> Opened:
    value = float(numbers.raw[place.index])
    return Opened(place, value, "raw", note="As it stands in the data; nothing made it.")


def also_error(numbers: Numbers, place: Place) -> tuple[tuple[str, Factor], ...]:
    """The error of an activation, where it has one."""
    if place.layer not in numbers.errors:
        return ()
    error = float(numbers.errors[place.layer][place.index])
    return ((f"its error ∂{numbers.goal}/∂a", Factor(error, numbers.at("error", place.layer, place.index))),)


def open_mean(numbers: Numbers, place: Place) -> Opened:
    """Open the mean of a map's activations, over a square or the whole."""
    values = numbers.activations[place.layer]
    is_sequence = values.ndim == 2 and bool(place.variable)  # a sequence is one map
    where, unit = (place.index, ()) if is_sequence else (place.index[:-1], place.index[-1:])
    shape = values.shape if is_sequence else values.shape[:-1]
    cells = [(*index, *unit) for index in np.ndindex(*shape) if _is_in(index, where, place.variable)]
    share = 1 / len(cells)
    terms = [
        product(Factor(float(values[index]), numbers.at("activation", place.layer, index)), Factor(share))
        for index in cells
    ]
    return opened(place, float(sum(term.value for term in terms)), "mean = Σ a / n", terms)


def _is_in(index: Index, where: Sequence[int], side: str) -> bool:
    return not side or all(n // int(side) == at for n, at in zip(index, where, strict=True))
