"""Settings of the window: those of the layer, changed by the user to see what would come out."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.explain.kernels.scene import Scene, convolved, pooled_anew
from engine.explain.convolution import flipped, window_of
from engine.explain.own_kernels import NAMES, OWN_KERNELS, over_channels
from engine.layers.windows import Window

LEARNED, OWN = "learned", "own"
MOST_MULTIPLICATIONS = 6_000_000  # done at once when settings are changed; of more, one map alone is worked out


@dataclass(frozen=True)
class Settings:
    """What slides, and how.

    Args:
        weights: "learned", the name of a textbook kernel, or "own".
        stride, dilation: equal both ways; None for the layer's own.
        padding: "valid" or "same"; None for the layer's own.
        flips: the kernel is turned by half a turn first: the convolution of mathematics.
        own: the kernel typed in (row, column).
    """

    weights: str = LEARNED
    stride: int | None = None
    padding: str | None = None
    dilation: int | None = None
    flips: bool = False
    own: tuple[tuple[float, ...], ...] = ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0))

    def leaves(self, window: Window) -> bool:
        """Whether nothing differs from what the network does with this window."""
        return self.weights == LEARNED and not self.flips and self.window(window) == window

    def window(self, window: Window) -> Window:
        """The layer's window with what was changed."""
        stride, dilation = self.stride, self.dilation
        size = window.size if self.weights == LEARNED else (3, 3)
        return replace(
            window,
            size=size,
            strides=window.strides if stride is None else (stride, stride),
            padding=self.padding or window.padding,
            dilation=window.dilation if dilation is None else (dilation, dilation),
        )

    def with_weight(self, row: int, column: int, value: float) -> "Settings":
        """The kernel of one's own with another weight, begun from the one shown."""
        grid = np.array(self.own if self.weights in (OWN, LEARNED) else OWN_KERNELS[self.weights], float)
        grid[row, column] = value
        return replace(self, weights=OWN, own=tuple(tuple(float(v) for v in line) for line in grid))

    def kernels(self, channels: int) -> tuple[np.ndarray, tuple[str, ...]]:
        """All kernels that are not learned (kernel row, kernel column, channel, kernel), and their names."""
        grids = [*OWN_KERNELS.values(), np.array(self.own, float)]
        names = (*NAMES.values(), "Own")
        return np.stack([over_channels(grid, channels) for grid in grids], axis=-1), names

    @property
    def index(self) -> int:
        """Which of those kernels is followed."""
        return [*OWN_KERNELS, OWN].index(self.weights)


def layer_scene(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Scene:
    """The scene of an answer of the explainer "kernels": what the network does."""
    kind, x = facts["kind"], arrays["x"]
    is_convolution = kind == "conv2d"
    first, count = int(facts["first"]), arrays["a"].shape[-1]
    word = "Kernel " if is_convolution else ""
    return Scene(
        kind="convolution" if is_convolution else "max" if kind.startswith("max") else "average",
        x=x,
        window=window_of(kind, facts["values"], x.shape),
        z=arrays["z"] if is_convolution else arrays["a"],
        a=arrays["a"],
        kernel=arrays["kernel"] if is_convolution else np.zeros((0, 0, 0, 0)),
        bias=arrays["bias"] if is_convolution else np.zeros(0),
        names=tuple(f"{word}{first + index}" for index in range(count)),
        activation=facts["activation"],
        is_picture=bool(facts["reads_input"]),
        source="Input" if facts["reads_input"] else facts["source"],
    )


def picture_scene(x: np.ndarray, settings: Settings) -> Scene:
    """A picture (height, width, channel), 0 to 1, under kernels of one's own."""
    window = settings.window(Window("kernel", "kernel_size", (3, 3), (1, 1), "valid"))
    nothing = np.zeros((1, 1, 1))
    bare = Scene("convolution", x, window, nothing, nothing, np.zeros((0, 0, 0, 0)), np.zeros(0), (), source="Picture")
    return changed(bare, settings)


def changed(scene: Scene, settings: Settings) -> Scene:
    """The scene under other settings, worked out here.

    Raises:
        ShapeProblem: the window is larger than the input.
    """
    window = settings.window(scene.window)
    if scene.kind != "convolution":
        return scene if window == scene.window else pooled_anew(scene, window)
    if settings.weights == LEARNED:
        if settings.leaves(scene.window):
            return scene
        kernel = flipped(scene.kernel) if settings.flips else scene.kernel
        return _affordable(scene, window, kernel, scene.bias)
    kernel, names = settings.kernels(int(scene.x.shape[2]))
    kernel = flipped(kernel) if settings.flips else kernel
    bare = replace(scene, names=names, map=settings.index, activation="linear", is_shared=False)
    return _affordable(bare, window, kernel, np.zeros(len(names)))


def _affordable(scene: Scene, window: Window, kernel: np.ndarray, bias: np.ndarray) -> Scene:
    """All maps, or where that would take long, the one followed."""
    places = int(np.prod(window.slide(scene.x.shape)))
    if places * kernel.size <= MOST_MULTIPLICATIONS:
        return convolved(scene, window, kernel, bias)
    one = slice(scene.map, scene.map + 1)
    alone = replace(scene, names=scene.names[one], map=0)
    return convolved(alone, window, kernel[..., one], bias[one])
