"""Dense: every output is a weighted sum of every input."""

import math

from engine.layers.common import (
    ACTIVATIONS,
    activation,
    kernel_initializer,
    spaced,
    units,
    use_bias,
    weights_with_bias,
)
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol
from engine.params import Values


def dense_shape(values: Values, inputs: Shapes) -> Shape:
    """The last axis becomes `units`; the others stay, as in Keras."""
    return (*inputs[0][:-1], values["units"])


def dense_params(values: Values, inputs: Shapes) -> int:
    """One weight per input and unit, one bias per unit."""
    return (inputs[0][-1] + values["use_bias"]) * values["units"]


def dense_multiply_adds(values: Values, inputs: Shapes) -> int:
    """One multiplication per weight, at every position."""
    return math.prod(inputs[0]) * values["units"]


def dense_formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    """Output size as a product of matrices, and the parameters."""
    shape = inputs[0]
    n, u, rows = shape[-1], values["units"], math.prod(shape[:-1])
    bias = u if values["use_bias"] else 0
    legend = (Symbol("n", "inputs", f"{n:,}"), Symbol("u", "units", f"{u:,}", "units"))
    positions = (Symbol("m", "positions", f"{rows:,}"),) if len(shape) > 1 else ()
    m = "m" if positions else "1"
    note = f"the same weights act at each of {spaced(shape[:-1])} positions" if positions else ""
    size = Formula(
        "Output size",
        spaced(dense_shape(values, inputs)),
        f"({m} × n)·(n × u) = {m} × u",
        f"({rows:,} × {n:,})·({n:,} × {u:,}) = {rows:,} × {u:,}",
        (*legend, *positions),
        note,
    )
    count = Formula(
        "Parameters",
        f"{n * u + bias:,}",
        "n·u + u" if bias else "n·u",
        f"{n:,}·{u:,}" + (f" + {u:,}" if bias else "") + f" = {weights_with_bias(n * u, bias)}",
        legend,
        "weights + biases" if bias else "no bias",
    )
    return (size, count)


DENSE = LayerSpec(
    id="dense",
    name="Dense",
    family="dense",
    keras="Dense",
    params=(units(64), activation("relu"), use_bias("unit"), kernel_initializer()),
    output_shape=dense_shape,
    num_params=dense_params,
    multiply_adds=dense_multiply_adds,
    formulas=dense_formulas,
    summary=lambda values: f"{values['units']:,} units, {ACTIVATIONS[values['activation']]}",
)
