"""The user's own pictures: one folder for each class, as Keras's image_dataset_from_directory expects them."""

from typing import TYPE_CHECKING

from engine.datasets.spec import Dataset, Description, Samples
from engine.inspect.folders import class_folders
from engine.inspect.names import shown
from engine.params import Param, Values

if TYPE_CHECKING:
    from engine.inspect.inspector import Inspection

PARAMS = (
    Param("path", "path", "", "Folder", help="A folder that holds one folder of pictures for each class."),
    Param("height", "int", 32, "Height", 1, 1024, unit="px", help="Every picture is resized to this height."),
    Param("width", "int", 32, "Width", 1, 1024, unit="px", help="Every picture is resized to this width."),
    Param("color", "choice", "rgb", "Colour", choices=("grey", "rgb"), help="One channel, or red, green and blue."),
)


def _describe(values: Values) -> Description:
    _, names = class_folders(values["path"])
    return _description(values, names, 0)


def _load(values: Values, seed: int, inspection: "Inspection | None" = None) -> Samples:
    from engine.inspect.client import load_images

    found = load_images(values["path"], (values["height"], values["width"]), values["color"], inspection)
    return Samples(found.x, found.labels, _description(values, found.class_names, len(found.x)), found.problems)


def _description(values: Values, names: tuple[str, ...], count: int) -> Description:
    shape = (values["height"], values["width"], 1 if values["color"] == "grey" else 3)
    titles = tuple(shown(name) for name in names)
    return Description("image", shape, "class", titles, count, target_name="class", value_range=(0.0, 255.0))


IMAGE_FOLDER = Dataset(
    id="image_folder",
    name="Folder of images",
    summary="Your own pictures, one folder for each class",
    params=PARAMS,
    describe=_describe,
    load=_load,
    origin="Your own files; they stay where they are.",
    is_foreign=True,
)
