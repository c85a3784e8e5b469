"""Global max pooling: the largest value of each feature map."""

from engine.layers.common import axis_symbols, image_repairs, spaced
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, require_rank
from engine.params import Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return (require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))[2],)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    channels = inputs[0][2]
    numeric = f"{spaced(inputs[0])} → {channels:,}"
    note = "one maximum per map; no parameters"
    return (Formula("Output size", f"{channels:,}", "h × w × c → c", numeric, axis_symbols(inputs[0]), note),)


GLOBAL_MAX_POOLING2D = LayerSpec(
    id="global_max_pooling2d",
    name="GlobalMax",
    family="pooling",
    keras="GlobalMaxPooling2D",
    params=(),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: "maximum of each map",
)
