"""Dropout: in training, a random share of the values is set to zero."""

from engine.layers.common import decimal, one_by_one
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return tuple(inputs[0])


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    rate = values["rate"]
    size = one_by_one("y = x·mask·{1|1−r}", inputs, "when predicting, nothing is dropped and nothing scaled")
    scale = Formula(
        "Scaling of kept values",
        decimal(1 / (1 - rate)),
        "{1|1−r}",
        f"{{1|1−{rate:g}}} = {decimal(1 / (1 - rate))}",
        (Symbol("r", "rate", f"{rate:g}", "rate"),),
        "in training only; it keeps the expected sum the same",
    )
    return (size, scale)


DROPOUT = LayerSpec(
    id="dropout",
    name="Dropout",
    family="normalisation",
    keras="Dropout",
    params=(
        Param("rate", "float", 0.5, low=0.0, high=0.95, help="Share of the values dropped in each training step."),
    ),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: f"{values['rate'] * 100:g} % dropped",
)
