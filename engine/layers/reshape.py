"""Reshape: the same values, in the same order, along other axes."""

import math

from engine.layers.common import product, signed, spaced, with_tuples
from engine.layers.spec import Formula, LayerSpec, SetValues, Shape, ShapeProblem, Shapes, shape_text
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    target, total = values["target_shape"], math.prod(inputs[0])
    if target.count(-1) > 1 or 0 in target:
        raise ShapeProblem(
            f"Target shape {_text(target)} cannot be worked out",
            "Every size must be 1 or more; one of them may be −1 and is worked out.",
            repairs=_repairs(target, total),
        )
    known = math.prod(size for size in target if size != -1)
    if -1 not in target and known != total:
        raise _problem(target, inputs[0], f"{product(inputs[0])} = {total:,} ≠ {known:,} = {product(tuple(target))}")
    if total % known:
        raise _problem(target, inputs[0], f"{total:,} / {known:,} = {total / known:.4g} is not whole")
    return tuple(total // known if size == -1 else size for size in target)


def _problem(target: list[int], shape: Shape, arithmetic: str) -> ShapeProblem:
    return ShapeProblem(
        f"{shape_text(shape)} values do not fill {_text(target)}",
        "A reshape keeps the number of values.",
        arithmetic=arithmetic,
        repairs=_repairs(target, math.prod(shape)),
    )


def _repairs(target: list[int], total: int) -> tuple[SetValues, ...]:
    """Work out the last axis, else the first, where that is possible; flat is possible always."""
    candidates = [[*target[:-1], -1], [-1, *target[1:]], [-1]]
    fits = [c for c in candidates if c.count(-1) == 1 and 0 not in c and total % math.prod(s for s in c if s > 0) == 0]
    whole = [[total // math.prod(s for s in c if s > 0) if s == -1 else s for s in c] for c in fits]
    unique = list(dict.fromkeys(tuple(shape) for shape in whole))
    return tuple(SetValues(f"Set shape to {shape_text(s)}", {"target_shape": list(s)}) for s in unique[:2])


def _text(target: list[int]) -> str:
    return "×".join(signed(size) for size in target)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    shape = _output_shape(values, inputs)
    total = math.prod(shape)
    numeric = f"{product(inputs[0])} = {total:,} = {product(shape)}"
    note = (
        "the size given as −1 is worked out; no value changes" if -1 in values["target_shape"] else "no value changes"
    )
    return (Formula("Output size", spaced(shape), "values in = values out", numeric, (), note),)


RESHAPE = LayerSpec(
    id="reshape",
    name="Reshape",
    family="input",
    keras="Reshape",
    params=(
        Param("target_shape", "shape", [-1], low=-1, high=1_000_000, help="New axes; one may be −1 and is worked out."),
    ),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: f"to {_text(values['target_shape'])}",
    arguments=with_tuples,
)
