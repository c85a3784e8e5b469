"""LSTM: a recurrent layer with a cell state and gates (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""

from engine.layers.common import units
from engine.layers.recurrent import BACKWARDS, SEQUENCES, legend, output_shape, size_formula, summary
from engine.layers.spec import Formula, LayerSpec, Shapes
from engine.params import Values


def _num_params(values: Values, inputs: Shapes) -> int:
    u = values["units"]
    return 4 * ((u + inputs[0][1]) * u + u)


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    time, features = inputs[0]
    u = values["units"]
    return time * (4 * (u + features) * u + 3 * u)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    x, u = inputs[0][1], values["units"]
    inner = (u + x) * u + u
    parameters = Formula(
        "Parameters",
        f"{4 * inner:,}",
        "4·((u + x)·u + u)",
        f"4·(({u:,} + {x:,})·{u:,} + {u:,}) = 4·{inner:,} = {4 * inner:,}",
        legend(u, x),
        "four times: input gate, forget gate, candidate, output gate",
    )
    return size_formula(values, inputs), parameters


LSTM = LayerSpec(
    id="lstm",
    name="LSTM",
    family="recurrent",
    keras="LSTM",
    params=(units(32), SEQUENCES, BACKWARDS),
    output_shape=output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=summary,
)
