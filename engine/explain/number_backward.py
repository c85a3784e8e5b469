"""Numbers on the way back: errors of activations, gradients of weights, each as upstream times local."""

from collections.abc import Iterator

import numpy as np

from engine.explain.activation_functions import SLOPES
from engine.explain.connections import FORWARD, Index, reached, using
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, opened, pre_activation


def open_weight(numbers: Numbers, place: Place) -> Opened:
    """Open a weight: what it was before training, and what training changed."""
    name, variable, index = place.layer, place.variable, place.index
    value, before = float(numbers.weights[name][variable][index]), float(numbers.initial[name][variable][index])
    terms = [Term(before, (Factor(before),), "before training"), Term(value - before, (), "changed by training")]
    if variable not in numbers.gradients.get(name, {}):
        return opened(place, value, "w = w₀ + Δw", terms, note="Not trained by gradients.")
    gradient = Factor(float(numbers.gradients[name][variable][index]), Place("gradient", name, index, variable))
    return opened(place, value, "w = w₀ + Δw", terms, also=(("its gradient for this sample", gradient),))


def _delta_factor(numbers: Numbers, name: str, output: Index) -> Factor:
    linear = numbers.activation_of(name) == "linear"
    return Factor(delta_of(numbers, name, output), Place("error" if linear else "delta", name, output))


def open_delta(numbers: Numbers, place: Place) -> Opened:
    """Open ∂loss/∂z: the error of the activation times the slope of the activation function."""
    name, index = place.layer, place.index
    error = float(numbers.errors[name][index])
    function, result = numbers.activation_of(name), delta_of(numbers, name, index)
    upstream = Factor(error, Place("error", name, index))
    if function == "softmax":
        return Opened(
            place, result, "∂L/∂z = a·(∂L/∂a − Σ a·∂L/∂a)", note="Every output of a softmax depends on every sum."
        )
    slope = float(SLOPES[function](np.array(pre_activation(numbers, name, index)))) if function in SLOPES else 1.0
    terms = [Term(error * slope, (upstream, Factor(slope)), "upstream · local")]
    return opened(place, result, "∂L/∂z = ∂L/∂a · g′(z)", terms, note=f"g is {function}; g′ is taken at this z.")


def delta_of(numbers: Numbers, name: str, index: Index) -> float:
    """∂loss/∂z of one number: the error sent back through the activation."""
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
    name, kind = place.layer, numbers.kind(place.layer)
    result = float(numbers.gradients[name][place.variable][place.index])
    if kind not in FORWARD or place.variable not in ("kernel", "bias", "beta"):
        return Opened(
            place, result, "∂L/∂w", note="By automatic differentiation; its terms are not listed for this layer."
        )
    layer, sources = numbers.layer(name), numbers.graph.sources(name)
    terms = []
    for output in using(kind, layer, place.variable, place.index):
        delta = _delta_factor(numbers, name, output)
        if place.variable != "kernel":
            terms.append(Term(delta.value, (delta,)))
            continue
        for link in FORWARD[kind](layer, output):
            if link.weight == ("kernel", place.index) and link.input is not None:
                local = float(layer.inputs[link.source][link.input])
                origin = Place("activation", sources[link.source], link.input)
                terms.append(Term(delta.value * local, (delta, Factor(local, origin))))
    symbols = "∂L/∂w = Σ upstream·local = Σ δz·x" if place.variable == "kernel" else "∂L/∂b = Σ δz"
    return opened(place, result, symbols, terms, note="Upstream: ∂L/∂z of each sum this weight is part of.")


def open_error(numbers: Numbers, place: Place) -> Opened:
    name, index = place.layer, place.index
    result = float(numbers.errors[name][index])
    if name in numbers.answers:
        return _head_error(numbers, place, result)
    terms: list[Term] = []
    for consumer, source in _consumers(numbers, name):
        if numbers.kind(consumer) not in FORWARD:
            return Opened(place, result, "∂L/∂a", note=f"By automatic differentiation through {consumer}.")
        terms += _sent_back(numbers, consumer, source, index)
    symbols = "∂L/∂a = Σ upstream·local = Σ δz·w"
    return opened(place, result, symbols, terms, note="Over every sum that this number is part of.")


def _consumers(numbers: Numbers, name: str) -> Iterator[tuple[str, int]]:
    for node in numbers.graph.nodes:
        for source, feeding in enumerate(numbers.graph.sources(node.name)):
            if feeding == name:
                yield node.name, source


def _sent_back(numbers: Numbers, consumer: str, source: int, index: Index) -> Iterator[Term]:
    layer, kind = numbers.layer(consumer), numbers.kind(consumer)
    for output in reached(kind, layer, source, index):
        for link in FORWARD[kind](layer, output):
            if link.source == source and link.input == index:
                delta = _delta_factor(numbers, consumer, output)
                where = Place("weight", consumer, link.weight[1], link.weight[0]) if link.weight else None
                yield Term(delta.value * link.factor, (delta, Factor(link.factor, where)))


def _head_error(numbers: Numbers, place: Place, result: float) -> Opened:
    answer = float(numbers.answers[place.layer][place.index])
    if numbers.loss_name == "sparse_categorical_crossentropy":
        target = float(place.index[-1] == int(numbers.label))
        terms = [
            Term(answer, (Factor(answer),), "p, the probability"),
            Term(-target, (), "1 for the true class, else 0"),
        ]
        note = "Softmax and cross-entropy together: p − y."
        return opened(place, result, "∂L/∂z = p − y", terms, note=note)
    if numbers.loss_name == "binary_crossentropy":
        terms = [Term(answer, (Factor(answer),), "p"), Term(-float(numbers.label), (), "the label")]
        return opened(place, result, "∂L/∂z = p − y", terms, note="Sigmoid and cross-entropy together.")
    if numbers.loss_name == "mean_squared_error":
        terms = [Term(2 * answer, (Factor(2.0), Factor(answer))), Term(-2 * float(numbers.label), (), "2 · the label")]
        return opened(place, result, "∂L/∂ŷ = 2·(ŷ − y)", terms, note="")
    return Opened(place, result, "∂L/∂ŷ", note=f"Slope of {numbers.loss_name.replace('_', ' ')} at ŷ − y.")
