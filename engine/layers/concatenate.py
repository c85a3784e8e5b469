"""Concatenate: the inputs put side by side along one axis."""

from engine.layers.common import signed, spaced
from engine.layers.spec import Formula, LayerSpec, SetValues, Shape, ShapeProblem, Shapes, Symbol, shape_text
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    first, axis = tuple(inputs[0]), values["axis"]
    for other in inputs[1:]:
        if len(other) != len(first) or _others(other, axis) != _others(first, axis):
            raise ShapeProblem(
                f"Cannot join {shape_text(first)} and {shape_text(other)} along axis {signed(axis)}",
                "All axes but the joined one need equal sizes.",
                arithmetic=f"{spaced(first)} against {spaced(other)}",
                repairs=tuple(SetValues(f"Set axis to {signed(a)}", {"axis": a}) for a in _fitting(inputs)),
            )
    if -axis > len(first):
        raise ShapeProblem(
            f"Axis {signed(axis)} does not exist in {shape_text(first)}",
            "−1 is the last axis.",
            arithmetic=f"{len(first)} axes < {-axis}",
            repairs=tuple(SetValues(f"Set axis to {signed(a)}", {"axis": a}) for a in _fitting(inputs)),
        )
    joined = list(first)
    joined[axis] = sum(shape[axis] for shape in inputs)
    return tuple(joined)


def _others(shape: Shape, axis: int) -> Shape:
    return tuple(size for place, size in enumerate(shape) if place != len(shape) + axis)


def _fitting(inputs: Shapes) -> list[int]:
    """Axes along which the inputs can be joined, the last first."""
    if len({len(shape) for shape in inputs}) > 1:
        return []
    axes = range(-1, -len(inputs[0]) - 1, -1)
    return [axis for axis in axes if len({_others(shape, axis) for shape in inputs}) == 1][:2]


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    shape, axis = _output_shape(values, inputs), values["axis"]
    sizes = [item[axis] for item in inputs]
    letters = [f"c_{n}" for n in range(1, len(sizes) + 1)]
    legend = tuple(Symbol(c, f"input {n}", f"{size:,}") for n, (c, size) in enumerate(zip(letters, sizes, strict=True)))
    numeric = " + ".join(f"{size:,}" for size in sizes) + f" = {shape[axis]:,}"
    note = f"along axis {signed(axis)}; the others stay"
    return (Formula("Output size", spaced(shape), " + ".join(letters), numeric, legend, note),)


CONCATENATE = LayerSpec(
    id="concatenate",
    name="Concat",
    family="merge",
    keras="Concatenate",
    params=(Param("axis", "int", -1, low=-4, high=-1, help="Axis along which they are joined; −1 is the last."),),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: "channels" if values["axis"] == -1 else f"axis {signed(values['axis'])}",
    min_inputs=2,
    max_inputs=16,
)
