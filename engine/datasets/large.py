"""Arrays that may not fit into memory: kept in a file that vanishes with the process, where they are too large."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import platformdirs
import psutil

from engine.errors import UserError
from engine.storage import make_folder

SHARE = 4  # a quarter of the memory that is free
SPARE = 1 << 30  # bytes that stay free on the disk
FLOAT = 4  # bytes of a normalised value


def budget() -> int:
    """How many bytes of normalised inputs may lie in memory: GLASSBOX_DATA_BYTES, or a quarter of what is free."""
    given = os.environ.get("GLASSBOX_DATA_BYTES", "")
    return int(given) if given.isdigit() else psutil.virtual_memory().available // SHARE


def empty_rows(shape: tuple[int, ...]) -> np.ndarray:
    """Zeros uint8 of a shape (sample, ...): in memory, or in a file of the cache folder where they would not fit.

    Raises:
        UserError: the disk has no room for it.
    """
    size = int(np.prod(shape))
    if size * FLOAT <= budget():
        return np.zeros(shape, np.uint8)
    folder = make_folder(Path(platformdirs.user_cache_dir("glassbox", appauthor=False)))
    free = shutil.disk_usage(folder).free
    if size + SPARE > free:
        raise UserError(
            f"These pictures need {size / 1e9:.1f} GB on the disk; {free / 1e9:.1f} GB are free in {folder}.",
            "Choose a smaller size, grey instead of colour, or make room.",
            where="height",
        )
    with tempfile.TemporaryFile(dir=folder) as file:  # the mapping keeps it; no name is left behind
        return np.memmap(file, np.uint8, "w+", shape=shape)


def is_large(x: np.ndarray) -> bool:
    """Whether an array lies in a file."""
    return isinstance(x, np.memmap)


def keep_rows(x: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The rows that are kept, bool (sample,); in place where the array lies in a file."""
    if not is_large(x):
        return x if kept.all() else x[kept]
    places = np.flatnonzero(kept)
    for target, source in enumerate(places):
        if target != source:
            x[target] = x[source]
    return x[: len(places)]
