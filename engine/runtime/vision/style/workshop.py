"""What style transfers share: the features of a back-end and their compiled functions, and problems met lately."""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.inspect.inspector import Inspection
from engine.runtime.shelf import Shelf
from engine.runtime.vision.style.features import RandomFeatures, VGG19Features, levels_for
from engine.runtime.vision.style.measure import Measurer
from engine.runtime.vision.style.problem import Problem
from engine.style.pictures import read_all
from engine.style.vgg19 import Stack, known_file, load_weights

KEPT = 4
T = TypeVar("T")


def chosen_backend(values: dict[str, Any]) -> str:
    """The back-end that "auto" means on this machine; any other as it is."""
    if values["backend"] != "auto":
        return str(values["backend"])
    return "vgg19" if values["weights"] or known_file() is not None else "random"


def problem_of(
    shelf: Shelf,
    content: str,
    styles: tuple[str, ...],
    values: dict[str, Any],
    inspection: Inspection | None = None,
    stack: Stack | None = None,
) -> Problem:
    """The problem of a request, kept from the last one where nothing of it has changed.

    Args:
        values: checked settings.
        stack: of VGG-19, smaller in tests.

    Raises:
        UserError: a picture or the weights cannot be used.
        Cancelled: the inspection was cancelled.
    """
    inspection = inspection or Inspection()
    backend = chosen_backend(values)
    own = {name: values[name] for name in ("size", "style_scale", "coarse_to_fine", "steps", "seed")}
    files = tuple(_mark(path) for path in (content, *styles))
    workshop = _kept(shelf, ("features", backend, _mark(values["weights"])), lambda: _measurers(backend, values, stack))
    key = ("problem", backend, files, _mark(values["weights"]), msgspec.json.encode(own))
    return _kept(shelf, key, lambda: Problem(read_all(content, styles, values, inspection), workshop, values))


def _measurers(backend: str, values: dict[str, Any], stack: Stack | None) -> Callable[[int], Measurer]:
    if backend == "vgg19":
        whole = Measurer(VGG19Features(load_weights(values["weights"], stack or Stack())))
        return lambda _: whole
    made: dict[int, Measurer] = {}

    def fitting(shortest: int) -> Measurer:
        levels = levels_for(shortest)
        if levels not in made:
            made[levels] = Measurer(RandomFeatures(levels))
        return made[levels]

    return fitting


def _kept(shelf: Shelf, key: Hashable, make: Callable[[], T]) -> T:
    found: T = shelf.style.pop(key, None) or make()
    shelf.style[key] = found  # the newest last
    for old in list(shelf.style)[:-KEPT]:
        del shelf.style[old]
    return found


def _mark(path: str) -> tuple[str, int, int]:
    """What tells whether a file is still the same; a missing one is told by who reads it."""
    try:
        found = Path(path).expanduser().stat()
    except OSError:
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size
