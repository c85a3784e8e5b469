"""Dataset: what the program knows about one source of data. One record per file in this package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from engine.params import Param, Values

if TYPE_CHECKING:
    import numpy as np


class Description(msgspec.Struct, frozen=True):
    """What can be said about a dataset without loading it.

    Args:
        kind: how a sample is drawn: a picture, a point in the plane, a row of numbers, or a sequence (time, feature).
        input_shape: of one sample, without the batch axis.
        target: whether a sample has a class or a number.
        class_names: in label order; empty for numbers.
        count: how many samples; 0 where only loading tells.
        feature_names: of a table's columns, of the two coordinates, or of what every step of a sequence holds.
        target_name: what is predicted, e.g. "disease progression".
        target_unit: unit of a number; may be empty.
        value_range: smallest and largest raw input value that can occur, where known, e.g. (0, 16).
        object_names: classes of the objects in a picture, in label order; empty where objects are not told.
        mask_names: classes of the pixels of a picture, in the mask's order; empty where there are no masks.
        keypoint_names: of the points of every object; empty where there are none.
    """

    kind: Literal["image", "points", "table", "sequence"]
    input_shape: tuple[int, ...]
    target: Literal["class", "number"]
    class_names: tuple[str, ...] = ()
    count: int = 0
    feature_names: tuple[str, ...] = ()
    target_name: str = ""
    target_unit: str = ""
    value_range: tuple[float, float] | None = None
    object_names: tuple[str, ...] = ()
    mask_names: tuple[str, ...] = ()
    keypoint_names: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """What the features of a step stand for, where a step is one character (one-hot); else empty."""
        is_text = self.kind == "sequence" and len(self.feature_names) > 1
        return self.feature_names if is_text and all(len(name) == 1 for name in self.feature_names) else ()


@dataclass(frozen=True)
class Samples:
    """A loaded dataset.

    Args:
        x: raw inputs, float32 (sample, *input_shape), or uint8 for the user's own pictures; not normalised.
        y: int32 labels (sample,), or float32 numbers (sample,).
        description: as loaded: count and classes are the real ones.
        problems: what was left out or looks wrong, one sentence each, e.g. "3 files could not be read: a.png, ...".
        blocks: int32 (sample,), samples of one block show the same thing, so they go to the same part of the split;
            all samples of a block have one label. None where every sample stands for itself.
        boxes: of the object in each sample, float32 (sample, 4): top, left, bottom, right in px, the last two
            exclusive; None where they are not known.
        targets: what else is known of each sample of pictures, besides y; px of the sample. Which of them there are,
            `object_names`, `mask_names` and `keypoint_names` of the description tell:
            "labels" int32 (sample, object), places in `object_names`, −1 behind a sample's last object;
            "boxes" float32 (sample, object, 4), x0, y0, x1, y1, zeros behind the last;
            "void" uint8 (sample, object), 1 a crowd, 2 hard to see: counts for nothing when detections are scored;
            "keypoints" float32 (sample, object, point, 3), x, y and 0 unknown, 1 hidden, 2 seen;
            "mask" uint8 (sample, height, width), places in `mask_names`, 255 where the pixel counts for nothing;
            "instances" uint8 (sample, height, width), 0 for none, else object + 1.
    """

    x: "np.ndarray"
    y: "np.ndarray"
    description: Description
    problems: tuple[str, ...] = ()
    blocks: "np.ndarray | None" = None
    boxes: "np.ndarray | None" = None
    targets: "Mapping[str, np.ndarray]" = field(default_factory=dict)


@dataclass(frozen=True)
class Dataset:
    """A source of data.

    Args:
        id: what files and code use.
        name: what the gallery shows.
        summary: one line under the name, e.g. "1,797 images, 10 classes".
        params: its settings; `describe` and `load` are given all of them, checked.
        describe: cheap, imports nothing heavy; raises UserError where a file or folder is wrong.
        load: from values and seed, reads or makes the samples; a foreign one also takes an
            `engine.inspect.inspector.Inspection` (progress, cancel), or None.
        origin: who made the data and where this copy comes from; a licence only where it is known for certain.
        is_foreign: whether it reads the user's own files, so must be opened in the inspector.
        pictures: paths of whole pictures that its samples are parts of; imports nothing heavy.
    """

    id: str
    name: str
    summary: str
    params: tuple[Param, ...]
    describe: Callable[[Values], Description]
    load: Callable[..., Samples]
    origin: str
    is_foreign: bool = False
    pictures: Callable[[], tuple[Path, ...]] = tuple
