"""What files mean that are dragged onto the window: a project, images to recognise, or data to learn from."""

from collections.abc import Sequence
from pathlib import Path

from app.data_files import TABLE_SUFFIXES
from app.text import count
from engine.project import SUFFIX

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")


def meaning(paths: Sequence[Path]) -> str:
    """Return "project", "images" or "data"; empty for what cannot be used."""
    if len(paths) == 1 and paths[0].suffix == SUFFIX:
        return "project"
    if paths and all(path.suffix.lower() in IMAGE_SUFFIXES for path in paths):
        return "images"
    if len(paths) == 1 and (paths[0].is_dir() or paths[0].suffix.lower() in TABLE_SUFFIXES):
        return "data"
    return ""


def promise(paths: Sequence[Path]) -> str:
    """Return the sentence shown while files hover over the window: what letting go of them does."""
    name = paths[0].name if paths else "this"
    match meaning(paths):
        case "project":
            return f"Drop to open the project {name}"
        case "images":
            what = f"{count(len(paths))} images" if len(paths) > 1 else name
            return f"Drop to let the network recognise {what}"
        case "data":
            kind = "folder of images" if paths[0].is_dir() else "table"
            return f"Drop to use the {kind} {name} as the data"
    what = f"{count(len(paths))} files" if len(paths) > 1 else name
    return f"{what} cannot be dropped here: drop a project ({SUFFIX}), images, a CSV file or a folder"
