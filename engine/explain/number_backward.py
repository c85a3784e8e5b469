"""Numbers on the way back: errors of activations, gradients of weights, each as upstream times local."""

from collections.abc import Iterator

import numpy as np

from engine.explain.activation_functions import SLOPES
from engine.explain.connections import FORWARD, Index, reached, using
from engine.explain.number_answers import open_head_error
from engine.explain.number_recurrent import RECURRENT
from engine.explain.number_through_time import open_recurrent_gradient, sent_through
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, opened, pre_activation, product

KNOWN = ("kernel", "bias", "beta", "gamma")


def open_weight(numbers: Numbers, place: Place) -> Opened:
    """Open a weight: what it was before training, and what training changed."""
    name, variable, index = place.layer, place.variable, place.index
    value, before = float(numbers.weights[name][variable][index]), float(numbers.initial[name][variable][index])
    terms = [Term(before, (Factor(before),), "before training"), Term(value - before, (), "changed by training")]
    if variable not in numbers.gradients.get(name, {}):
        return opened(place, value, "w = w₀ + Δw", terms, note="Not trained by gradients.")
    gradient = Factor(
        float(numbers.gradients[name][variable][index]), Place("gradient", name, index, variable, numbers.of)
    )
    whose = "for this sample" if numbers.batch is None else "of the batch"
    return opened(place, value, "w = w₀ + Δw", terms, also=((f"its gradient {whose}", gradient),))


def _delta_factor(numbers: Numbers, name: str, output: Index) -> Factor:
    linear = numbers.activation_of(name) == "linear"
    return Factor(delta_of(numbers, name, output), numbers.at("error" if linear else "delta", name, output))


def open_delta(numbers: Numbers, place: Place) -> Opened:
    """Open ∂goal/∂z: the error of the activation times the slope of the activation function."""
    name, index, goal = place.layer, place.index, numbers.goal
    function, result = numbers.activation_of(name), delta_of(numbers, name, index)
    if function == "softmax":
        return _softmax_delta(numbers, place, result)
    upstream = Factor(float(numbers.errors[name][index]), numbers.at("error", name, index))
    is_summed = numbers.kind(name) in FORWARD and function in SLOPES
    slope = float(SLOPES[function](np.array(pre_activation(numbers, name, index)))) if is_summed else 1.0
    terms = [product(upstream, Factor(slope), text="upstream · local")]
    return opened(
        place, result, f"∂{goal}/∂z = ∂{goal}/∂a · g′(z)", terms, note=f"g is {function}; g′ is taken at this z."
    )


def _softmax_delta(numbers: Numbers, place: Place, result: float) -> Opened:
    name, (*where, unit), goal = place.layer, place.index, numbers.goal
    outputs, errors = numbers.activations[name][tuple(where)], numbers.errors[name][tuple(where)]
    own = Factor(float(outputs[unit]), numbers.at("activation", name, place.index))

    def term(n: int, *more: Factor) -> Term:
        index = (*where, n)
        error = Factor(float(errors[n]), numbers.at("error", name, index))
        return product(own, *more, error, text="" if more else "its own")

    others = (
        term(n, Factor(-1.0), Factor(float(a), numbers.at("activation", name, (*where, n))))
        for n, a in enumerate(outputs)
    )
    note = "Every output of a softmax depends on every sum."
    symbols = f"∂{goal}/∂z = a·(∂{goal}/∂a − Σ a·∂{goal}/∂a)"
    return opened(place, result, symbols, [term(unit), *others], note=note)


def delta_of(numbers: Numbers, name: str, index: Index) -> float:
    """∂goal/∂z of one number: the error sent back through the activation."""
    error = float(numbers.errors[name][index])
    function = numbers.activation_of(name)
    if function == "linear" or numbers.kind(name) not in FORWARD:
        return error
    if function == "softmax":
        outputs = numbers.activations[name][index[:-1]]
        errors = numbers.errors[name][index[:-1]]
        return float(outputs[index[-1]] * (errors[index[-1]] - np.dot(errors, outputs)))
    z = np.array(pre_activation(numbers, name, index))
    return error * float(SLOPES[function](z))


def open_gradient(numbers: Numbers, place: Place) -> Opened:
    """Open ∂goal/∂weight: over every sum the weight is part of, upstream times local."""
    name, kind, goal = place.layer, numbers.kind(place.layer), numbers.goal
    result = float(numbers.gradients[name][place.variable][place.index])
    if kind in RECURRENT:
        return open_recurrent_gradient(numbers, place, result)
    if kind == "embedding":
        return _row_gradient(numbers, place, result)
    if kind not in FORWARD or place.variable not in KNOWN:
        return Opened(place, result, f"∂{goal}/∂w", note="By automatic differentiation.")
    outputs = using(kind, numbers.layer(name), place.variable, place.index)
    terms = [term for output in outputs for term in _gradient_terms(numbers, place, output)]
    symbols = f"∂{goal}/∂b = Σ δz" if place.variable in ("bias", "beta") else f"∂{goal}/∂w = Σ upstream·local = Σ δz·x"
    return opened(place, result, symbols, terms, note=f"Upstream: ∂{goal}/∂z of each sum this weight is part of.")


def _gradient_terms(numbers: Numbers, place: Place, output: Index) -> Iterator[Term]:
    name, layer = place.layer, numbers.layer(place.layer)
    delta = _delta_factor(numbers, name, output)
    if place.variable in ("bias", "beta"):
        yield Term(delta.value, (delta,))
        return
    source = numbers.graph.sources(name)[0]
    if place.variable == "gamma":
        yield product(delta, Factor(standardised(numbers, name, output), numbers.at("activation", source, output)))
        return
    for link in FORWARD[numbers.kind(name)](layer, output):
        if link.weight == ("kernel", place.index) and link.input is not None:
            local = Factor(float(layer.inputs[0][link.input]), numbers.at("activation", source, link.input))
            yield product(delta, local)


def standardised(numbers: Numbers, name: str, index: Index) -> float:
    """(x − μ)/√(σ² + ε) of batch normalisation."""
    layer, channel = numbers.layer(name), index[-1]
    root = np.sqrt(layer.weights["moving_variance"][channel] + numbers.values(name)["epsilon"])
    return float((layer.inputs[0][index] - layer.weights["moving_mean"][channel]) / root)


def _row_gradient(numbers: Numbers, place: Place, result: float) -> Opened:
    """Of a number of an embedding's table: the errors of all places where its row was looked up."""
    row, column = place.index
    tokens = numbers.activations[numbers.graph.sources(place.layer)[0]]
    terms = []
    for where in np.ndindex(*tokens.shape):
        if int(tokens[where]) == row:
            index = (*where, column)
            error = Factor(float(numbers.errors[place.layer][index]), numbers.at("error", place.layer, index))
            terms.append(Term(error.value, (error,)))
    note = f"Over every place where row {row} was looked up; for any other row there is none."
    return opened(place, result, f"∂{numbers.goal}/∂E = Σ ∂{numbers.goal}/∂a", terms, note=note)


def open_error(numbers: Numbers, place: Place) -> Opened:
    """Open ∂goal/∂activation: over every sum the number is part of, upstream times local."""
    name, index, goal = place.layer, place.index, numbers.goal
    result = float(numbers.errors[name][index])
    if name in numbers.answers:
        return open_head_error(numbers, place, result)
    terms: list[Term] = []
    for consumer, source in _consumers(numbers, name):
        kind = numbers.kind(consumer)
        if kind not in FORWARD and kind not in RECURRENT:
            return Opened(place, result, f"∂{goal}/∂a", note=f"By automatic differentiation through {consumer}.")
        terms += (
            sent_through(numbers, consumer, index) if kind in RECURRENT else _back(numbers, consumer, source, index)
        )
    symbols = f"∂{goal}/∂a = Σ upstream·local = Σ δz·w"
    return opened(place, result, symbols, terms, note="Over every sum that this number is part of.")


def _consumers(numbers: Numbers, name: str) -> Iterator[tuple[str, int]]:
    for node in numbers.graph.nodes:
        for source, feeding in enumerate(numbers.graph.sources(node.name)):
            if feeding == name:
                yield node.name, source


def _back(numbers: Numbers, consumer: str, source: int, index: Index) -> Iterator[Term]:
    """What one layer sends back to a number of its input."""
    if numbers.batch is not None and numbers.kind(consumer) == "batch_normalization":
        yield from _through_batch(numbers, consumer, index)
    elif numbers.batch is not None and numbers.kind(consumer) == "dropout":
        yield _through_dropout(numbers, consumer, index)
    else:
        yield from _sent_back(numbers, consumer, source, index)


def _sent_back(numbers: Numbers, consumer: str, source: int, index: Index) -> Iterator[Term]:
    layer, kind = numbers.layer(consumer), numbers.kind(consumer)
    for output in reached(kind, layer, source, index):
        for link in FORWARD[kind](layer, output):
            if link.source == source and link.input == index:
                delta = _delta_factor(numbers, consumer, output)
                where = numbers.at("weight", consumer, link.weight[1], link.weight[0]) if link.weight else None
                if kind == "batch_normalization":
                    where = numbers.at("scale", consumer, (output[-1],))
                yield product(delta, Factor(link.factor, where))


def _through_batch(numbers: Numbers, name: str, index: Index) -> Iterator[Term]:
    """Through batch normalisation as it is trained, where mean and variance depend on the number too.

    ∂L/∂x = s·(δ − mean δ − x̂·mean(δ·x̂)), s = γ/√(σ² + ε), over the batch (Ioffe and Szegedy 2015, section 3).
    """
    assert numbers.batch is not None
    channel, source = index[-1], numbers.graph.sources(name)[0]
    layer = numbers.layer(name)
    mean, variance = (layer.weights[f"moving_{kind}"][channel] for kind in ("mean", "variance"))
    values = np.asarray(numbers.batch.activations[source], float)[..., channel]
    errors = np.asarray(numbers.batch.errors[name], float)[..., channel]
    standard = (values - mean) / np.sqrt(variance + numbers.values(name)["epsilon"])
    scale = Factor(next(FORWARD["batch_normalization"](layer, index)).factor, numbers.at("scale", name, (channel,)))
    own = Factor(float(numbers.errors[name][index]), numbers.at("error", name, index))
    x = Factor(standardised(numbers, name, index))
    yield product(scale, own, text="directly")
    yield product(scale, Factor(-float(errors.mean())), text="through the mean")
    yield product(scale, Factor(-float((errors * standard).mean())), x, text="through the variance")


def _through_dropout(numbers: Numbers, name: str, index: Index) -> Term:
    """Through dropout as it is trained: 1 / (1 − rate) where the number was let through, else 0."""
    rate = float(numbers.values(name)["rate"])
    own = Factor(float(numbers.errors[name][index]), numbers.at("error", name, index))
    return product(own, Factor(1 / (1 - rate) if _is_kept(numbers, name, index) else 0.0))


def _is_kept(numbers: Numbers, name: str, index: Index) -> bool:
    """Whether dropout let a number through; of a number that is 0 its own error tells."""
    if numbers.activations[name][index]:
        return True
    source = numbers.graph.sources(name)[0]
    return not numbers.activations[source][index] and bool(numbers.errors[source][index])
