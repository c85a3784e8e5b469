"""What the two pooling layers share: a window that is summed up in one number."""

from engine.layers.common import image_repairs, spaced
from engine.layers.spec import Formula, Shape, Shapes, require_rank, shape_text
from engine.layers.windows import Window
from engine.params import Param, Values

POOLING_PARAMS = (
    Param("pool_size", "pair", [2, 2], low=1, high=255, help="Height and width of the window."),
    Param("strides", "pair", [2, 2], low=1, high=255, help="Step of the window, down and to the right."),
    Param(
        "padding",
        "choice",
        "valid",
        choices=("valid", "same"),
        help="valid: only where the window fits; same: also over the edge.",
    ),
)


def _window(values: Values) -> Window:
    return Window("pool", "pool_size", tuple(values["pool_size"]), tuple(values["strides"]), values["padding"])


def pooling_shape(values: Values, inputs: Shapes) -> Shape:
    """Height and width shrink; the channels stay."""
    image = require_rank(inputs, 3, "(height, width, channels)", image_repairs(inputs))
    return (*_window(values).slide(image), image[2])


def pooling_formulas(values: Values, inputs: Shapes) -> tuple[Formula, ...]:
    """Output size."""
    return (_window(values).formula(inputs[0], spaced(pooling_shape(values, inputs))),)


def pooling_summary(values: Values) -> str:
    """The node's second line, e.g. "2×2, stride 2"."""
    high, wide = values["strides"]
    stride = f"{high}" if high == wide else f"{high}×{wide}"
    same = ", same" if values["padding"] == "same" else ""
    return f"{shape_text(tuple(values['pool_size']))}, stride {stride}{same}"
