"""Tensors as pictures: names of axes, places in memory, stacking against concatenating, broadcasting."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import UserError

Shape = tuple[int, ...]
LARGEST, MOST_CELLS = 6, 300  # size of an axis, and cells of a tensor that are drawn
OPERATIONS = ("stack", "concat")
PARTS = (2, 3)  # tensors that are joined
STEP = 10  # between the first numbers of two parts, so that each cell tells where it came from


@dataclass(frozen=True)
class Kind:
    """What a tensor of one rank is called.

    Args:
        axes: names, as Keras lays out a batch.
        example: what such a tensor holds.
    """

    name: str
    axes: tuple[str, ...]
    example: str


KINDS = (
    Kind("scalar", (), "one number, such as a loss"),
    Kind("vector", ("feature",), "one row of a table"),
    Kind("matrix", ("sample", "feature"), "a table: a row for each sample"),
    Kind("rank 3", ("sample", "time step", "feature"), "a batch of series"),
    Kind("rank 4", ("sample", "row", "column", "channel"), "a batch of pictures"),
)


def written(shape: Sequence[int]) -> str:
    """A shape as Python writes it, e.g. "(2, 3)", "(4,)" and "()"."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def read_shape(text: str) -> Shape:
    """The shape of a text such as "2, 3", "2×3", "(4,)" or "()".

    Raises:
        ValueError: it is none; the reason in a few words.
    """
    inner = text.strip().removeprefix("(").removesuffix(")").strip().removesuffix(",")
    if not inner:
        return ()
    sizes = re.split(r"\s*[,×x* ]\s*", inner)
    if not all(re.fullmatch(r"\d{1,3}", size) for size in sizes):
        raise ValueError("whole numbers, e.g. 2, 3")
    found = tuple(int(size) for size in sizes)
    if not all(1 <= size <= LARGEST for size in found):
        raise ValueError(f"sizes 1 to {LARGEST}")
    return found


def check_shape(shape: Sequence[int], highest: int, where: str) -> Shape:
    """Return a shape that can be drawn.

    Raises:
        UserError: its rank or a size is out of range, or it has too many elements.
    """
    if len(shape) > highest:
        raise UserError(f"{written(shape)} has rank {len(shape)}, expected 0 to {highest}.", "Drop an axis.", where)
    if not all(1 <= size <= LARGEST for size in shape):
        raise UserError(f"{written(shape)} has a size outside 1 to {LARGEST}.", "Change it.", where)
    check_cells(shape, where)
    return tuple(shape)


def check_cells(shape: Sequence[int], where: str) -> None:
    """Refuse a tensor that is too large to be drawn.

    Raises:
        UserError: it is.
    """
    if math.prod(shape) > MOST_CELLS:
        message = f"{written(shape)} has {math.prod(shape)} elements, more than the {MOST_CELLS} that are drawn."
        raise UserError(message, "Make an axis shorter.", where)


def strides(shape: Shape) -> Shape:
    """How many elements lie between two neighbours along each axis; the last axis is the innermost."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def place(shape: Shape, index: Sequence[int]) -> int:
    """The place of an element in memory, counted from 0, row by row as `tf.reshape` reads it."""
    return sum(at * step for at, step in zip(index, strides(shape), strict=True))


def numbered(shape: Shape, first: int = 0) -> np.ndarray:
    """Whole numbers from `first` on in the order of memory, as `tf.reshape(tf.range(...), shape)`."""
    return np.arange(first, first + math.prod(shape)).reshape(shape)


@dataclass(frozen=True)
class Joined:
    """Tensors made one.

    Args:
        shape: of the result.
        axis: counted from 0, whatever sign was asked for.
        values: of the result.
        part: which tensor each element came from; of the result's shape.
        origin: its place in the memory of that tensor; of the result's shape.
    """

    shape: Shape
    axis: int
    values: np.ndarray
    part: np.ndarray
    origin: np.ndarray


def join(operation: str, parts: Sequence[Shape], axis: int) -> Joined:
    """Join numbered tensors of these shapes as `tf.stack` or `tf.concat` does.

    Raises:
        UserError: the shapes do not fit each other, or the axis is not there; `where` is "parts" or "axis".
    """
    if operation not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise UserError(f"There is no operation {operation[:40]!r}.", f"Operations: {known}.", "operation")
    if not PARTS[0] <= len(parts) <= PARTS[1]:
        raise UserError(f"{len(parts)} tensors, expected {PARTS[0]} to {PARTS[1]}.", "Give more or fewer.", "parts")
    rank = len(parts[0])
    _check_equal(operation, parts, rank)
    at = _axis(operation, axis, rank)
    if operation == "concat":
        _check_others(parts, at)
    join_all = np.stack if operation == "stack" else np.concatenate
    values = join_all([numbered(shape, STEP * n) for n, shape in enumerate(parts)], axis=at)
    check_cells(values.shape, "parts")
    return Joined(
        values.shape, at, values,
        join_all([np.full(shape, n) for n, shape in enumerate(parts)], axis=at),
        join_all([numbered(shape) for shape in parts], axis=at),
    )  # fmt: skip


def _check_equal(operation: str, parts: Sequence[Shape], rank: int) -> None:
    """Refuse shapes of different ranks, and for stack different shapes."""
    for number, shape in enumerate(parts):
        if len(shape) != rank:
            message = f"Tensor 0 has rank {rank} and tensor {number} rank {len(shape)}: {operation} needs equal ranks."
            raise UserError(message, "Give both as many axes.", "parts")
        if operation == "stack" and shape != parts[0]:
            axis = next(axis for axis in range(rank) if shape[axis] != parts[0][axis])
            found = f"Axis {axis} has {parts[0][axis]} in tensor 0 and {shape[axis]} in tensor {number}"
            raise UserError(f"{found}: stack needs equal shapes.", "Use concat, or equal shapes.", "parts")
    if operation == "concat" and rank == 0:
        raise UserError("Scalars have no axis to be joined along.", "Use stack: it makes one.", "parts")


def _axis(operation: str, axis: int, rank: int) -> int:
    axes = rank + 1 if operation == "stack" else rank
    if not -axes <= axis < axes:
        message = f"Axis {axis} is not there: the result has the axes 0 to {axes - 1}, or −{axes} to −1."
        raise UserError(message.replace("Axis -", "Axis −"), "Choose one of them.", "axis")
    return axis % axes


def _check_others(parts: Sequence[Shape], at: int) -> None:
    for number, shape in enumerate(parts):
        for axis, (size, other) in enumerate(zip(shape, parts[0], strict=True)):
            if axis != at and size != other:
                found = f"Axis {axis} has {other} in tensor 0 and {size} in tensor {number}"
                message = f"{found}: along axis {at}, concat needs all other axes equal."
                raise UserError(message, f"Make them equal, or join along axis {axis}.", "parts")


Fit = Literal["equal", "left", "right", "refused"]


@dataclass(frozen=True)
class Aligned:
    """One axis of two shapes, aligned from the right.

    Args:
        axis: of the result, counted from the right: −1 is the last.
        left, right: sizes; None where that shape has no such axis, which counts as 1.
        fit: "equal", the side that is stretched, or "refused".
    """

    axis: int
    left: int | None
    right: int | None
    fit: Fit

    @property
    def size(self) -> int:
        """The size of the result; 0 where it is refused."""
        return 0 if self.fit == "refused" else max(self.left or 1, self.right or 1)


def align(left: Shape, right: Shape) -> tuple[Aligned, ...]:
    """Every axis of two shapes, the last first, up to the one that is refused."""
    found = []
    for place in range(1, max(len(left), len(right)) + 1):
        a = left[-place] if place <= len(left) else None
        b = right[-place] if place <= len(right) else None
        found.append(Aligned(-place, a, b, _fit(a, b)))
        if found[-1].fit == "refused":
            break
    return tuple(found)


def _fit(a: int | None, b: int | None) -> Fit:
    one, other = a or 1, b or 1
    if one == other:
        return "equal" if a == b else "left" if a is None else "right"
    return "left" if one == 1 else "right" if other == 1 else "refused"


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape of the sum of two tensors, as `tf.broadcast_static_shape`.

    Raises:
        UserError: an axis is refused; `where` is its number from the right, e.g. "−1".
    """
    found = align(left, right)
    for axis in found:
        if axis.fit == "refused":
            where = f"−{-axis.axis}"
            message = f"Axis {where}: {axis.left} and {axis.right} are not equal, and neither is 1."
            raise UserError(message, "Make them equal, or one of them 1.", where)
    return tuple(axis.size for axis in reversed(found))


def source_index(shape: Shape, index: Sequence[int]) -> tuple[int, ...]:
    """The element of a tensor that stands at `index` of the result once it is broadcast."""
    own = tuple(index)[len(index) - len(shape) :]
    return tuple(0 if size == 1 else at for size, at in zip(shape, own, strict=True))
