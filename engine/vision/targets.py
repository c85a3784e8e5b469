"""Annotations as arrays to train on, one entry per picture, all pictures resized to one shape."""

from collections.abc import Sequence

import numpy as np

from engine.vision.annotation import Annotated, Object
from engine.vision.mask_forms import painted

CROWD, DIFFICULT = 1, 2
MOST_OBJECTS = 255  # of one picture: what an instance map of bytes can tell apart


def object_arrays(
    pictures: Sequence[Annotated], object_names: Sequence[str], shape: tuple[int, int], keypoint_names: Sequence[str]
) -> dict[str, np.ndarray]:
    """Labels, boxes, and key points where there are names for them, as `engine.datasets.spec.Samples` declares them.

    Args:
        shape: (height, width) that every picture was resized to.
    """
    most = max((min(len(picture.objects), MOST_OBJECTS) for picture in pictures), default=0)
    count, index = len(pictures), {name: place for place, name in enumerate(object_names)}
    labels = np.full((count, most), -1, np.int32)
    boxes = np.zeros((count, most, 4), np.float32)
    void = np.zeros((count, most), np.uint8)
    keypoints = np.zeros((count, most, len(keypoint_names), 3), np.float32)
    for number, picture in enumerate(pictures):
        across, down = shape[1] / picture.width, shape[0] / picture.height
        for place, thing in enumerate(picture.objects[:MOST_OBJECTS]):
            labels[number, place] = index[thing.label]
            boxes[number, place] = np.array(thing.box) * [across, down, across, down]
            void[number, place] = CROWD if thing.crowd else DIFFICULT * thing.difficult
            for at, point in enumerate(thing.keypoints[: len(keypoint_names)]):
                keypoints[number, place, at] = point.x * across, point.y * down, point.visibility
    found: dict[str, np.ndarray] = {"labels": labels, "boxes": boxes, "void": void}
    return {**found, "keypoints": keypoints} if keypoint_names else found


def instance_map(picture: Annotated, shape: tuple[int, int]) -> np.ndarray:
    """Which object each pixel belongs to, uint8 (height, width): 0 none, 1 the first, ...; a later one lies on top.

    An object without a mask is left out.
    """
    found = np.zeros(shape, np.uint8)
    for place, thing in enumerate(picture.objects[:MOST_OBJECTS]):
        if thing.mask is not None:
            found[painted(thing.mask, (picture.width, picture.height), shape)] = place + 1
    return found


def class_mask(instances: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    """The class of every pixel, uint8 (height, width): 0 for none, else label + 1.

    Args:
        instances: as `instance_map` gives them.
        labels: of the objects, in their order.
    """
    values = np.array([0, *(label + 1 for label in labels)], np.uint8)
    return values[instances]


def has_masks(things: Sequence[Object]) -> bool:
    """Whether any object has a mask."""
    return any(thing.mask is not None for thing in things)
