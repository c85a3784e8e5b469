"""Batch normalisation: every channel is brought to mean 0 and deviation 1 over the batch, then scaled and shifted."""

import math

from engine.layers.common import one_by_one
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return tuple(inputs[0])


def _num_params(values: Values, inputs: Shapes) -> int:
    return 4 * inputs[0][-1]


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    return math.prod(inputs[0])


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    c = inputs[0][-1]
    legend = (
        Symbol("μ", "mean of the channel", "per batch"),
        Symbol("σ²", "variance of the channel", "per batch"),
        Symbol("ε", "epsilon", f"{values['epsilon']:g}", "epsilon"),
    )
    note = "when predicting, μ and σ² are the moving averages"
    size = one_by_one("y = γ·{x−μ|√(σ²+ε)} + β", inputs, note, legend)
    count = Formula(
        "Parameters",
        f"{4 * c:,}",
        "4·c",
        f"4·{c:,} = {4 * c:,}",
        (Symbol("c", "channels", f"{c:,}"),),
        f"{2 * c:,} trained (γ, β); {2 * c:,} not trained (moving mean and variance)",
    )
    return (size, count)


BATCH_NORMALIZATION = LayerSpec(
    id="batch_normalization",
    name="BatchNorm",
    family="normalisation",
    keras="BatchNormalization",
    params=(
        Param("momentum", "float", 0.99, low=0.0, high=0.9999, help="Share of the moving averages kept in each step."),
        Param("epsilon", "float", 0.001, low=1e-8, high=1.0, log=True, help="Added to the variance before the root."),
    ),
    output_shape=_output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=lambda values: f"momentum {values['momentum']:g}",
)
