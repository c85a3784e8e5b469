"""Annotations as arrays."""

import msgspec
import numpy as np

from engine.vision.annotation import Annotated, KeyPoint, Object, Polygons, RunLengths, labels_of
from engine.vision.targets import class_mask, has_masks, instance_map, object_arrays

SQUARE = Polygons(((0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0),))
PICTURES = (
    Annotated(8, 4, (Object("cat", (0, 0, 4, 4), SQUARE, (KeyPoint(1, 2), KeyPoint(0, 0, 0))),
                     Object("dog", (2, 1, 6, 3), RunLengths((9, 2, 2, 2, 17)), crowd=True)), "a.png"),
    Annotated(6, 6, (), "b.png"),
    Annotated(2, 2, (Object("ant", (0, 0, 1, 2), difficult=True),)),
)  # fmt: skip


def test_arrays_are_scaled_to_the_shape_of_the_sample():
    found = object_arrays(PICTURES, ("ant", "cat", "dog"), (8, 8), ("eye", "tail"))
    assert found["labels"].tolist() == [[1, 2], [-1, -1], [0, -1]]
    assert found["boxes"].tolist() == [
        [[0, 0, 4, 8], [2, 2, 6, 6]], [[0] * 4] * 2, [[0, 0, 4, 8], [0] * 4]
    ]  # fmt: skip
    assert found["void"].tolist() == [[0, 1], [0, 0], [2, 0]]
    assert found["keypoints"].shape == (3, 2, 2, 3)
    assert found["keypoints"][0, 0].tolist() == [[1, 4, 2], [0, 0, 0]]
    assert {name: values.dtype.name for name, values in found.items()} == {
        "labels": "int32", "boxes": "float32", "void": "uint8", "keypoints": "float32"
    }  # fmt: skip
    assert "keypoints" not in object_arrays(PICTURES, ("ant", "cat", "dog"), (8, 8), ())
    assert object_arrays((), (), (8, 8), ())["boxes"].shape == (0, 0, 4)


def test_maps_of_instances_and_classes():
    instances = instance_map(PICTURES[0], (4, 8))
    assert instances.tolist() == [
        [1, 1, 1, 1] + [0] * 4,
        [1, 1, 2, 2] + [0] * 4,
        [1, 1, 2, 2] + [0] * 4,
        [1, 1, 1, 1] + [0] * 4,
    ]
    assert np.unique(class_mask(instances, [1, 2])).tolist() == [0, 2, 3]
    assert instance_map(PICTURES[2], (5, 5)).max() == 0
    assert has_masks(PICTURES[0].objects) and not has_masks(PICTURES[2].objects)


def test_an_annotation_is_a_value_that_can_be_sent():
    assert labels_of(PICTURES) == ("ant", "cat", "dog")
    assert msgspec.json.decode(msgspec.json.encode(PICTURES), type=tuple[Annotated, ...]) == PICTURES
