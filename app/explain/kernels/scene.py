"""Scene: all the numbers of one sliding window, as a value that pictures are drawn from."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from engine.explain.activation_functions import FUNCTIONS
from engine.explain.convolution import ConvolutionCell, convolution_cell, correlate
from engine.explain.pooling import PoolingCell, pooled, pooling_cell
from engine.layers.windows import Window

Kind = Literal["convolution", "max", "average"]
Place = tuple[int, int]  # row, column


@dataclass(frozen=True)
class Scene:
    """A layer, or a kernel of one's own, over one input.

    Args:
        kind: what the window does.
        x: what it slides over (height, width, channel); of pooling, one channel per map.
        window: size, stride, padding, dilation.
        z: maps before the activation (row, column, map); a: behind it.
        kernel: (kernel row, kernel column, channel, map); empty for pooling.
        bias: (map,).
        names: of the maps, as in "Kernel 6".
        activation: applied to z.
        map: the one followed, an index into the arrays; channel: the one shown of the input.
        shows_z: the map is shown before the activation.
        is_picture: the input is the network's own, drawn in grey rather than in signed colours.
        source: what the input is called.
        is_shared: all maps, and all kernels, have one colour scale; else each has its own.
    """

    kind: Kind
    x: np.ndarray
    window: Window
    z: np.ndarray
    a: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    names: tuple[str, ...]
    activation: str = "linear"
    map: int = 0
    channel: int = 0
    shows_z: bool = False
    is_picture: bool = True
    source: str = "Input"
    is_shared: bool = True

    @property
    def out(self) -> Place:
        """Rows and columns of a map."""
        return int(self.a.shape[0]), int(self.a.shape[1])

    @property
    def count(self) -> int:
        """How many windows there are."""
        return self.out[0] * self.out[1]

    @property
    def channels(self) -> int:
        """Channels that a window sums over; 1 for pooling, which works on each alone."""
        return int(self.x.shape[2]) if self.kind == "convolution" else 1

    @property
    def plane(self) -> int:
        """The channel of the input that is drawn."""
        return self.channel if self.kind == "convolution" else self.map

    @property
    def maps(self) -> np.ndarray:
        """What is shown of all maps (row, column, map)."""
        return self.z if self.shows_z and self.kind == "convolution" else self.a

    @cached_property
    def shown(self) -> np.ndarray:
        """The map followed (row, column)."""
        found: np.ndarray = self.maps[..., self.map]
        return found

    @cached_property
    def limit(self) -> float:
        """The end of the colour scale of the map followed."""
        return self.limit_of(self.map)

    def limit_of(self, index: int) -> float:
        """The end of a map's colour scale: its largest magnitude, or that of all maps."""
        values = self.maps if self.is_shared else self.maps[..., index]
        return float(np.abs(values).max()) or 1.0

    @cached_property
    def kernel_limit(self) -> float:
        """The end of the colour scale of the weights."""
        return self.kernel_limit_of(self.map)

    def kernel_limit_of(self, index: int) -> float:
        """The end of a kernel's colour scale: its largest magnitude, or that of all kernels."""
        values = self.kernel if self.is_shared or not self.kernel.size else self.kernel[..., index]
        return (float(np.abs(values).max()) or 1.0) if values.size else 1.0

    @cached_property
    def input_range(self) -> tuple[float, float]:
        """The ends of the input's colour scale; symmetric where it is signed."""
        low, high = float(self.x.min()), float(self.x.max())
        if self.is_picture:
            low = min(low, 0.0)
            return low, high if high > low else low + 1.0
        limit = max(abs(low), abs(high)) or 1.0
        return -limit, limit

    @cached_property
    def padding(self) -> tuple[Place, Place]:
        """Cells added (above, below) and (left, right)."""
        return self.window.padded(self.x.shape[0], 0), self.window.padded(self.x.shape[1], 1)

    def place(self, position: int) -> Place:
        """Row and column of a window, counted in scan order."""
        row, column = divmod(min(max(position, 0), self.count - 1), self.out[1])
        return row, column

    def position(self, place: Place) -> int:
        """The inverse of `place`."""
        return place[0] * self.out[1] + place[1]

    def convolution_cell(self, place: Place) -> ConvolutionCell:
        """How one value of the map comes about; a softmax takes all maps into account."""
        kernel, bias = self.kernel[..., self.map], float(self.bias[self.map])
        alone = "linear" if self.activation == "softmax" else self.activation
        cell = convolution_cell(self.x, kernel, bias, self.window, place, alone)
        return replace(cell, a=float(self.a[(*place, self.map)])) if self.activation == "softmax" else cell

    def pooling_cell(self, place: Place) -> PoolingCell:
        """How one pooled value comes about."""
        return pooling_cell(self.x[..., self.map], self.window, place, "max" if self.kind == "max" else "average")

    def looking(self, **changes: object) -> "Scene":
        """The same numbers, looked at otherwise: `map`, `channel`, `shows_z`."""
        return replace(self, **changes)  # type: ignore[arg-type]


def convolved(scene: Scene, window: Window, kernel: np.ndarray, bias: np.ndarray) -> Scene:
    """The scene with another window or other kernels, worked out here.

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    z = correlate(np.asarray(scene.x, float), np.asarray(kernel, float), window, bias)
    a = FUNCTIONS[scene.activation](z)
    return replace(scene, window=window, kernel=kernel, bias=bias, z=z, a=a)


def pooled_anew(scene: Scene, window: Window) -> Scene:
    """The scene with another pooling window.

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    a = pooled(scene.x, window, "max" if scene.kind == "max" else "average")
    return replace(scene, window=window, z=a, a=a)
