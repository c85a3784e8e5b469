"""Settings and wording that several layers share."""

import math
from typing import Any

from engine.layers.spec import Formula, InsertBefore, Shape, Shapes, Symbol, shape_text
from engine.params import Param, Values

ACTIVATIONS = {
    "linear": "linear",
    "relu": "ReLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "leaky_relu": "leaky ReLU",
    "softmax": "softmax",
    "softplus": "softplus",
}
INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "zeros",
    "ones",
    "random_normal",
)
AXIS_LETTERS = {1: ("n",), 2: ("t", "n"), 3: ("h", "w", "c"), 4: ("d", "h", "w", "c")}
AXIS_NAMES = {"n": "values", "t": "steps", "h": "height", "w": "width", "c": "channels", "d": "depth"}


def units(default: int) -> Param:
    """How many neurons a layer has."""
    return Param(
        "units", "int", default, low=1, high=65536, log=True, help="Neurons of this layer: values it gives out."
    )


def activation(default: str) -> Param:
    """The function applied to every weighted sum."""
    return Param(
        "activation", "choice", default, choices=tuple(ACTIVATIONS), help="Function applied to every weighted sum."
    )


def use_bias(per: str) -> Param:
    """Whether a number of its own is added to each weighted sum."""
    return Param("use_bias", "bool", True, label="Bias", unit=f"one per {per}", help="Add one trained number to each.")


def kernel_initializer() -> Param:
    """How the weights are drawn before training."""
    return Param(
        "kernel_initializer",
        "choice",
        "glorot_uniform",
        label="Initialiser",
        choices=INITIALIZERS,
        help="How the weights are drawn before training.",
    )


def with_tuples(values: Values) -> dict[str, Any]:
    """Keras takes our settings by the same names, lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def spaced(shape: Shape) -> str:
    """A shape as a formula card shows it, e.g. "10 × 10 × 16"."""
    return " × ".join(f"{size:,}" for size in shape)


def product(shape: Shape) -> str:
    """The sizes multiplied out, e.g. "5·5·16"."""
    return "·".join(f"{size:,}" for size in shape)


def signed(number: int) -> str:
    """A whole number with a true minus sign, e.g. "−1"."""
    return f"{number:,}".replace("-", "−")


def decimal(number: float) -> str:
    """A number with four significant digits, e.g. "0.02041"."""
    return f"{number:.4g}".replace("-", "−")


def axis_symbols(shape: Shape, meaning: str = "input") -> tuple[Symbol, ...]:
    """One legend entry per axis, e.g. h, "input height", 14."""
    letters = AXIS_LETTERS[len(shape)]
    return tuple(
        Symbol(letter, f"{meaning} {AXIS_NAMES[letter]}".strip(), f"{size:,}")
        for letter, size in zip(letters, shape, strict=True)
    )


def one_by_one(symbolic: str, inputs: Shapes, note: str = "", legend: tuple[Symbol, ...] = ()) -> Formula:
    """The card of a layer that changes every value by itself and keeps the shape."""
    shape = spaced(inputs[0])
    return Formula("Output size", shape, symbolic, f"{shape} = {shape}", legend, note or "one value out per value in")


def weights_with_bias(weights: int, bias: int) -> str:
    """The end of a parameter count, e.g. "2,400 + 16 = 2,416"."""
    return f"{weights:,} + {bias:,} = {weights + bias:,}" if bias else f"{weights:,}"


def image_repairs(inputs: Shapes) -> tuple[InsertBefore, ...]:
    """Repairs that turn a matrix, or a square number of values, into a picture (height, width, channels)."""
    shape = inputs[0]
    side = math.isqrt(shape[0])
    if len(shape) == 2:
        target = (*shape, 1)
    elif len(shape) == 1 and side > 1 and side * side == shape[0]:
        target = (side, side, 1)
    else:
        return ()
    return (InsertBefore(f"Insert Reshape to {shape_text(target)}", "reshape", {"target_shape": list(target)}),)
