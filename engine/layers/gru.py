"""GRU: a recurrent layer with an update and a reset gate (Cho et al. 2014)."""

from engine.layers.common import units
from engine.layers.recurrent import BACKWARDS, SEQUENCES, legend, output_shape, size_formula, summary
from engine.layers.spec import Formula, LayerSpec, Shapes
from engine.params import Param, Values

RESET_AFTER = Param(
    "reset_after",
    "bool",
    True,
    help="Apply the reset gate after the product with the state, with a bias of its own, as cuDNN does; else before.",
)


def _num_params(values: Values, inputs: Shapes) -> int:
    u, biases = values["units"], 2 if values["reset_after"] else 1
    return int(3 * ((u + inputs[0][1]) * u + biases * u))


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    time, features = inputs[0]
    u = values["units"]
    return time * (3 * (u + features) * u + 3 * u)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    x, u = inputs[0][1], values["units"]
    biases, written = (2, f"2·{u:,}") if values["reset_after"] else (1, f"{u:,}")
    inner = (u + x) * u + biases * u
    parameters = Formula(
        "Parameters",
        f"{3 * inner:,}",
        "3·((u + x)·u + 2·u)" if biases == 2 else "3·((u + x)·u + u)",
        f"3·(({u:,} + {x:,})·{u:,} + {written}) = 3·{inner:,} = {3 * inner:,}",
        legend(u, x),
        "three times: update gate, reset gate, candidate" + (", each with two biases" if biases == 2 else ""),
    )
    return size_formula(values, inputs), parameters


GRU = LayerSpec(
    id="gru",
    name="GRU",
    family="recurrent",
    keras="GRU",
    params=(units(32), SEQUENCES, BACKWARDS, RESET_AFTER),
    output_shape=output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=summary,
)
