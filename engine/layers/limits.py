"""How large a layer may be before the arithmetic alone says that no common machine can hold it."""

import math

from engine.errors import UserError
from engine.layers.spec import Shape, shape_text

MAX_PARAMS = 2_000_000_000  # 8 GB of float32; training with Adam needs four times that
MAX_VALUES = 500_000_000  # of one sample's output
BYTES_PER_VALUE = 4  # float32
COPIES_IN_TRAINING = 4  # weights, gradients and Adam's two averages


def require_affordable(name: str, shape: Shape, num_params: int) -> None:
    """Check a layer's size.

    Args:
        name: of the layer, for the message.
        shape: of its output, without the batch axis.

    Raises:
        UserError: too many parameters or values; says how much memory they would need.
    """
    if num_params > MAX_PARAMS:
        raise UserError(
            f"{name} would have {num_params:,} parameters; training them needs about "
            f"{memory_text(num_params * COPIES_IN_TRAINING)}, and at most {MAX_PARAMS:,} are allowed",
            "Use fewer units or filters, or shrink the input first, e.g. with pooling.",
            where=name,
        )
    values = math.prod(shape)
    if values > MAX_VALUES:
        raise UserError(
            f"{name} would give out {shape_text(shape)} = {values:,} values for one sample, which needs about "
            f"{memory_text(values)}; at most {MAX_VALUES:,} are allowed",
            "Use a smaller shape, fewer filters, or a stride.",
            where=name,
        )


def memory_text(values: int) -> str:
    """The memory of `values` float32 numbers, e.g. "32 GB"."""
    size = float(values * BYTES_PER_VALUE)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:,.0f} TB"
