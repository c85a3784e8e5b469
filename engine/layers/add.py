"""Add: the inputs summed value by value, as at the end of a residual block."""

from engine.layers.common import spaced
from engine.layers.spec import Formula, LayerSpec, Shape, ShapeProblem, Shapes, shape_text
from engine.params import Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    shape = tuple(inputs[0])
    for other in inputs[1:]:
        shape = _broadcast(shape, tuple(other))
    return shape


def _broadcast(first: Shape, second: Shape) -> Shape:
    """Keras's rule: sizes agree from the last axis on, or one of them is 1."""
    long, short = sorted((first, second), key=len, reverse=True)
    padded = (1,) * (len(long) - len(short)) + short
    if any(a != b and 1 not in (a, b) for a, b in zip(long, padded, strict=True)):
        raise ShapeProblem(
            f"Cannot add {shape_text(first)} and {shape_text(second)}",
            "The inputs of Add need equal shapes; change the layer that feeds one of them.",
            arithmetic=f"{spaced(first)} ≠ {spaced(second)}",
        )
    return tuple(max(a, b) for a, b in zip(long, padded, strict=True))


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    result = spaced(_output_shape(values, inputs))
    letters = " + ".join(f"x_{n}" for n in range(1, len(inputs) + 1))
    numeric = " + ".join(spaced(shape) for shape in inputs) + f" = {result}"
    equal = len(set(inputs)) == 1
    note = "value by value; no parameters" if equal else "an axis of size 1 is repeated; no parameters"
    return (Formula("Output size", result, letters, numeric, (), note),)


ADD = LayerSpec(
    id="add",
    name="Add",
    family="merge",
    keras="Add",
    params=(),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: "x + F(x)",
    min_inputs=2,
    max_inputs=16,
)
