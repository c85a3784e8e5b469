"""What is said to the inspector, and what it answers; carried by the frames of `engine.wire`.

Paths travel as bytes, because a file's name need not be text.
"""

from typing import Literal

import numpy as np

from engine.datasets.spec import Description
from engine.inspect.dialect import TableOptions
from engine.messages import Message

Color = Literal["grey", "rgb"]


class ReadPictures(Message, frozen=True):
    """Decode and resize picture files; each is answered in turn by `PictureRead` or `PictureRefused`.

    Args:
        keeps_ratio: height and width only bound a picture; it keeps its ratio and is never enlarged.
    """

    paths: tuple[bytes, ...]
    height: int
    width: int
    color: Color
    keeps_ratio: bool = False


class ReadTable(Message, frozen=True):
    """Read a CSV file; answered by `TableRead` and its `TableRows`, or by `Refused`."""

    path: bytes
    options: TableOptions


class ReadRows(Message, frozen=True):
    """Read some columns of a CSV file, to predict from; answered by `RowsRead` and its `NumberedRows`, or `Refused`."""

    path: bytes
    feature_names: tuple[str, ...]
    options: TableOptions


class ReadWeights(Message, frozen=True):
    """Read weights of these shapes by "layer/variable"; each is answered in turn by `WeightRead`, or by `Refused`."""

    path: bytes
    shapes: dict[str, list[int]]


class Opened(Message, frozen=True):
    """First word of the inspector: its limits are set and it waits for a request."""


class PictureRead(Message, frozen=True):
    """A picture's pixels.

    Args:
        pixels: uint8 (height, width, channel).
        size: width and height it had, px, after its EXIF orientation was applied.
        animated: whether it holds further frames, which were not read.
    """

    pixels: np.ndarray
    size: tuple[int, int]
    animated: bool


class PictureRefused(Message, frozen=True):
    """A file that is no usable picture. `foreign` means its content is of no picture format at all."""

    reason: str
    foreign: bool = False


class TableRead(Message, frozen=True):
    """A table was read; `rows` follow in one or more `TableRows`."""

    description: Description
    rows: int
    problems: tuple[str, ...]


class TableRows(Message, frozen=True):
    """Some rows: x float32 (row, feature), y int32 or float32 (row,)."""

    x: np.ndarray
    y: np.ndarray


class RowsRead(Message, frozen=True):
    """The rows to predict from were read; `rows` of them follow in one or more `NumberedRows`."""

    rows: int
    problems: tuple[str, ...]


class NumberedRows(Message, frozen=True):
    """Some rows: x float32 (row, feature), lines int64 (row,), the line of the file on which each begins."""

    x: np.ndarray
    lines: np.ndarray


class WeightRead(Message, frozen=True):
    """One weight, float32."""

    name: str
    values: np.ndarray


class Refused(Message, frozen=True):
    """A UserError on its way across the border."""

    message: str
    hint: str
    where: str


class Broken(Message, frozen=True):
    """A bug in the inspector: the traceback."""

    details: str


Question = ReadPictures | ReadTable | ReadRows | ReadWeights
Answer = (
    Opened
    | PictureRead
    | PictureRefused
    | TableRead
    | TableRows
    | RowsRead
    | NumberedRows
    | WeightRead
    | Refused
    | Broken
)
