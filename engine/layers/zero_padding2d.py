"""Zero padding: rows and columns of zeros around the picture, as many on each side as one likes."""

from typing import Any

from engine.layers.common import image_repairs, spaced
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol, require_rank
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    high, wide, channels = require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))
    return (high + sum(values["rows"]), wide + sum(values["columns"]), channels)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    high, wide = inputs[0][:2]
    (above, below), (left, right) = values["rows"], values["columns"]
    legend = (
        Symbol("n", "input height", f"{high:,}"),
        Symbol("a", "rows above", f"{above}", "rows"),
        Symbol("b", "rows below", f"{below}", "rows"),
    )
    shape = _output_shape(values, inputs)
    numeric = f"{high:,} + {above} + {below} = {shape[0]:,}"
    note = f"width {wide:,} + {left} + {right} = {shape[1]:,}; the channels stay"
    return (Formula("Output size", spaced(shape), "n + a + b", numeric, legend, note),)


def _arguments(values: Values) -> dict[str, Any]:
    """Keras takes one number for all sides, one for each direction, or one for each side."""
    rows, columns = tuple(values["rows"]), tuple(values["columns"])
    if len({*rows, *columns}) == 1:
        return {"padding": rows[0]}
    if rows[0] == rows[1] and columns[0] == columns[1]:
        return {"padding": (rows[0], columns[0])}
    return {"padding": (rows, columns)}


def _summary(values: Values) -> str:
    padding = _arguments(values)["padding"]
    if isinstance(padding, int):
        return f"{padding} on each side"
    (above, below), (left, right) = values["rows"], values["columns"]
    return f"rows {above} + {below}, columns {left} + {right}"


ZERO_PADDING2D = LayerSpec(
    id="zero_padding2d",
    name="ZeroPad",
    family="input",
    keras="ZeroPadding2D",
    params=(
        Param("rows", "pair", [1, 1], low=0, high=255, help="Rows of zeros above and below."),
        Param("columns", "pair", [1, 1], low=0, high=255, help="Columns of zeros left and right."),
    ),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=_summary,
    arguments=_arguments,
)
