"""Kernels: what a convolution or pooling layer gets, its weights, and what it gives, with and without activation."""

from typing import Any

import numpy as np
import tensorflow as tf

from engine.params import Param
from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question, at_once
from engine.runtime.moment import Moment
from engine.shapes import LayerInfo

KINDS = ("conv2d", "max_pooling2d", "average_pooling2d", "global_average_pooling2d")
WHAT = "convolution or pooling"
MOST_MAPS = 64
MOST_VALUES = 1 << 21  # of one array, so that an answer stays a few MB

FILTER = Param("filter", "int", 0, low=0, help="Feature map; the block that holds it is sent.")


def _answer(question: Question) -> Answer:
    """Arrays: `x` (height, width, channel), what the layer gets; `raw`, the network's own input (*input_shape);
    `a` (row, column, map), what it gives. Of a convolution also `kernel` (kernel row, kernel column, channel, map),
    `bias` (map,) and `z` (row, column, map). Of many maps one block is sent, from map `first` on.

    A global pooling's maps are 1×1.

    Facts: `layer`, `kind`, `values` (settings), `source` (the layer before), `reads_input`, `activation`, `maps` (of
    the layer), `first`, `range` of the raw data.
    """
    name, info = question.layer_and_name(question.values["layer"], KINDS, WHAT)
    source = question.moment.project.graph.sources(name)[0]
    outputs = question.moment.outputs(question.x)
    block = _block(info, question.values["filter"])
    x, a = outputs[source][0], outputs[name][0]
    a = a.reshape(1, 1, -1) if a.ndim == 1 else a
    arrays = {"raw": question.raw[0], "x": x, "a": a[..., block]}
    if info.spec.id == "conv2d":
        arrays |= _weights(question.moment, name, info, block)
        arrays["z"] = pre_activation(x, arrays["kernel"], arrays["bias"], info)
    else:
        arrays["x"] = x[..., block]
    reads_input = not question.moment.network.inference.layers[source].inputs
    return Answer(arrays, _facts(question, name, info, block) | {"source": source, "reads_input": reads_input})


def _facts(question: Question, name: str, info: LayerInfo, block: slice) -> dict[str, Any]:
    values = {key: value for key, value in info.values.items() if key != "kernel_initializer"}
    return {
        "layer": name,
        "kind": info.spec.id,
        "values": values,
        "activation": str(values.get("activation", "linear")),
        "maps": info.shape[-1],
        "first": block.start,
        "range": list(question.moment.info.value_range) if question.moment.info is not None else [],
    }


def _block(info: LayerInfo, wanted: int) -> slice:
    """The maps to send: all, or those of the block that holds the one wanted."""
    count = info.shape[-1]
    places = int(np.prod(info.shape[:-1])) if len(info.shape) == 3 else 1
    weights = int(np.prod(info.values.get("kernel_size", (1, 1)))) * info.inputs[0][-1]
    size = max(1, min(MOST_MAPS, MOST_VALUES // max(places, weights)))
    start = min(wanted, count - 1) // size * size
    return slice(start, min(start + size, count))


def _weights(moment: Moment, name: str, info: LayerInfo, block: slice) -> dict[str, np.ndarray]:
    found = moment.of_layer(name)
    bias = found.get("bias", np.zeros(info.shape[-1], np.float32))
    return {"kernel": found["kernel"][..., block], "bias": bias[block]}


def pre_activation(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray, info: LayerInfo) -> np.ndarray:
    """z (row, column, map) of a convolution for one input (height, width, channel)."""
    values = info.values
    z = tf.nn.conv2d(
        x[None], kernel, values["strides"], values["padding"].upper(), dilations=values.get("dilation_rate", (1, 1))
    )
    return np.asarray(z)[0] + bias


KERNELS = Explainer("kernels", "Kernels", at_once(_answer), (LAYER, FILTER))
