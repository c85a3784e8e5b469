"""From files that were dropped to the choice of data they mean."""

from pathlib import Path

import msgspec

from engine.errors import UserError
from engine.project import DataChoice

TABLE_SUFFIXES = (".csv", ".tsv", ".txt")


def choice_from_files(paths: list[Path], before: DataChoice) -> DataChoice:
    """Return the data that files stand for, split and scaled as before; pictures keep the size they are read in.

    Args:
        paths: one folder of images, or one CSV file.

    Raises:
        UserError: they are neither, or several.
    """
    if len(paths) != 1:
        raise UserError(
            f"{len(paths)} files were dropped; a dataset is one folder or one CSV file.",
            "Put images into one folder per class, and drop the folder that holds them.",
            where="files",
        )
    path = paths[0]
    if path.is_dir():
        kept = before.values if before.dataset == "image_folder" else {}
        return msgspec.structs.replace(before, dataset="image_folder", values={**kept, "path": str(path)})
    if path.suffix.lower() in TABLE_SUFFIXES:
        return msgspec.structs.replace(before, dataset="csv", values={"path": str(path)})
    raise UserError(
        f"{path.name} is neither a folder nor a CSV file.",
        "Drop a folder with one folder of images per class, or a table saved as CSV.",
        where="files",
    )
