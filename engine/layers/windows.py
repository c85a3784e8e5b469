"""Arithmetic of a window that slides over a picture: shared by convolution and pooling.

Sources: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning"; TensorFlow's "same" padding,
which puts the odd row below and the odd column at the right.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.layers.common import signed
from engine.layers.spec import Formula, SetValues, Shape, ShapeProblem, Symbol, shape_text

SIDES = (("above", "below"), ("left", "right"))


@dataclass(frozen=True)
class Window:
    """A window in two directions, each pair (height, width).

    Args:
        word: what the user calls it, "kernel" or "pool".
        param: the setting that holds its size.
        size: in cells.
        strides: step in cells.
        padding: "valid" or "same".
        dilation: distance between neighbouring cells of the window.
    """

    word: str
    param: str
    size: tuple[int, int]
    strides: tuple[int, int]
    padding: str
    dilation: tuple[int, int] = (1, 1)

    def span(self, axis: int) -> int:
        """Cells from the first to the last one the window touches."""
        return self.dilation[axis] * (self.size[axis] - 1) + 1

    def out(self, length: int, axis: int) -> int:
        """How often the window fits along one axis; zero or less where it does not."""
        if self.padding == "same":
            return -(-length // self.strides[axis])
        return (length - self.span(axis)) // self.strides[axis] + 1

    def padded(self, length: int, axis: int) -> tuple[int, int]:
        """Cells of zeros added before and after; (0, 0) for "valid"."""
        if self.padding == "valid":
            return (0, 0)
        total = max((self.out(length, axis) - 1) * self.strides[axis] + self.span(axis) - length, 0)
        return (total // 2, total - total // 2)

    def slide(self, image: Shape) -> tuple[int, int]:
        """Height and width of what comes out of an image (height, width, channels).

        Raises:
            ShapeProblem: the window is larger than the image.
        """
        out = (self.out(image[0], 0), self.out(image[1], 1))
        if min(out) < 1:
            raise self._too_large(image, 0 if out[0] < 1 else 1)
        return out

    def _too_large(self, image: Shape, axis: int) -> ShapeProblem:
        spans = "" if self.dilation == (1, 1) else f" spans {shape_text((self.span(0), self.span(1)))} and"
        return ShapeProblem(
            f"{self.word.capitalize()} {shape_text(self.size)}{spans} is larger than its {shape_text(image[:2])} input",
            "The window must fit inside what it slides over.",
            arithmetic=f"{self._written(image[axis], axis, linear=True)} = {signed(self.out(image[axis], axis))}",
            repairs=tuple(self._repairs(image)),
        )

    def _repairs(self, image: Shape) -> Iterator[SetValues]:
        yield SetValues("Set padding to same", {"padding": "same"})
        if self.dilation != (1, 1) and all(size <= length for size, length in zip(self.size, image, strict=False)):
            yield SetValues("Set dilation to 1×1", {"dilation_rate": [1, 1]})
            return
        smaller = [(length - 1) // d + 1 for length, d in zip(image, self.dilation, strict=False)]
        size = [min(ours, fits) for ours, fits in zip(self.size, smaller, strict=True)]
        yield SetValues(f"Set {self.word} to {shape_text(tuple(size))}", {self.param: size})

    def _written(self, length: int, axis: int, *, linear: bool = False) -> str:
        """The calculation with numbers, without its result: as a fraction, or on one line."""
        stride = self.strides[axis]
        if self.padding == "same":
            return f"⌈{length}/{stride}⌉" if linear else f"⌈{{{length}|{stride}}}⌉"
        reach = f"{self.size[axis]}"
        if self.dilation[axis] > 1:
            reach = f"{self.dilation[axis]}·({self.size[axis]}−1)−1"
        if not linear:
            return f"{{{length}+2·0−{reach}|{stride}}} + 1"
        top = f"({length} + 2·0 − {reach})/{stride}"
        return f"{top} + 1" if (length - self.span(axis)) % stride == 0 else f"⌊{top}⌋ + 1"

    def formula(self, image: Shape, result: str) -> Formula:
        """The card "Output size" for the height, with a note on the width."""
        same = self.padding == "same"
        reach = "f" if self.dilation[0] == 1 else "d·(f−1)−1"
        symbolic = "⌈{n|s}⌉" if same else f"{{n+2p−{reach}|s}} + 1"
        numeric = f"{self._written(image[0], 0)} = {self.out(image[0], 0)}"
        note = "; ".join([f"rounded {'up' if same else 'down'}", *self._padding_note(image), self._width_note(image)])
        return Formula("Output size", result, symbolic, numeric, self._legend(image), note)

    def _legend(self, image: Shape) -> tuple[Symbol, ...]:
        before, after = self.padded(image[0], 0)
        padding = f"{before}" if before == after else f"{before} + {after}"
        legend = (
            Symbol("n", "input height", f"{image[0]}"),
            Symbol("p", f"padding, {self.padding}", padding, "padding"),
            Symbol("f", self.word, f"{self.size[0]}", self.param),
            Symbol("s", "stride", f"{self.strides[0]}", "strides"),
        )
        dilated = Symbol("d", "dilation", f"{self.dilation[0]}", "dilation_rate")
        return (*legend, dilated) if self.dilation[0] > 1 else legend

    def _padding_note(self, image: Shape) -> Iterator[str]:
        if self.padding == "same":
            before, after = self.padded(image[0], 0)
            yield f"padding {before} above, {after} below" + ("" if before == after else ": the odd row is below")

    def _width_note(self, image: Shape) -> str:
        alike = all(pair[0] == pair[1] for pair in (image[:2], self.size, self.strides, self.dilation))
        if alike:
            return "width is the same"
        before, after = self.padded(image[1], 1)
        padding = f", padding {before} left, {after} right" if self.padding == "same" else ""
        return f"width {self._written(image[1], 1, linear=True)} = {self.out(image[1], 1)}{padding}"
