"""Connections: which numbers of a layer's input make one number of its output, and by which factor.

Every layer here gives z = Σ factor · input + offset for each of its numbers, before its activation; maximum pooling
with factor 1 for the winner. So forward sums, errors sent back and gradients of weights all follow from one
description.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.explain.up_sampling import taps
from engine.layers.spec import Shape
from engine.layers.windows import Window
from engine.params import Values

Index = tuple[int, ...]
Weights = dict[str, np.ndarray]


@dataclass(frozen=True)
class Link:
    """One input number's part in one output number.

    Args:
        source: which of the layer's inputs, from 0.
        input: index of the number there; None for a padding cell, which is 0.
        output: index of the number in the layer's output.
        factor: it is multiplied by this.
        weight: where the factor stands, (variable, index); None where it is no weight.
    """

    source: int
    input: Index | None
    output: Index
    factor: float
    weight: tuple[str, Index] | None = None


@dataclass(frozen=True)
class Layer:
    """What a connection needs to know of a layer.

    Args:
        values: settings with defaults.
        inputs: arrays of its inputs, (*input_shape) each.
        shape: of its output.
        weights: by Keras's names.
    """

    values: Values
    inputs: tuple[np.ndarray, ...]
    shape: Shape
    weights: Weights


Forward = Callable[[Layer, Index], Iterator[Link]]


def _dense(layer: Layer, output: Index) -> Iterator[Link]:
    kernel, (*place, unit) = layer.weights["kernel"], output
    for n in range(kernel.shape[0]):
        yield Link(0, (*place, n), output, float(kernel[n, unit]), ("kernel", (n, unit)))


def window_of(values: Values) -> Window:
    """The window of a convolution or pooling layer."""
    name = "kernel_size" if "kernel_size" in values else "pool_size"
    dilation = tuple(values.get("dilation_rate", (1, 1)))
    size, strides = tuple(values[name]), tuple(values["strides"])
    return Window(name.partition("_")[0], name, size, strides, values["padding"], dilation)


def cells(layer: Layer, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
    """The window over an output place: (row in it, column in it, row, column in the input), which may lie outside."""
    window, image = window_of(layer.values), layer.inputs[0].shape
    top = row * window.strides[0] - window.padded(image[0], 0)[0]
    left = column * window.strides[1] - window.padded(image[1], 1)[0]
    for i in range(window.size[0]):
        for j in range(window.size[1]):
            yield i, j, top + i * window.dilation[0], left + j * window.dilation[1]


def _is_inside(layer: Layer, y: int, x: int) -> bool:
    height, width = layer.inputs[0].shape[:2]
    return 0 <= y < height and 0 <= x < width


def _conv2d(layer: Layer, output: Index) -> Iterator[Link]:
    row, column, unit = output
    kernel = layer.weights["kernel"]  # (height, width, channel, filter)
    for i, j, y, x in cells(layer, row, column):
        for channel in range(kernel.shape[2]):
            place = (y, x, channel) if _is_inside(layer, y, x) else None
            yield Link(0, place, output, float(kernel[i, j, channel, unit]), ("kernel", (i, j, channel, unit)))


def _pool_cells(layer: Layer, output: Index) -> list[Index]:
    row, column, channel = output
    return [(y, x, channel) for _, _, y, x in cells(layer, row, column) if _is_inside(layer, y, x)]


def _max_pooling(layer: Layer, output: Index) -> Iterator[Link]:
    places = _pool_cells(layer, output)
    winner = max(range(len(places)), key=lambda n: (layer.inputs[0][places[n]], -n))  # the first of equals
    for n, place in enumerate(places):
        yield Link(0, place, output, float(n == winner))


def _average_pooling(layer: Layer, output: Index) -> Iterator[Link]:
    places = _pool_cells(layer, output)  # padding is not counted, as in TensorFlow
    for place in places:
        yield Link(0, place, output, 1 / len(places))


def _global_average(layer: Layer, output: Index) -> Iterator[Link]:
    height, width, _ = layer.inputs[0].shape
    for y in range(height):
        for x in range(width):
            yield Link(0, (y, x, output[-1]), output, 1 / (height * width))


def _global_max(layer: Layer, output: Index) -> Iterator[Link]:
    values = layer.inputs[0][..., output[-1]]
    winner = divmod(int(values.argmax()), values.shape[1])  # the first of equals
    for y, x in np.ndindex(*values.shape):
        yield Link(0, (y, x, output[-1]), output, float((y, x) == winner))


def _zero_padding(layer: Layer, output: Index) -> Iterator[Link]:
    y, x = output[0] - layer.values["rows"][0], output[1] - layer.values["columns"][0]
    yield Link(0, (y, x, output[2]) if _is_inside(layer, y, x) else None, output, 1.0)


def _up_sampling(layer: Layer, output: Index) -> Iterator[Link]:
    (height, width), (down, across) = layer.inputs[0].shape[:2], layer.values["size"]
    method = layer.values["interpolation"]
    for y, high in taps(height, down, output[0], method):
        for x, wide in taps(width, across, output[1], method):
            yield Link(0, (y, x, output[2]), output, high * wide)


def _cut(layer: Layer, axis: int) -> int:
    """Rows above, or columns at the left, that "same" cuts off what a transposed convolution lays down."""
    over = max(layer.values["kernel_size"][axis] - layer.values["strides"][axis], 0)
    return over // 2 if layer.values["padding"] == "same" else 0


def _conv2d_transpose(layer: Layer, output: Index) -> Iterator[Link]:
    row, column, unit = output
    kernel = layer.weights["kernel"]  # (height, width, filter, channel)
    down, across = layer.values["strides"]
    for i, j in np.ndindex(*kernel.shape[:2]):
        y, high = divmod(row + _cut(layer, 0) - i, down)
        x, wide = divmod(column + _cut(layer, 1) - j, across)
        if not high and not wide and _is_inside(layer, y, x):
            for channel in range(kernel.shape[3]):
                weight = ("kernel", (i, j, unit, channel))
                yield Link(0, (y, x, channel), output, float(kernel[i, j, unit, channel]), weight)


def _same_place(layer: Layer, output: Index) -> Iterator[Link]:
    yield Link(0, output, output, 1.0)


def _reordered(layer: Layer, output: Index) -> Iterator[Link]:
    flat = np.ravel_multi_index(output, layer.shape)
    place = np.unravel_index(flat, layer.inputs[0].shape)
    yield Link(0, tuple(int(n) for n in place), output, 1.0)


def _add(layer: Layer, output: Index) -> Iterator[Link]:
    for source in range(len(layer.inputs)):
        yield Link(source, output, output, 1.0)


def _concatenate(layer: Layer, output: Index) -> Iterator[Link]:
    axis = len(output) + layer.values["axis"]
    place = list(output)
    for source, array in enumerate(layer.inputs):
        if place[axis] < array.shape[axis]:
            yield Link(source, tuple(place), output, 1.0)
            return
        place[axis] -= array.shape[axis]


def _batch_normalization(layer: Layer, output: Index) -> Iterator[Link]:
    channel, weights = output[-1], layer.weights
    root = np.sqrt(weights["moving_variance"][channel] + layer.values["epsilon"])
    gamma = weights["gamma"][channel] if "gamma" in weights else 1.0
    yield Link(0, output, output, float(gamma / root))


FORWARD: dict[str, Forward] = {
    "dense": _dense,
    "output": _dense,
    "conv2d": _conv2d,
    "max_pooling2d": _max_pooling,
    "average_pooling2d": _average_pooling,
    "global_average_pooling2d": _global_average,
    "global_max_pooling2d": _global_max,
    "zero_padding2d": _zero_padding,
    "up_sampling2d": _up_sampling,
    "conv2d_transpose": _conv2d_transpose,
    "activation": _same_place,
    "dropout": _same_place,
    "flatten": _reordered,
    "reshape": _reordered,
    "add": _add,
    "concatenate": _concatenate,
    "batch_normalization": _batch_normalization,
}


def offset(kind: str, layer: Layer, output: Index) -> float:
    """What is added to the sum: the bias, or what batch normalisation shifts by."""
    channel = output[-1] if output else 0
    if kind == "batch_normalization":
        factor = next(_batch_normalization(layer, output)).factor
        beta = layer.weights["beta"][channel] if "beta" in layer.weights else 0.0
        return float(beta - factor * layer.weights["moving_mean"][channel])
    bias = layer.weights.get("bias") if kind in ("dense", "output", "conv2d", "conv2d_transpose") else None
    return float(bias[channel]) if bias is not None else 0.0


def total(layer: Layer, links: list[Link]) -> float:
    """Σ factor · input over these links, in double precision."""
    found = (link.factor * float(layer.inputs[link.source][link.input]) for link in links if link.input is not None)
    return float(np.sum(np.fromiter(found, float)))


def reached(kind: str, layer: Layer, source: int, place: Index) -> Iterator[Index]:
    """The output numbers that one input number takes part in."""
    if kind in ("dense", "output"):
        yield from ((*place[:-1], unit) for unit in range(layer.shape[-1]))
    elif kind in ("conv2d", "max_pooling2d", "average_pooling2d"):
        yield from _windows_over(kind, layer, place)
    elif kind in ("global_average_pooling2d", "global_max_pooling2d"):
        yield (place[-1],)
    elif kind in ("zero_padding2d", "up_sampling2d", "conv2d_transpose"):
        yield from _spread_over(kind, layer, place)
    elif kind in ("flatten", "reshape"):
        flat = np.ravel_multi_index(place, layer.inputs[0].shape)
        yield tuple(int(n) for n in np.unravel_index(flat, layer.shape))
    elif kind == "concatenate":
        axis = len(place) + layer.values["axis"]
        before = sum(array.shape[axis] for array in layer.inputs[:source])
        yield (*place[:axis], place[axis] + before, *place[axis + 1 :])
    else:
        yield place


def _windows_over(kind: str, layer: Layer, place: Index) -> Iterator[Index]:
    window, image = window_of(layer.values), layer.inputs[0].shape
    rows, columns = (
        [
            n
            for n in range(layer.shape[axis])
            if (place[axis] - n * window.strides[axis] + window.padded(image[axis], axis)[0])
            in range(0, window.span(axis), window.dilation[axis])
        ]
        for axis in (0, 1)
    )
    channels = range(layer.shape[2]) if kind == "conv2d" else (place[2],)
    yield from ((row, column, channel) for row in rows for column in columns for channel in channels)


def _spread_over(kind: str, layer: Layer, place: Index) -> Iterator[Index]:
    """The places of a larger map that one input number takes part in; of a bilinear one, a few more."""
    ranges = []
    for axis in (0, 1):
        if kind == "zero_padding2d":
            first = place[axis] + layer.values["rows" if axis == 0 else "columns"][0]
            last = first
        elif kind == "up_sampling2d":
            size = layer.values["size"][axis]
            more = size if layer.values["interpolation"] == "bilinear" else 0
            first, last = place[axis] * size - more, (place[axis] + 1) * size - 1 + more
        else:
            first = place[axis] * layer.values["strides"][axis] - _cut(layer, axis)
            last = first + layer.values["kernel_size"][axis] - 1
        ranges.append(range(max(first, 0), min(last, layer.shape[axis] - 1) + 1))
    channels = range(layer.shape[2]) if kind == "conv2d_transpose" else (place[2],)
    yield from ((row, column, channel) for row in ranges[0] for column in ranges[1] for channel in channels)


def using(kind: str, layer: Layer, variable: str, index: Index) -> Iterator[Index]:
    """The output numbers that one weight takes part in."""
    positions = np.ndindex(*layer.shape[:-1])
    unit = index[2] if kind == "conv2d_transpose" and variable == "kernel" else index[-1]
    if kind in FORWARD and variable in ("kernel", "bias", "gamma", "beta"):
        yield from ((*place, unit) for place in positions)
