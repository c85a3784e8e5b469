"""SimpleRNN: the plain recurrent layer, without gates (Elman 1990)."""

from engine.layers.common import ACTIVATIONS, units
from engine.layers.recurrent import BACKWARDS, SEQUENCES, legend, output_shape, size_formula, summary
from engine.layers.spec import Formula, LayerSpec, Shapes
from engine.params import Param, Values

ACTIVATION = Param(
    "activation",
    "choice",
    "tanh",
    choices=("tanh", "relu", "sigmoid", "linear"),
    help="Function of the state; tanh bounds it, while ReLU lets it grow from step to step.",
)


def _num_params(values: Values, inputs: Shapes) -> int:
    u = values["units"]
    return int((u + inputs[0][1]) * u + u)


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    time, features = inputs[0]
    u = values["units"]
    return int(time * (u + features) * u)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    x, u = inputs[0][1], values["units"]
    total = (u + x) * u + u
    parameters = Formula(
        "Parameters", f"{total:,}", "(u + x)·u + u", f"({u:,} + {x:,})·{u:,} + {u:,} = {total:,}", legend(u, x)
    )
    return size_formula(values, inputs), parameters


def _summary(values: Values) -> str:
    return f"{summary(values)}, {ACTIVATIONS[values['activation']]}"


SIMPLE_RNN = LayerSpec(
    id="simple_rnn",
    name="RNN",
    family="recurrent",
    keras="SimpleRNN",
    params=(units(32), ACTIVATION, SEQUENCES, BACKWARDS),
    output_shape=output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=_summary,
)
