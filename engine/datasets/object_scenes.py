"""Scenes of objects: several handwritten digits and drawn shapes, with class, box, mask and key points of each."""

from typing import TYPE_CHECKING, Any

from engine.datasets.spec import Dataset, Description, Samples
from engine.errors import UserError
from engine.params import Param, Values

if TYPE_CHECKING:
    import numpy as np

    from engine.datasets.scene_maker import Recipe, Scene
    from engine.vision.annotation import Annotated

SHAPES = ("circle", "square", "triangle", "star", "cross", "heart", "hexagon", "arrow")
FILLS = ("plain", "striped", "dotted", "checked")
DIGITS = tuple(str(digit) for digit in range(10))
THINGS = {
    "digits": DIGITS,
    "shapes": SHAPES,
    "both": (*DIGITS, *SHAPES),
    "textured": tuple(f"{fill} {shape}" for shape in SHAPES for fill in FILLS),
}
KEYPOINTS = ("top", "right", "bottom", "left")
SIZES = ("64", "96", "128", "192", "256")
PARAMS = (
    Param("count", "int", 1000, "Scenes", 64, 50_000, log=True, help="How many scenes are made."),
    Param("size", "choice", "64", "Size", choices=SIZES, unit="px", help="Side of the square scene."),
    Param("objects", "int", 3, "Most objects", 1, 12, help="A scene holds one object up to so many."),
    Param(
        "things",
        "choice",
        "both",
        "Objects",
        choices=tuple(THINGS),
        help="Digits, shapes, both, or shapes whose texture counts: 32 classes, enough to learn from one of each.",
    ),
    Param("smallest", "float", 0.2, "Smallest", 0.1, 0.7, help="Longer side of the smallest object, of the scene's."),
    Param("largest", "float", 0.45, "Largest", 0.1, 0.7, help="Longer side of the largest object, of the scene's."),
    Param("rotation", "int", 20, "Rotation", 0, 180, unit="°", help="How far an object is turned, either way."),
    Param("overlap", "float", 0.2, "Overlap", 0.0, 0.8, help="How much of an object others may hide."),
    Param(
        "ground",
        "choice",
        "both",
        "Ground",
        choices=("texture", "photograph", "both"),
        help="Generated textures, pieces of two photographs, or both.",
    ),
    Param("color", "choice", "rgb", "Colour", choices=("grey", "rgb"), help="One channel, or red, green and blue."),
)


def _describe(values: Values) -> Description:
    if values["smallest"] > values["largest"]:
        raise UserError(
            f"The smallest object is {values['smallest']:g} of the scene, the largest {values['largest']:g}.",
            "Make the largest at least as large.",
            where="smallest",
        )
    side, names = int(values["size"]), THINGS[values["things"]]
    return Description(
        "image",
        (side, side, 1 if values["color"] == "grey" else 3),
        "class",
        names,
        int(values["count"]),
        target_name="largest object",
        value_range=(0.0, 255.0),
        object_names=names,
        mask_names=("ground", *names),
        keypoint_names=KEYPOINTS,
    )


def recipe(values: Values) -> "Recipe":
    """What the settings ask for."""
    from engine.datasets.scene_maker import Recipe

    return Recipe(
        int(values["size"]),
        values["objects"],
        THINGS[values["things"]],
        values["smallest"],
        values["largest"],
        values["rotation"],
        values["overlap"],
        values["ground"],
    )


def annotated(scene: "Scene", names: tuple[str, ...]) -> "Annotated":
    """What is known about a scene, in the form in which annotations are written."""
    from engine.vision.annotation import Annotated, KeyPoint, Object
    from engine.vision.mask_forms import run_lengths

    things = []
    for place, label in enumerate(scene.labels.tolist()):
        told = scene.keypoints[place].tolist()
        points = tuple(KeyPoint(x, y, 2 if seen == 2 else 1 if seen else 0) for x, y, seen in told)
        mask = run_lengths(scene.instances == place + 1)
        x0, y0, x1, y1 = scene.boxes[place].tolist()
        things.append(Object(names[label], (x0, y0, x1, y1), mask, points))
    side = len(scene.instances)
    return Annotated(side, side, tuple(things))


def _load(values: Values, seed: int) -> Samples:
    """The class of a scene is that of its largest object."""
    import numpy as np

    from engine.datasets.large import empty_rows
    from engine.datasets.scene_maker import in_color, make_scene

    description, made = _describe(values), recipe(values)
    count, side, most = description.count, made.side, made.objects
    x = empty_rows((count, *description.input_shape))
    targets: dict[str, Any] = {
        "labels": np.full((count, most), -1, np.int32),
        "boxes": np.zeros((count, most, 4), np.float32),
        "void": np.zeros((count, most), np.uint8),
        "keypoints": np.zeros((count, most, len(KEYPOINTS), 3), np.float32),
        "mask": empty_rows((count, side, side)),
        "instances": empty_rows((count, side, side)),
    }
    for number in range(count):
        scene = make_scene(made, seed, number)
        x[number] = in_color(scene.image, values["color"])
        _fill(targets, number, scene)
    y, first = targets["labels"][:, 0].copy(), targets["boxes"][:, 0]
    return Samples(x, y, description, boxes=first[:, [1, 0, 3, 2]], targets=targets)


def _fill(targets: "dict[str, np.ndarray]", number: int, scene: "Scene") -> None:
    from engine.vision.targets import class_mask

    things = len(scene.labels)
    targets["labels"][number, :things] = scene.labels
    targets["boxes"][number, :things] = scene.boxes
    targets["keypoints"][number, :things] = scene.keypoints
    targets["instances"][number] = scene.instances
    targets["mask"][number] = class_mask(scene.instances, scene.labels.tolist())


OBJECT_SCENES = Dataset(
    id="object_scenes",
    name="Scenes of objects",
    summary="images of several objects, with boxes and masks",
    params=PARAMS,
    describe=_describe,
    load=_load,
    origin=(
        "Made here: digits of “Optical Recognition of Handwritten Digits” by E. Alpaydin and C. Kaynak (1998), in the "
        "copy that comes with scikit-learn (BSD-3-Clause), and drawn shapes, on generated ground or on pieces of the "
        "photographs china.jpg and flower.jpg that come with scikit-learn (both under a Creative Commons attribution "
        "licence; their authors are named in scikit-learn's README of its images)."
    ),
)
