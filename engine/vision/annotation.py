"""What is written down about a picture: its objects with class, box, mask and key points. All in px of that picture."""

from typing import Literal

import msgspec

Box = tuple[float, float, float, float]


class Polygons(msgspec.Struct, frozen=True, tag="polygons"):
    """A mask as outlines, each x, y, x, y, ...: the pixels whose centre lies in one of them (even-odd rule)."""

    parts: tuple[tuple[float, ...], ...]


class RunLengths(msgspec.Struct, frozen=True, tag="run_lengths"):
    """A mask as COCO's run lengths: down one column after another, so many pixels outside, inside, outside, ..."""

    counts: tuple[int, ...]


class KeyPoint(msgspec.Struct, frozen=True, array_like=True):
    """A named point of an object.

    Args:
        visibility: 0 not annotated (x and y mean nothing), 1 hidden, 2 seen; as in COCO.
    """

    x: float
    y: float
    visibility: Literal[0, 1, 2] = 2


class Object(msgspec.Struct, frozen=True):
    """One thing in a picture.

    Args:
        label: the name of its class.
        box: x0, y0, x1, y1.
        mask: its seen pixels, where they are known.
        keypoints: one for each name of a key point, in their order; empty where there are none.
        crowd: a group that could not be told apart; counts for nothing when detections are scored.
        difficult: hard to see; counts for nothing when detections are scored.
    """

    label: str
    box: Box
    mask: Polygons | RunLengths | None = None
    keypoints: tuple[KeyPoint, ...] = ()
    crowd: bool = False
    difficult: bool = False


class Annotated(msgspec.Struct, frozen=True):
    """A picture's annotation.

    Args:
        width, height: of the picture.
        objects: in the order they were written down.
        name: of the picture's file, with / between folders; empty where there is none.
    """

    width: int
    height: int
    objects: tuple[Object, ...] = ()
    name: str = ""


def labels_of(pictures: "list[Annotated] | tuple[Annotated, ...]") -> tuple[str, ...]:
    """The classes that occur, sorted."""
    return tuple(sorted({thing.label for picture in pictures for thing in picture.objects}))
