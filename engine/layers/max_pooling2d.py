"""Max pooling: the largest value in each window."""

from engine.layers.common import with_tuples
from engine.layers.pooling import POOLING_PARAMS, pooling_formulas, pooling_shape, pooling_summary
from engine.layers.spec import LayerSpec

MAX_POOLING2D = LayerSpec(
    id="max_pooling2d",
    name="MaxPool",
    family="pooling",
    keras="MaxPooling2D",
    params=POOLING_PARAMS,
    output_shape=pooling_shape,
    formulas=pooling_formulas,
    summary=pooling_summary,
    arguments=with_tuples,
)
