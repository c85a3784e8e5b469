"""What a number opens to: formula, terms with their values, and what each opens in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from engine.explain.connections import FORWARD, Index, Layer, offset, total
from engine.graph import Graph
from engine.shapes import Inference

What = Literal["activation", "error", "delta", "weight", "gradient", "loss", "input"]
MOST_TERMS = 64  # shown one by one, the largest; the rest as one sum


class Place(msgspec.Struct, frozen=True):
    """Where a number stands.

    Args:
        what: "activation" of a layer's output; "error", ∂loss/∂activation; "delta", ∂loss/∂z before the
            activation; "weight"; "gradient", ∂loss/∂weight; "loss"; "input", raw, as the data have it.
        layer: name; empty for the loss.
        index: in the layer's output, or in the variable.
        variable: of a weight or gradient, e.g. "kernel".
    """

    what: What
    layer: str = ""
    index: tuple[int, ...] = ()
    variable: str = ""


class Factor(msgspec.Struct, frozen=True):
    """One operand: its value, and where it comes from, where it opens."""

    value: float
    place: Place | None = None


class Term(msgspec.Struct, frozen=True):
    """One summand: the product of its factors."""

    value: float
    factors: tuple[Factor, ...] = ()
    text: str = ""


class Opened(msgspec.Struct, frozen=True):
    """The arithmetic of one number.

    Args:
        place: of the number.
        result: its value.
        symbolic: the formula in letters.
        terms: the largest summands of Σ, by size; they and `rest` add up to `sum`.
        rest, rest_count: the sum of the summands not listed, and how many they are.
        sum: Σ of all summands; what is done to it then is in `then`.
        bias: added to the sum; None where there is none.
        then: e.g. ("ReLU", "max(0, z)", z, result); empty where the sum is the result.
        also: numbers that belong to this one, by name, e.g. ("its gradient", ...).
        note: a remark.
    """

    place: Place
    result: float
    symbolic: str
    terms: tuple[Term, ...] = ()
    rest: float = 0.0
    rest_count: int = 0
    sum: float = 0.0
    bias: Factor | None = None
    then: tuple[str, str, float] | None = None
    also: tuple[tuple[str, Factor], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Numbers:
    """Everything one sample made in one network.

    Args:
        activations: output of each layer by name, no batch axis; logits for heads.
        errors: ∂loss/∂activation by layer name, same shapes.
        weights: by layer and variable.
        gradients: ∂loss/∂weight, likewise, trainable ones.
        initial: weights before training, likewise.
        answers: probabilities, or numbers, of each head by name.
        raw: the input before normalisation; offset, scale: normalised = (raw − offset) · scale, per last axis or one.
        loss: of the sample; loss_name: e.g. "sparse_categorical_crossentropy".
        label: class or number.
    """

    graph: Graph
    inference: Inference
    activations: dict[str, np.ndarray]
    errors: dict[str, np.ndarray]
    weights: dict[str, dict[str, np.ndarray]]
    gradients: dict[str, dict[str, np.ndarray]]
    initial: dict[str, dict[str, np.ndarray]]
    answers: dict[str, np.ndarray]
    raw: np.ndarray
    offset: Sequence[float]
    scale: Sequence[float]
    loss: float
    loss_name: str
    label: float

    def kind(self, name: str) -> str:
        """Id of a layer's kind."""
        return self.inference.layers[name].spec.id

    def layer(self, name: str) -> Layer:
        """What the connections need of a layer."""
        info = self.inference.layers[name]
        inputs = tuple(self.activations[source] for source in self.graph.sources(name))
        return Layer(info.values, inputs, info.shape, self.weights.get(name, {}))

    def activation_of(self, name: str) -> str:
        """The activation a layer applies to its sums; heads give logits."""
        if self.kind(name) == "output":
            return "linear"
        return str(self.inference.layers[name].values.get("activation", "linear"))


def opened(place: Place, result: float, symbolic: str, terms: Sequence[Term], **rest: Any) -> Opened:
    """An opened number of these summands; the largest are listed."""
    shown = sorted(terms, key=lambda term: -abs(term.value))[:MOST_TERMS]
    whole = float(sum(term.value for term in terms))
    left = whole - float(sum(term.value for term in shown))
    return Opened(place, result, symbolic, tuple(shown), left, len(terms) - len(shown), whole, **rest)


def pre_activation(numbers: Numbers, name: str, index: Index) -> float:
    """z of one number of a layer with connections: Σ factor · input + offset."""
    layer, kind = numbers.layer(name), numbers.kind(name)
    return total(layer, list(FORWARD[kind](layer, index))) + offset(kind, layer, index)
