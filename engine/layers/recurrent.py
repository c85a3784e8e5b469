"""What the recurrent layers have in common: they read (time, features) step by step and carry a state of numbers."""

from engine.layers.common import spaced
from engine.layers.spec import Formula, InsertBefore, Shape, Shapes, Symbol, require_rank, shape_text
from engine.params import Param, Values

SEQUENCES = Param(
    "return_sequences", "bool", False, help="Give out the state after every step, not only after the last."
)
BACKWARDS = Param("go_backwards", "bool", False, help="Read the sequence from its end.")


def _repairs(inputs: Shapes) -> tuple[InsertBefore, ...]:
    """Read a picture row by row, or a vector number by number."""
    shape = inputs[0]
    if len(shape) == 1:
        target = (shape[0], 1)
    elif len(shape) == 3:
        target = (shape[0], shape[1] * shape[2])
    else:
        return ()
    return (InsertBefore(f"Insert Reshape to {shape_text(target)}", "reshape", {"target_shape": list(target)}),)


def sequence_shape(inputs: Shapes) -> tuple[int, int]:
    """Steps and features of the input.

    Raises:
        ShapeProblem: another number of axes.
    """
    time, features = require_rank(inputs, 2, "(time, features)", _repairs(inputs))
    return time, features


def output_shape(values: Values, inputs: Shapes) -> Shape:
    """(time, units) where every state is given out, else (units,)."""
    time, _ = sequence_shape(inputs)
    return (time, values["units"]) if values["return_sequences"] else (values["units"],)


def size_formula(values: Values, inputs: Shapes) -> Formula:
    """The card of the output's size."""
    (time, x), u = inputs[0], values["units"]
    shape, sequences = spaced(output_shape(values, inputs)), values["return_sequences"]
    return Formula(
        "Output size",
        shape,
        "t × x → t × u" if sequences else "t × x → u",
        f"{time:,} × {x:,} → {shape}",
        (Symbol("t", "steps", f"{time:,}"), *legend(u, x)),
        "the state after every step" if sequences else "the state after the last step",
    )


def legend(units: int, features: int) -> tuple[Symbol, ...]:
    """The letters of a parameter count."""
    return (Symbol("u", "units", f"{units:,}", "units"), Symbol("x", "features per step", f"{features:,}"))


def summary(values: Values) -> str:
    """The node's second line."""
    sequences = ", sequences" if values["return_sequences"] else ""
    return f"{values['units']:,} units{sequences}{', backwards' if values.get('go_backwards') else ''}"
