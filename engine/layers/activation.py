"""Activation: a function applied to every value."""

from engine.layers.common import ACTIVATIONS, activation, one_by_one
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes
from engine.params import Values

WRITTEN = {
    "linear": "y = x",
    "relu": "y = max(0, x)",
    "tanh": "y = tanh x",
    "sigmoid": "y = {1|1 + e^−x}",
    "elu": "y = x if x > 0, else e^x − 1",
    "gelu": "y = x·Φ(x)",
    "silu": "y = {x|1 + e^−x}",
    "leaky_relu": "y = x if x > 0, else 0.2·x",
    "softmax": "y_i = {e^x_i|Σ e^x_j}",
    "softplus": "y = ln(1 + e^x)",
}
NOTES = {
    "softmax": "over the last axis: the outputs are positive and add up to 1",
    "gelu": "Φ is the distribution function of the normal distribution",
}


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return tuple(inputs[0])


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    name = values["activation"]
    return (one_by_one(WRITTEN[name], inputs, NOTES.get(name, "")),)


ACTIVATION = LayerSpec(
    id="activation",
    name="Activation",
    family="dense",
    keras="Activation",
    params=(activation("relu"),),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: ACTIVATIONS[values["activation"]],
)
