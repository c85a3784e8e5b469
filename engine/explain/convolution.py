"""Convolution, one window at a time and whole: windows times weights, channel by channel, as Keras's Conv2D has it."""

from dataclasses import dataclass

import numpy as np

from engine.explain.activation_functions import FUNCTIONS
from engine.layers.spec import Shape
from engine.layers.windows import Window
from engine.params import Values


def window_of(kind: str, values: Values, image: Shape) -> Window:
    """The window of a convolution or pooling layer.

    Args:
        kind: "conv2d", "max_pooling2d", "average_pooling2d", "global_average_pooling2d".
        values: its settings, defaults filled in.
        image: shape of its input (height, width, channels); a global pooling's window.
    """
    if kind.startswith("global_"):
        whole = (image[0], image[1])
        return Window("pool", "pool_size", whole, whole, "valid")
    word, param = ("kernel", "kernel_size") if kind == "conv2d" else ("pool", "pool_size")
    size, strides, dilation = (tuple(values.get(name, (1, 1))) for name in (param, "strides", "dilation_rate"))
    return Window(word, param, size, strides, values["padding"], dilation)


def taps(window: Window, length: int, place: int, axis: int) -> np.ndarray:
    """Rows (axis 0) or columns (axis 1) of the input that one output row or column reads, in the order of the kernel.

    Args:
        length: of the input along the axis.
        place: the output row or column.

    Returns:
        int (kernel,); below 0 or from `length` on where padding is read.
    """
    first = place * window.strides[axis] - window.padded(length, axis)[0]
    return first + window.dilation[axis] * np.arange(window.size[axis])


def padded(x: np.ndarray, window: Window, value: float = 0.0) -> np.ndarray:
    """The input (height, width, channels) with the cells that "same" adds around it.

    An odd row goes below, an odd column to the right, as TensorFlow does.
    """
    sides = [window.padded(x.shape[axis], axis) for axis in (0, 1)]
    return np.pad(x, (*sides, (0, 0)), constant_values=value)


def windows(x: np.ndarray, window: Window, value: float = 0.0) -> np.ndarray:
    """Every window of an input (height, width, channels), as a view of the padded input.

    Returns:
        (output row, output column, kernel row, kernel column, channel).

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    rows, columns = window.slide(x.shape)
    whole = padded(x, window, value)
    spans = (window.span(0), window.span(1))
    every = np.lib.stride_tricks.sliding_window_view(whole, spans, axis=(0, 1))  # (row, column, channel, *spans)
    down, right = window.strides
    every = every[::down, ::right, :, :: window.dilation[0], :: window.dilation[1]][:rows, :columns]
    return every.transpose(0, 1, 3, 4, 2)


def correlate(x: np.ndarray, kernel: np.ndarray, window: Window, bias: np.ndarray | None = None) -> np.ndarray:
    """All feature maps before the activation: what deep learning calls a convolution is a cross-correlation.

    Args:
        x: (height, width, channels).
        kernel: (kernel row, kernel column, channel, filter).
        bias: (filter,).

    Returns:
        z (output row, output column, filter).

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    z = np.tensordot(windows(x, window), kernel, axes=3)
    return z if bias is None else z + bias


def flipped(kernel: np.ndarray) -> np.ndarray:
    """The kernel turned by half a turn: with it a cross-correlation is the convolution of mathematics."""
    return kernel[::-1, ::-1]


@dataclass(frozen=True)
class ConvolutionCell:
    """How one value of a feature map comes about.

    Args:
        rows, columns: of the input that the window covers (kernel rows,), (kernel columns,); outside it, padding.
        values: of the window (kernel row, kernel column, channel); 0 where padding is read.
        weights: (kernel row, kernel column, channel).
        products: values · weights.
        sums: of the products of each channel (channel,).
        bias: added to the sum of all.
        z: before the activation; a: behind it.
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    weights: np.ndarray
    products: np.ndarray
    sums: np.ndarray
    bias: float
    z: float
    a: float

    @property
    def total(self) -> float:
        """The sum of all products."""
        return float(self.sums.sum())


def convolution_cell(
    x: np.ndarray, kernel: np.ndarray, bias: float, window: Window, place: tuple[int, int], activation: str = "linear"
) -> ConvolutionCell:
    """Take one value of a feature map apart.

    Args:
        x: (height, width, channels).
        kernel: of one filter (kernel row, kernel column, channel).
        place: (output row, output column).
        activation: one of `FUNCTIONS` that works on each value alone.
    """
    rows, columns = (taps(window, x.shape[axis], place[axis], axis) for axis in (0, 1))
    values = read(x, rows, columns)
    weights = np.asarray(kernel, float)
    products = values * weights
    sums = products.sum(axis=(0, 1))
    z = float(sums.sum() + bias)
    a = float(FUNCTIONS[activation](np.array(z)))
    return ConvolutionCell(rows, columns, values, weights, products, sums, float(bias), z, a)


def read(x: np.ndarray, rows: np.ndarray, columns: np.ndarray, outside: float = 0.0) -> np.ndarray:
    """The input's values at rows and columns, float64 (row, column, channel); `outside` where there is none."""
    inside = is_inside(x.shape, rows, columns)
    at = np.ix_(np.clip(rows, 0, x.shape[0] - 1), np.clip(columns, 0, x.shape[1] - 1))
    return np.where(inside[..., None], np.asarray(x[at], float), outside)


def is_inside(shape: tuple[int, ...], rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Which cells of a window lie on the input rather than on padding, bool (row, column)."""
    down, right = (rows >= 0) & (rows < shape[0]), (columns >= 0) & (columns < shape[1])
    return down[:, None] & right[None, :]
