"""Scenes: one handwritten digit or drawn shape on textured ground, with its box."""

from typing import TYPE_CHECKING

from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

if TYPE_CHECKING:
    import numpy as np

SHAPES = ("circle", "square", "triangle", "cross")
CLASSES = (*(str(digit) for digit in range(10)), *SHAPES)
COUNT = Param("count", "int", 3000, "Scenes", low=60, high=20_000, help="As many of each class, up to one.")
SIZE = Param("size", "choice", "48", "Size", choices=("32", "48", "64"), unit="px", help="Side of the square scene.")
TEXTURE = Param("texture", "float", 0.25, low=0.0, high=0.6, help="How strong the ground's texture is.")
OBJECT = (0.35, 0.6)  # of the scene's side: the object's own
INK = 0.25  # of the stroke's full darkness, from where a pixel counts to the box
FINE = 4  # shapes are drawn so many times larger, then averaged


def _describe(values: Values) -> Description:
    side = int(values["size"])
    return Description(
        "image", (side, side, 1), "class", CLASSES, int(values["count"]), target_name="object", value_range=(0.0, 255.0)
    )


def _load(values: Values, seed: int) -> Samples:
    x, y, boxes = made_scenes(int(values["count"]), int(values["size"]), values["texture"], seed)
    return Samples(x, y, _describe(values), boxes=boxes)


def made_scenes(count: int, side: int, texture: float, seed: int) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Scenes float32 (scene, side, side, 1), labels int32 (scene,), and boxes float32 (scene, 4)."""
    import numpy as np
    from sklearn.datasets import load_digits

    digits = load_digits()
    of_class = [np.flatnonzero(digits.target == digit) for digit in range(10)]
    random = np.random.default_rng(seed)
    x, boxes = np.empty((count, side, side, 1), np.float32), np.empty((count, 4), np.float32)
    y = np.arange(count, dtype=np.int32) % (10 + len(SHAPES))
    for number, label in enumerate(y):
        size = round(side * random.uniform(*OBJECT))
        if label < 10:
            drawn = enlarged_digit(digits.images[random.choice(of_class[label])], size)
        else:
            drawn = drawn_shape(SHAPES[label - 10], size, random)
        x[number, ..., 0], boxes[number] = placed(drawn, textured_ground(side, texture, random), random)
    return x, y, boxes


def enlarged_digit(image: "np.ndarray", size: int) -> "np.ndarray":
    """A scan of 8×8 enlarged, 0 to 1."""
    import numpy as np
    from PIL import Image

    large = Image.fromarray((image / 16).astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(large), 0, 1)


def drawn_shape(name: str, size: int, random: "np.random.Generator") -> "np.ndarray":
    """The outline of a shape, 0 to 1, antialiased."""
    import numpy as np
    from PIL import Image, ImageDraw

    large, line = size * FINE, max(FINE, round(size * FINE * random.uniform(0.1, 0.16)))
    picture = Image.new("L", (large, large))
    draw, end = ImageDraw.Draw(picture), large - 1 - line // 2
    low, middle = line // 2, large / 2
    if name == "circle":
        draw.ellipse((low, low, end, end), outline=255, width=line)
    elif name == "square":
        draw.rectangle((low, low, end, end), outline=255, width=line)
    elif name == "triangle":
        draw.line([(low, end), (middle, low), (end, end), (low, end)], fill=255, width=line, joint="curve")
    else:
        draw.line([(middle, low), (middle, end)], fill=255, width=line)
        draw.line([(low, middle), (end, middle)], fill=255, width=line)
    small = picture.resize((size, size), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def textured_ground(side: int, texture: float, random: "np.random.Generator") -> "np.ndarray":
    """Smooth clouds of two sizes and a stripe, around a middle brightness, 0 to 1."""
    import numpy as np
    from PIL import Image

    def cloud(cells: int) -> np.ndarray:
        coarse = Image.fromarray(random.uniform(-1, 1, (cells, cells)).astype(np.float32))
        return np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC))

    down, across = np.mgrid[:side, :side] / side
    angle, waves = random.uniform(0, np.pi), random.uniform(2, 6)
    stripes = np.sin(2 * np.pi * waves * (np.cos(angle) * across + np.sin(angle) * down))
    rough = 0.6 * cloud(5) + 0.4 * cloud(12) + 0.35 * stripes
    return np.asarray(np.clip(random.uniform(0.25, 0.45) + texture * rough, 0, 0.75))


def placed(
    drawn: "np.ndarray", ground: "np.ndarray", random: "np.random.Generator"
) -> "tuple[np.ndarray, tuple[int, int, int, int]]":
    """Lay the object somewhere on the ground; 0 to 255, and its box."""
    import numpy as np

    room = ground.shape[0] - drawn.shape[0]
    top, left = (int(random.integers(room + 1)) for _ in range(2))
    mask = np.zeros_like(ground)
    mask[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    scene = ground * (1 - mask) + random.uniform(0.85, 1.0) * mask
    rows, columns = np.flatnonzero((mask > INK).any(axis=1)), np.flatnonzero((mask > INK).any(axis=0))
    box = (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    return np.rint(np.clip(scene, 0, 1) * 255), box


SCENES = Dataset(
    id="scenes",
    name="Scenes",
    summary="one object on textured ground, 14 classes",
    params=(COUNT, SIZE, TEXTURE),
    describe=_describe,
    load=_load,
    origin=(
        "Made here: digits of “Optical Recognition of Handwritten Digits” by E. Alpaydin and C. Kaynak (1998), in the "
        "copy that comes with scikit-learn (BSD-3-Clause), and drawn shapes, on generated ground."
    ),
)
