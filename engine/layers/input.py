"""Input: where samples come in."""

from engine.layers.common import axis_symbols, product, spaced, with_tuples
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, shape_text
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return tuple(values["shape"])


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    shape = _output_shape(values, inputs)
    legend = axis_symbols(shape, meaning="")
    symbolic = "·".join(symbol.letter for symbol in legend)
    total = 1
    for size in shape:
        total *= size
    numeric = f"{product(shape)} = {total:,}"
    return (Formula("Output size", spaced(shape), symbolic, numeric, legend, f"{total:,} values per sample"),)


INPUT = LayerSpec(
    id="input",
    name="Input",
    family="input",
    keras="Input",
    params=(
        Param("shape", "shape", [28, 28, 1], low=1, high=1_000_000, help="Shape of one sample, without the batch."),
    ),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: shape_text(tuple(values["shape"])),
    arguments=with_tuples,
    min_inputs=0,
    max_inputs=0,
)
