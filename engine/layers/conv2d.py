"""Conv2D: a small window of weights slides over the picture; each filter gives one feature map."""

import math

from engine.layers.common import (
    ACTIVATIONS,
    activation,
    image_repairs,
    kernel_initializer,
    spaced,
    use_bias,
    weights_with_bias,
    with_tuples,
)
from engine.layers.spec import (
    Formula,
    LayerSpec,
    SetValues,
    Shape,
    ShapeProblem,
    Shapes,
    Symbol,
    require_rank,
    shape_text,
)
from engine.layers.windows import Window
from engine.params import Param, Values


def _window(values: Values) -> Window:
    pairs = (tuple(values[name]) for name in ("kernel_size", "strides", "dilation_rate"))
    size, strides, dilation = pairs
    return Window("kernel", "kernel_size", size, strides, values["padding"], dilation)


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    image = require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))
    window = _window(values)
    if max(window.strides) > 1 and max(window.dilation) > 1:
        raise ShapeProblem(
            f"Strides {shape_text(window.strides)} and dilation {shape_text(window.dilation)} cannot go together",
            "Keras allows one of them to be larger than 1.",
            repairs=(
                SetValues("Set dilation to 1×1", {"dilation_rate": [1, 1]}),
                SetValues("Set strides to 1×1", {"strides": [1, 1]}),
            ),
        )
    return (*window.slide(image), values["filters"])


def _num_params(values: Values, inputs: Shapes) -> int:
    return (math.prod(values["kernel_size"]) * inputs[0][-1] + values["use_bias"]) * values["filters"]


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    return math.prod(_output_shape(values, inputs)) * math.prod(values["kernel_size"]) * inputs[0][-1]


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    size = _window(values).formula(inputs[0], spaced(_output_shape(values, inputs)))
    return (size, _count(values, inputs))


def _count(values: Values, inputs: Shapes) -> Formula:
    (high, wide), channels, filters = values["kernel_size"], inputs[0][-1], values["filters"]
    bias = filters if values["use_bias"] else 0
    square = high == wide
    sizes = (("f", "kernel", high),) if square else (("f_h", "kernel height", high), ("f_w", "kernel width", wide))
    kernel = "f·f" if square else "f_h·f_w"
    weights = high * wide * channels * filters
    return Formula(
        "Parameters",
        f"{weights + bias:,}",
        f"{kernel}·C_{{in}}·C_{{out}}" + (" + C_{out}" if bias else ""),
        f"{high}·{wide}·{channels:,}·{filters:,}"
        + (f" + {bias:,}" if bias else "")
        + f" = {weights_with_bias(weights, bias)}",
        (
            *(Symbol(letter, meaning, f"{size}", "kernel_size") for letter, meaning, size in sizes),
            Symbol("C_{in}", "input channels", f"{channels:,}"),
            Symbol("C_{out}", "filters", f"{filters:,}", "filters"),
        ),
        "the same whatever the size of the picture" if bias else "no bias; the same whatever the size of the picture",
    )


def _summary(values: Values) -> str:
    parts = [f"{values['filters']:,} filters", shape_text(tuple(values["kernel_size"])), values["padding"]]
    for name, word in (("strides", "stride"), ("dilation_rate", "dilation")):
        high, wide = values[name]
        if (high, wide) != (1, 1):
            parts.append(f"{word} {high}" if high == wide else f"{word} {high}×{wide}")
    if values["activation"] not in ("linear", "relu"):
        parts.append(ACTIVATIONS[values["activation"]])
    return ", ".join(parts)


CONV2D = LayerSpec(
    id="conv2d",
    name="Conv2D",
    family="convolution",
    keras="Conv2D",
    params=(
        Param("filters", "int", 16, low=1, high=16384, log=True, help="Feature maps this layer gives out."),
        Param("kernel_size", "pair", [3, 3], low=1, high=255, help="Height and width of the sliding window."),
        Param("strides", "pair", [1, 1], low=1, high=255, help="Step of the window, down and to the right."),
        Param(
            "padding",
            "choice",
            "valid",
            choices=("valid", "same"),
            help="valid: only where the window fits; same: zeros around, so that stride 1 keeps the size.",
        ),
        activation("relu"),
        kernel_initializer(),
        use_bias("filter"),
        Param("dilation_rate", "pair", [1, 1], low=1, high=255, label="Dilation", help="Distance between its cells."),
    ),
    output_shape=_output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=_summary,
    arguments=with_tuples,
)
