"""Output: a dense head. Its activation is part of the loss, so the layer itself gives out logits."""

from typing import Any

from engine.layers.common import ACTIVATIONS, units, use_bias
from engine.layers.dense import dense_formulas, dense_multiply_adds, dense_params, dense_shape
from engine.layers.spec import InsertBefore, LayerSpec, Shape, Shapes, require_rank
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    flat: tuple[InsertBefore, ...] = (InsertBefore("Insert Flatten", "flatten", {}),)
    if len(inputs[0]) == 3:
        flat += (InsertBefore("Insert global average pooling", "global_average_pooling2d", {}),)
    require_rank(inputs, 1, "a vector", flat)
    return dense_shape(values, inputs)


def _arguments(values: Values) -> dict[str, Any]:
    """Logits: softmax or sigmoid is applied by the loss, which is exact where they would round to 0 or 1."""
    return {"units": values["units"], "activation": "linear", "use_bias": values["use_bias"]}


OUTPUT = LayerSpec(
    id="output",
    name="Output",
    family="output",
    keras="Dense",
    params=(
        units(10),
        Param(
            "activation",
            "choice",
            "softmax",
            choices=("softmax", "sigmoid", "linear"),
            help="softmax: one of several classes; sigmoid: yes or no; linear: a number.",
        ),
        use_bias("unit"),
    ),
    output_shape=_output_shape,
    num_params=dense_params,
    multiply_adds=dense_multiply_adds,
    formulas=dense_formulas,
    summary=lambda values: (
        f"{values['units']:,} unit{'' if values['units'] == 1 else 's'}, {ACTIVATIONS[values['activation']]}"
    ),
    arguments=_arguments,
)
