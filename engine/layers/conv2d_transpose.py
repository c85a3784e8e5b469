"""Transposed convolution: every value lays the kernel down on a larger map, multiplied by itself, and all are added."""

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
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol, require_rank, shape_text
from engine.params import Param, Values


def transposed_length(length: int, kernel: int, stride: int, padding: str) -> int:
    """Rows, or columns, that come out: n·s, and with "valid" what the last kernel reaches beyond that."""
    return length * stride + (max(kernel - stride, 0) if padding == "valid" else 0)


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    image = require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))
    sizes = zip(image, values["kernel_size"], values["strides"], strict=False)
    high, wide = (transposed_length(n, f, s, values["padding"]) for n, f, s in sizes)
    return (high, wide, values["filters"])


def _num_params(values: Values, inputs: Shapes) -> int:
    return (math.prod(values["kernel_size"]) * inputs[0][-1] + values["use_bias"]) * values["filters"]


def _multiply_adds(values: Values, inputs: Shapes) -> int:
    """One kernel per input value; with "same", the products that are cut off are counted too."""
    return math.prod(inputs[0]) * math.prod(values["kernel_size"]) * values["filters"]


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    return (_size(values, inputs), _count(values, inputs))


def _size(values: Values, inputs: Shapes) -> Formula:
    shape, (n, _, _) = _output_shape(values, inputs), inputs[0]
    f, s = values["kernel_size"][0], values["strides"][0]
    legend = (
        Symbol("n", "input height", f"{n}"),
        Symbol("s", "stride", f"{s}", "strides"),
        Symbol("f", "kernel", f"{f}", "kernel_size"),
    )
    reaches = values["padding"] == "valid" and f > s
    symbolic = "n·s + (f − s)" if reaches else "n·s"
    numeric = f"{n}·{s} + ({f} − {s}) = {shape[0]}" if reaches else f"{n}·{s} = {shape[0]}"
    note = (
        "valid: every kernel is kept whole" if values["padding"] == "valid" else "same: cut to stride times the input"
    )
    return Formula("Output size", spaced(shape), symbolic, numeric, legend, f"{note}; width {shape[1]}")


def _count(values: Values, inputs: Shapes) -> Formula:
    (high, wide), channels, filters = values["kernel_size"], inputs[0][-1], values["filters"]
    bias = filters if values["use_bias"] else 0
    weights = high * wide * channels * filters
    return Formula(
        "Parameters",
        f"{weights + bias:,}",
        "f_h·f_w·C_{in}·C_{out}" + (" + C_{out}" if bias else ""),
        f"{high}·{wide}·{channels:,}·{filters:,}"
        + (f" + {bias:,}" if bias else "")
        + f" = {weights_with_bias(weights, bias)}",
        (
            Symbol("f_h", "kernel height", f"{high}", "kernel_size"),
            Symbol("f_w", "kernel width", f"{wide}", "kernel_size"),
            Symbol("C_{in}", "input channels", f"{channels:,}"),
            Symbol("C_{out}", "filters", f"{filters:,}", "filters"),
        ),
        "as many as a convolution that goes the other way" if bias else "no bias",
    )


def _summary(values: Values) -> str:
    high, wide = values["strides"]
    parts = [f"{values['filters']:,} filters", shape_text(tuple(values["kernel_size"]))]
    parts += [f"stride {high}" if high == wide else f"stride {high}×{wide}", values["padding"]]
    if values["activation"] not in ("linear", "relu"):
        parts.append(ACTIVATIONS[values["activation"]])
    return ", ".join(parts)


CONV2D_TRANSPOSE = LayerSpec(
    id="conv2d_transpose",
    name="TransConv",
    family="convolution",
    keras="Conv2DTranspose",
    params=(
        Param("filters", "int", 16, low=1, high=16384, log=True, help="Feature maps this layer gives out."),
        Param("kernel_size", "pair", [3, 3], low=1, high=255, help="Height and width of what each value lays down."),
        Param("strides", "pair", [2, 2], low=1, high=255, help="Rows and columns between two kernels laid down."),
        Param(
            "padding",
            "choice",
            "same",
            choices=("valid", "same"),
            help="valid: every kernel is kept whole; same: cut to stride times the input.",
        ),
        activation("relu"),
        kernel_initializer(),
        use_bias("filter"),
    ),
    output_shape=_output_shape,
    num_params=_num_params,
    multiply_adds=_multiply_adds,
    formulas=_formulas,
    summary=_summary,
    arguments=with_tuples,
)
