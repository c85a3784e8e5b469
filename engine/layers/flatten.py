"""Flatten: all axes become one."""

import math

from engine.layers.common import axis_symbols, product
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes
from engine.params import Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return (math.prod(inputs[0]),)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    legend = axis_symbols(inputs[0])
    total = f"{math.prod(inputs[0]):,}"
    symbolic = "·".join(symbol.letter for symbol in legend)
    return (Formula("Output size", total, symbolic, f"{product(inputs[0])} = {total}", legend, "no value changes"),)


FLATTEN = LayerSpec(
    id="flatten",
    name="Flatten",
    family="input",
    keras="Flatten",
    params=(),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: "all values in a row",
    outcome=lambda shape: f"{shape[0]:,} values",
)
