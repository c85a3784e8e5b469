"""Average pooling: the mean in each window."""

from engine.layers.common import with_tuples
from engine.layers.pooling import POOLING_PARAMS, pooling_formulas, pooling_shape, pooling_summary
from engine.layers.spec import LayerSpec

AVERAGE_POOLING2D = LayerSpec(
    id="average_pooling2d",
    name="AvgPool",
    family="pooling",
    keras="AveragePooling2D",
    params=POOLING_PARAMS,
    output_shape=pooling_shape,
    formulas=pooling_formulas,
    summary=pooling_summary,
    arguments=with_tuples,
)
