"""What a number opens to: formula, terms with their values, and what each opens in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import numpy as np

from engine.explain.connections import FORWARD, Index, Layer, offset, total
from engine.graph import Graph
from engine.shapes import Inference

What = Literal[
    "activation",
    "error",
    "delta",
    "weight",
    "gradient",
    "loss",
    "input",
    "probability",
    "scale",
    "shift",
    "mean",
    "gate",
    "gate_sum",
    "gate_term",
    "gate_delta",
    "state_error",
    "alpha",
    "cell_weight",
    "map",
    "saliency",
    "attribution",
    "occlusion",
    "slot",
    "update",
    "step_size",
    "root",
    "held",
]
Form = Literal["product", "exp", "square", "root"]
MOST_TERMS = 64  # shown one by one, the largest; the rest as one sum


class Place(msgspec.Struct, frozen=True):
    """Where a number stands.

    Args:
        what: "activation" of a layer's output; "error", ∂goal/∂activation; "delta", ∂goal/∂z before the activation;
            "weight"; "gradient", ∂goal/∂weight; "loss"; "input", raw, as the data have it; "probability" of a head's
            class; "scale" and "shift" of batch normalisation; "mean" of the activations in a square, index (row,
            column, map) of the square and `variable` its side, px, or of a whole map, where that is empty;
            "gate", "gate_sum", "gate_term", "gate_delta", "state_error" of a recurrent layer, see `number_recurrent`;
            "alpha", "cell_weight", "map" of a class map, see `number_class`; "saliency", "attribution", "occlusion" of
            a picture's place; "slot", "update", "step_size", "root" of an optimiser's step, see
            `number_update`; "held", a number that a view holds
            and opens itself, by `variable` and index.
        layer: name; empty for the loss.
        index: in the layer's output, or in the variable.
        variable: of a weight or gradient, e.g. "kernel"; of others see above.
        of: class whose logit is the goal, the scalar that gradients are of; −1 for the loss.
        sample: position in the batch of a step; −1 for the sample asked about, or the whole batch.
    """

    what: What
    layer: str = ""
    index: tuple[int, ...] = ()
    variable: str = ""
    of: int = -1
    sample: int = -1


class Factor(msgspec.Struct, frozen=True):
    """One operand: its value, and where it comes from, where it opens."""

    value: float
    place: Place | None = None


class Term(msgspec.Struct, frozen=True):
    """One summand.

    Args:
        value: of the summand.
        factors: its operands; their product is the value, unless `form` says otherwise.
        text: what it is, e.g. "padding"; empty where its place says it.
        form: "exp", e to the power of the first, less the second where there are two; "square" or "root" of the first,
            times the others.
    """

    value: float
    factors: tuple[Factor, ...] = ()
    text: str = ""
    form: Form = "product"


class Then(msgspec.Struct, frozen=True):
    """What is done to a sum.

    Args:
        written: with {z} for the sum and {0}, {1}, … for operands, e.g. "max(0, {z})" or "{0} / {z}".
        code: the same as Python, which may use `math`.
        operands: their values, and where they open.
    """

    written: str
    code: str
    operands: tuple[Factor, ...] = ()


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
        then: what is done to the sum with its bias; None where that is the result.
        also: numbers that belong to this one, by name, e.g. ("its gradient", ...).
        note: a remark.
        name: what the number is called, where its place does not say it, e.g. "relative error".
    """

    place: Place
    result: float
    symbolic: str
    terms: tuple[Term, ...] = ()
    rest: float = 0.0
    rest_count: int = 0
    sum: float = 0.0
    bias: Factor | None = None
    then: Then | None = None
    also: tuple[tuple[str, Factor], ...] = ()
    note: str = ""
    name: str = ""


@dataclass(frozen=True)
class Learned:
    """What a head is taught.

    Args:
        loss: e.g. "sparse_categorical_crossentropy".
        weight: of its loss in the sum over the heads.
        part: of the sum that goes to one sample: 1/n in the mean of a batch.
    """

    loss: str
    weight: float = 1.0
    part: float = 1.0

    @property
    def share(self) -> float:
        """What its loss is multiplied by in the scalar whose gradients are taken."""
        return self.weight * self.part


@dataclass(frozen=True)
class Numbers:
    """Everything one sample made in one network.

    Args:
        activations: output of each layer by name, no batch axis; logits for heads.
        errors: ∂goal/∂activation by layer name, same shapes; the goal is the loss, or a class's logit.
        weights: by layer and variable; the second direction of a bidirectional layer as "backward_kernel" and so on.
        gradients: ∂goal/∂weight, likewise, trainable ones.
        initial: weights before training, likewise.
        answers: probabilities, or numbers, of each head by name.
        raw: the input before normalisation; offset, scale: normalised = (raw − offset) · scale, per last axis or one.
        loss: of the sample.
        learned: by head, in the network's order.
        label: class or number.
        of: class whose logit is the goal; −1 for the loss.
        class_names, feature_names: as far as known.
        batch: activations and errors of the whole batch, where the network is being trained: dropout and batch
            normalisation then depend on it. Empty while it is used.
    """

    graph: Graph
    inference: Inference
    activations: Mapping[str, np.ndarray]
    errors: Mapping[str, np.ndarray]
    weights: Mapping[str, Mapping[str, np.ndarray]]
    gradients: Mapping[str, Mapping[str, np.ndarray]]
    initial: Mapping[str, Mapping[str, np.ndarray]]
    answers: Mapping[str, np.ndarray]
    raw: np.ndarray
    offset: Sequence[float]
    scale: Sequence[float]
    loss: float
    learned: Mapping[str, Learned]
    label: float
    of: int = -1
    class_names: Sequence[str] = ()
    feature_names: Sequence[str] = ()
    batch: "Batch | None" = None

    @property
    def goal(self) -> str:
        """The scalar that gradients are of, as formulas name it."""
        return "L" if self.of < 0 else f"z[{self.of}]"

    @property
    def is_binary(self) -> bool:
        """Whether one unit with a sigmoid stands for two classes."""
        head = next(iter(self.learned))
        return self.head_activation(head) == "sigmoid" and self.activations[head].shape[-1] == 1

    def kind(self, name: str) -> str:
        """Id of a layer's kind."""
        return self.inference.layers[name].spec.id

    def values(self, name: str) -> Mapping[str, Any]:
        """A layer's settings."""
        return self.inference.layers[name].values

    def layer(self, name: str) -> Layer:
        """What the connections need of a layer."""
        inputs = tuple(self.activations[source] for source in self.graph.sources(name))
        weights = {**self.weights.get(name, {}), **self._of_batch(name)}
        return Layer(self.inference.layers[name].values, inputs, self.activations[name].shape, weights)

    def activation_of(self, name: str) -> str:
        """The activation a layer applies to its sums; heads give logits."""
        if self.kind(name) == "output":
            return "linear"
        return str(self.values(name).get("activation", "linear"))

    def head_activation(self, name: str) -> str:
        """What turns a head's logits into its answer."""
        return str(self.values(name).get("activation", "linear"))

    def class_name(self, index: int) -> str:
        """Name of a class; its index where that is not known."""
        return self.class_names[index] if index < len(self.class_names) else str(index)

    def at(self, what: What, layer: str, index: Index, variable: str = "") -> Place:
        """A place of this sample and goal."""
        sample = self.batch.sample if self.batch is not None else -1
        return Place(what, layer, index, variable, self.of, sample)

    def _of_batch(self, name: str) -> dict[str, np.ndarray]:
        """What batch normalisation uses while it is trained: mean and variance of the batch."""
        if self.batch is None or self.kind(name) != "batch_normalization":
            return {}
        values = np.asarray(self.batch.activations[self.graph.sources(name)[0]], float)
        axes = tuple(range(values.ndim - 1))
        return {"moving_mean": values.mean(axis=axes), "moving_variance": values.var(axis=axes)}


@dataclass(frozen=True)
class Batch:
    """What a whole batch made, (sample, *output_shape) by layer.

    Args:
        sample: the position of the one that is opened.
    """

    activations: Mapping[str, np.ndarray] = field(default_factory=dict)
    errors: Mapping[str, np.ndarray] = field(default_factory=dict)
    sample: int = 0


def opened(place: Place, result: float, symbolic: str, terms: Sequence[Term], **rest: Any) -> Opened:
    """An opened number of these summands; the largest are listed."""
    shown = sorted(terms, key=lambda term: -abs(term.value))[:MOST_TERMS]
    whole = float(sum(term.value for term in terms))
    left = whole - float(sum(term.value for term in shown)) if len(shown) < len(terms) else 0.0
    return Opened(place, result, symbolic, tuple(shown), left, len(terms) - len(shown), whole, **rest)


def product(*factors: Factor, text: str = "") -> Term:
    """The summand that is the product of some operands."""
    return Term(float(np.prod([factor.value for factor in factors])), factors, text)


def pre_activation(numbers: Numbers, name: str, index: Index) -> float:
    """z of one number of a layer with connections: Σ factor · input + offset."""
    layer, kind = numbers.layer(name), numbers.kind(name)
    return total(layer, list(FORWARD[kind](layer, index))) + offset(kind, layer, index)
