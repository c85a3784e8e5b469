"""An image file of the user's own as a network's raw input: resized to its input, or whole where any size will do."""

from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np

from engine.errors import UserError
from engine.explain.averaged_head import averaged_head
from engine.inspect.client import read_pictures, read_whole_picture
from engine.receptive_field import receptive_field
from engine.runtime.jobs import Report, Turn, in_thread
from engine.runtime.moment import Moment
from engine.runtime.shelf import Shelf

LONGEST = 640  # px, of a picture explained in its own size


def raw_picture(
    moment: Moment, path: str, keeps_size: bool, shelf: Shelf
) -> Generator[Report, Turn, tuple[Moment, np.ndarray]]:
    """Read an image file for a network.

    Args:
        keeps_size: where the network takes any size, in the file's own, at most 640 px, rows and columns left over
            by the cells of its last maps cut off.

    Returns:
        The moment that takes it, and float32 (1, height, width, channels) in the raw range of the run's data.

    Raises:
        UserError: the network takes no pictures, or the file cannot be read.
    """
    shape = tuple(moment.network.inference.layers[moment.network.model.inputs[0].name].shape)
    if len(shape) != 3:
        raise UserError(f"The network takes inputs {shape}, not pictures.", "Choose a sample of the data.", "input")
    free = moment.free if keeps_size else None
    wanted = "whole" if free is not None else shape
    pixels = yield from in_thread(lambda: shelf.picture((_mark(path), wanted, shape[2]), _reader(path, shape, free)))
    low, high = moment.info.value_range if moment.info is not None else (0.0, 255.0)
    raw = np.asarray(low + pixels / 255 * (high - low), np.float32)[None]
    return (moment if raw.shape[1:] == shape or free is None else free), raw


def _reader(path: str, shape: tuple[int, ...], free: Moment | None) -> Callable[[], np.ndarray]:
    color = "grey" if shape[2] == 1 else "rgb"

    def read() -> np.ndarray:
        if free is not None:
            whole, _ = read_whole_picture(path, LONGEST, color)  # type: ignore[arg-type]
            if whole.shape[0] >= shape[0] and whole.shape[1] >= shape[1]:
                return _cut(whole, free)
        return read_pictures((path,), (shape[0], shape[1]), color)[0][0]  # type: ignore[arg-type]

    return read


def _cut(pixels: np.ndarray, moment: Moment) -> np.ndarray:
    """Whole cells only, so that a cell of the map stands for a square of the picture."""
    inference = moment.network.inference
    head = averaged_head(moment.project, inference)
    sight = receptive_field(moment.project.graph, inference, head.layer) if head is not None else None
    down, across = sight.jump if sight is not None else (1, 1)
    return pixels[: pixels.shape[0] // down * down, : pixels.shape[1] // across * across]


def _mark(path: str) -> tuple[str, int, int]:
    """What tells whether a file is still the same; a missing one is told by who reads it."""
    try:
        found = Path(path).stat()
    except OSError:
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size
