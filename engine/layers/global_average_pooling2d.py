"""Global average pooling: the mean of each feature map."""

from engine.layers.common import axis_symbols, decimal, image_repairs, spaced
from engine.layers.spec import Formula, LayerSpec, Shape, Shapes, require_rank
from engine.params import Values


def _output_shape(values: Values, inputs: Shapes) -> Shape:
    return (require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))[2],)


def _formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    high, wide, channels = inputs[0]
    legend = axis_symbols(inputs[0])
    size = Formula(
        "Output size",
        f"{channels:,}",
        "h × w × c → c",
        f"{spaced(inputs[0])} → {channels:,}",
        legend,
        "one mean per map",
    )
    share = decimal(1 / (high * wide))
    mean = Formula("Weight of each value", share, "{1|h·w}", f"{{1|{high:,}·{wide:,}}} = {share}", legend[:2])
    return (size, mean)


GLOBAL_AVERAGE_POOLING2D = LayerSpec(
    id="global_average_pooling2d",
    name="GlobalAvg",
    family="pooling",
    keras="GlobalAveragePooling2D",
    params=(),
    output_shape=_output_shape,
    formulas=_formulas,
    summary=lambda values: "mean of each map",
)
