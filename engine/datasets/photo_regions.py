"""Photo regions: crops of hand-labelled regions of the two photographs that come with scikit-learn.

Regions are cut into blocks that do not overlap; a crop lies wholly in one block, and the split gives whole blocks away.
So no pixel of a validation or test crop is in a training crop.
"""

import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

if TYPE_CHECKING:
    import numpy as np

CLASSES = ("pagoda", "tree", "lake", "sky", "dahlia", "leaf")
PHOTOS = ("china.jpg", "flower.jpg")
COUNT = Param("count", "int", 3000, "Crops", low=60, high=20_000, help="As many of each class, up to one.")
SIZE = Param("size", "choice", "48", "Size", choices=("32", "48"), unit="px", help="Side of the square crops.")
BLOCKS = (56, 40)  # px, side of a block; the smaller where too few of the larger fit
ENOUGH = 6  # blocks of a class
SMALLEST = 0.7  # of a block's side, at least, is the window that a crop is made from
INSIDE = 0.85  # of a block, at least, lies in its region


def _describe(values: Values) -> Description:
    side = int(values["size"])
    return Description(
        "image",
        (side, side, 3),
        "class",
        CLASSES,
        int(values["count"]),
        target_name="region",
        value_range=(0.0, 255.0),
    )


def photographs() -> tuple[Path, ...]:
    """The two photographs; empty where scikit-learn is not installed."""
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        return ()
    folder = Path(spec.origin).parent / "datasets" / "images"
    return tuple(path for name in PHOTOS if (path := folder / name).is_file())


def regions() -> list[dict[str, Any]]:
    """The hand-drawn regions: `photo`, `class`, `polygon` of (x, y) px."""
    text = files("resources").joinpath("samples", "photo_regions.json").read_text("utf-8")
    return list(json.loads(text)["regions"])


def region_mask(photo: str, name: str) -> "np.ndarray":
    """Where a class is on a photograph, bool (height, width)."""
    import numpy as np
    from PIL import Image, ImageDraw

    mask = Image.new("1", (640, 427))
    for region in regions():
        if (region["photo"], region["class"]) == (photo, name):
            ImageDraw.Draw(mask).polygon([tuple(point) for point in region["polygon"]], fill=1)
    return np.asarray(mask)


class Block(NamedTuple):
    """A square of a photograph, nearly all of it in regions of one class."""

    photo: str
    name: str
    top: int
    left: int
    side: int


@cache
def blocks() -> tuple[Block, ...]:
    """All blocks; no two of a photograph overlap. The smallest class chooses first."""
    import numpy as np

    masks = {(photo, name): region_mask(photo, name) for photo in PHOTOS for name in CLASSES}
    areas = {name: sum(int(masks[photo, name].sum()) for photo in PHOTOS) for name in CLASSES}
    taken = {photo: np.zeros_like(masks[photo, CLASSES[0]]) for photo in PHOTOS}
    found: list[Block] = []
    for name in sorted(CLASSES, key=areas.__getitem__):
        mine: list[Block] = []
        for side in BLOCKS:
            packed = {photo: _packed(masks[photo, name], taken[photo], side) for photo in PHOTOS}
            mine = [Block(photo, name, *corner, side) for photo, corners in packed.items() for corner in corners]
            if len(mine) >= ENOUGH:
                break
        for block in mine:
            taken[block.photo][block.top : block.top + block.side, block.left : block.left + block.side] = True
        found += mine
    return tuple(found)


def _packed(mask: "np.ndarray", taken: "np.ndarray", side: int) -> list[tuple[int, int]]:
    """Tops and lefts of squares that lie in a mask, taken in reading order, none over another or over what is taken."""
    import numpy as np

    free = (_sums(mask, side) >= INSIDE * side**2) & (_sums(taken, side) == 0)
    found = []
    for top, left in np.argwhere(free):
        if free[top, left]:
            found.append((int(top), int(left)))
            free[max(0, top - side + 1) : top + side, max(0, left - side + 1) : left + side] = False
    return found


def _sums(mask: "np.ndarray", side: int) -> "np.ndarray":
    """How much of a mask lies in the square at every top and left, int64."""
    import numpy as np

    sums = np.pad(mask.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return np.asarray(sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side])


def _load(values: Values, seed: int) -> Samples:
    import numpy as np
    from PIL import Image

    photos = {path.name: Image.open(path).convert("RGB") for path in photographs()}
    side, count = int(values["size"]), int(values["count"])
    random, places = np.random.default_rng(seed), blocks()
    y, chosen = np.arange(count, dtype=np.int32) % len(CLASSES), block_numbers(count)
    taken = [places[number] for number in chosen]
    x = np.stack([crop(photos[block.photo], tuple(block[2:]), side, random) for block in taken])
    return Samples(x, y, _describe(values), blocks=chosen)


def block_numbers(count: int) -> "np.ndarray":
    """Which block each crop is from: the classes take turns, and in each class its blocks; int32 (crop,)."""
    import numpy as np

    found = blocks()
    of_class = [[at for at, block in enumerate(found) if block.name == name] for name in CLASSES]
    turns = [(at % len(CLASSES), at // len(CLASSES)) for at in range(count)]
    return np.array([of_class[label][turn % len(of_class[label])] for label, turn in turns], np.int32)


def crop(photo: object, block: tuple[int, int, int], side: int, random: "np.random.Generator") -> "np.ndarray":
    """A window of a block (top, left, side) of a Pillow image as float32 (side, side, 3); half of them mirrored."""
    import numpy as np
    from PIL import Image

    assert isinstance(photo, Image.Image)
    top, left, size = block
    window = int(random.integers(round(SMALLEST * size), size + 1))
    room = size - window + 1
    y, x = top + int(random.integers(room)), left + int(random.integers(room))
    box = (x, y, x + window, y + window)
    pixels = np.asarray(photo.resize((side, side), Image.Resampling.BILINEAR, box=box), np.float32)
    return pixels[:, ::-1] if random.random() < 0.5 else pixels


PHOTO_REGIONS = Dataset(
    id="photo_regions",
    name="Photo regions",
    summary="crops of 2 photographs, 6 classes",
    params=(COUNT, SIZE),
    describe=_describe,
    load=_load,
    origin=(
        "The photographs china.jpg and flower.jpg that come with scikit-learn (both under a Creative Commons "
        "attribution licence; their authors are named in scikit-learn's README of its images); regions drawn by hand "
        "for this program. The split gives away whole blocks, so parts share no pixel."
    ),
    pictures=photographs,
)
