"""Up-sampling: larger maps from the values there are, repeated or blended; nothing is learned."""

from engine.layers.common import image_repairs, spaced, with_tuples
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, Symbol, require_rank, shape_text
from engine.params import Param, Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    high, wide, channels = require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))
    return (high * values["size"][0], wide * values["size"][1], channels)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    high, wide = inputs[0][:2]
    down, across = values["size"]
    shape = _output_shape(values, inputs)
    legend = (Symbol("n", "input height", f"{high:,}"), Symbol("s", "size", f"{down}", "size"))
    note = f"width {wide:,}·{across} = {shape[1]:,}; no parameters"
    return (Formula("Output size", spaced(shape), "n·s", f"{high:,}·{down} = {shape[0]:,}", legend, note),)


UP_SAMPLING2D = LayerSpec(
    id="up_sampling2d",
    name="UpSample",
    family="pooling",
    keras="UpSampling2D",
    params=(
        Param("size", "pair", [2, 2], low=1, high=64, help="How many times as high and as wide the maps become."),
        Param(
            "interpolation",
            "choice",
            "nearest",
            choices=("nearest", "bilinear"),
            help="nearest: every value is repeated; bilinear: a mean of the four values around.",
        ),
    ),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: f"×{shape_text(tuple(values['size']))}, {values['interpolation']}",
    arguments=with_tuples,
)
