"""LSTM: a recurrent layer with a cell state and gates (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""

from engine.layers.common import spaced, units
from engine.layers.spec import Formula, InsertBefore, LayerSpec, Shape, Shapes, Symbol, require_rank, shape_text
from engine.params import Param, Values


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


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    time, _ = require_rank(inputs, 2, "(time, features)", _repairs(inputs))
    return (time, values["units"]) if values["return_sequences"] else (values["units"],)


def _num_params(values: Values, inputs: Shapes) -> int:
    u = values["units"]
    return 4 * ((u + inputs[0][1]) * u + u)


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    time, features = inputs[0]
    u = values["units"]
    return time * (4 * (u + features) * u + 3 * u)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    (time, x), u = inputs[0], values["units"]
    shape = spaced(_output_shape(values, inputs))
    legend = (Symbol("u", "units", f"{u:,}", "units"), Symbol("x", "features per step", f"{x:,}"))
    sequences = values["return_sequences"]
    inner = (u + x) * u + u
    return (
        Formula(
            "Output size",
            shape,
            "t × x → t × u" if sequences else "t × x → u",
            f"{time:,} × {x:,} → {shape}",
            (Symbol("t", "steps", f"{time:,}"), *legend),
            "the state after every step" if sequences else "the state after the last step",
        ),
        Formula(
            "Parameters",
            f"{4 * inner:,}",
            "4·((u + x)·u + u)",
            f"4·(({u:,} + {x:,})·{u:,} + {u:,}) = 4·{inner:,} = {4 * inner:,}",
            legend,
            "four times: input gate, forget gate, candidate, output gate",
        ),
    )


def _summary(values: Values) -> str:
    sequences = ", sequences" if values["return_sequences"] else ""
    return f"{values['units']:,} units{sequences}{', backwards' if values['go_backwards'] else ''}"


LSTM = LayerSpec(
    id="lstm",
    name="LSTM",
    family="recurrent",
    keras="LSTM",
    params=(
        units(32),
        Param("return_sequences", "bool", False, help="Give out the state after every step, not only after the last."),
        Param("go_backwards", "bool", False, help="Read the sequence from its end."),
    ),
    output_shape=_output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=_summary,
)
