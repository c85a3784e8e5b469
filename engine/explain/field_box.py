"""The receptive field of one unit as a box of input pixels, traced back layer by layer."""

from dataclasses import dataclass

from engine.explain.convolution import window_of
from engine.graph import Graph
from engine.receptive_field import mixes_places
from engine.shapes import Inference, LayerInfo

WINDOWED = ("conv2d", "max_pooling2d", "average_pooling2d")


@dataclass(frozen=True)
class Box:
    """Rows top .. bottom and columns left .. right, both ends included; may reach over the edge into padding."""

    top: int
    left: int
    bottom: int
    right: int

    def joined(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def moved(self, down: int, right: int) -> "Box":
        """The box elsewhere."""
        return Box(self.top + down, self.left + right, self.bottom + down, self.right + right)

    def inside(self, height: int, width: int) -> "Box":
        """The part on a picture of this size."""
        return Box(max(self.top, 0), max(self.left, 0), min(self.bottom, height - 1), min(self.right, width - 1))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top + 1, self.right - self.left + 1


def boxes(graph: Graph, inference: Inference, name: str, place: tuple[int, int]) -> dict[str, Box]:
    """What one place of a layer's output depends on, in the output of every layer before it.

    An output cell reads rows r·s − p to r·s − p + (k − 1)·d of what comes in, with stride s, padding p before,
    window k and dilation d; so a box from r₁ to r₂ reads r₁·s − p to r₂·s − p + (k − 1)·d.

    Args:
        name: a layer whose output has rows and columns.
        place: (row, column) of its output.

    Returns:
        By layer, that of `name` included; only layers whose output has rows and columns.
    """
    found = {name: Box(place[0], place[1], place[0], place[1])}
    for node in reversed(graph.in_order()):
        info = inference.layers.get(node.name)
        if node.name not in found or info is None:
            continue
        for source, shape in zip(graph.sources(node.name), info.inputs, strict=True):
            if len(shape) == 3:
                box = _before(info, found[node.name])
                found[source] = found[source].joined(box) if source in found else box
    return found


def _before(info: LayerInfo, box: Box) -> Box:
    """The box of the layer's input that a box of its output reads."""
    high, wide = info.inputs[0][:2]
    if info.spec.id == "zero_padding2d":
        return box.moved(-info.values["rows"][0], -info.values["columns"][0])
    if info.spec.id in ("up_sampling2d", "conv2d_transpose"):
        return _before_spreading(info, box)
    if info.spec.id not in WINDOWED:
        same_size = tuple(info.shape[:2]) == (high, wide)
        return box if same_size and not mixes_places(info) else Box(0, 0, high - 1, wide - 1)
    window = window_of(info.spec.id, info.values, info.inputs[0])
    (down, right), above, before = window.strides, window.padded(high, 0)[0], window.padded(wide, 1)[0]
    return Box(
        box.top * down - above,
        box.left * right - before,
        box.bottom * down - above + window.span(0) - 1,
        box.right * right - before + window.span(1) - 1,
    )


def _before_spreading(info: LayerInfo, box: Box) -> Box:
    """The input cells whose own part of a larger map meets the box."""
    found = []
    for axis, (first, last) in enumerate(((box.top, box.bottom), (box.left, box.right))):
        if info.spec.id == "up_sampling2d":
            step, reach, cut = info.values["size"][axis], info.values["size"][axis], 0
            more = 1 if info.values["interpolation"] == "bilinear" and step > 1 else 0
        else:
            step, reach, more = info.values["strides"][axis], info.values["kernel_size"][axis], 0
            cut = max(reach - step, 0) // 2 if info.values["padding"] == "same" else 0
        low, high = -((reach - 1 - first - cut) // step), (last + cut) // step
        most = info.inputs[0][axis] - 1
        found.append((min(max(low - more, 0), most), min(max(high + more, 0), most)))
    (top, bottom), (left, right) = found
    return Box(top, left, bottom, right)
