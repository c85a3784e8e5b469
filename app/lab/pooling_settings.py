"""The settings of pooling's stage: what each may be, which matter when, and the view they make."""

from typing import Any

import numpy as np

from app.lab.grids_view import GridsView
from app.lab.pooling_transposed import TransposedView
from app.lab.pooling_up import UpSamplingView
from app.lab.pooling_windows import PoolingView
from engine.errors import UserError
from engine.explain.pooling import Mode, pooled
from engine.explain.sample_digits import MOST, SIDE, digits
from engine.explain.transposed_convolution import Scatter, tent
from engine.layers.windows import Window

VIEWS = {"pool": "Pooling", "up": "Up-sampling", "transposed": "Transposed"}
KINDS = {"max": "Max", "average": "Average", "global_max": "Global max", "global_average": "Global average"}
RANGES = {"digit": (0, 9), "size": (2, 4), "stride": (1, 4), "factor": (2, 3), "kernel": (1, 5), "step": (1, 3)}
CHOICES = {
    "view": tuple(VIEWS),
    "kind": tuple(KINDS),
    "padding": ("valid", "same"),
    "spread": ("valid", "same"),
    "source": ("ones", "digit"),
    "weights": ("ones", "tent"),
}
PACES = {"pool": 4.0, "up": 8.0, "transposed": 3.0}
BELONGS = {
    "kind": "pool", "size": "pool", "stride": "pool", "padding": "pool", "factor": "up",
    "source": "transposed", "weights": "transposed", "kernel": "transposed", "step": "transposed",
    "spread": "transposed",
}  # fmt: skip


LEVELS = "0123456789abcdefg"  # of a painted pixel, 0 to 16


def check(values: dict[str, Any]) -> None:
    """See that every setting is one that there is.

    Raises:
        UserError: a value out of its range or not among the choices.
    """
    for name, (low, high) in RANGES.items():
        if not low <= values[name] <= high:
            raise UserError(f"{name} is {values[name]}, expected {low} to {high}.", "Change it.", where=name)
    for name, known in CHOICES.items():
        if values[name] not in known:
            text = f"{name} is {values[name]!r}, expected {' or '.join(known)}."
            raise UserError(text, "Change it.", where=name)


def picture_of(values: dict[str, Any]) -> np.ndarray:
    """The picture that is pooled, 0..16, float64 (row, column): a digit, or what was painted.

    Raises:
        UserError: the pixels are not 64 letters of levels.
    """
    text: str = values["pixels"]
    if not text:
        return np.array(digits()[values["digit"]])
    if len(text) != SIDE * SIDE or set(text) - set(LEVELS):
        found = f"pixels has {len(text)} characters, expected {SIDE * SIDE} of {LEVELS}."
        raise UserError(found, "Change it.", where="pixels")
    return np.array([float(LEVELS.index(letter)) for letter in text]).reshape(SIDE, SIDE)


def written(x: np.ndarray) -> str:
    """A painted picture as the setting `pixels`."""
    return "".join(LEVELS[int(level)] for level in x.ravel())


def matters(values: dict[str, Any], name: str) -> bool:
    """Whether a setting changes anything in what is shown."""
    if name == "digit":
        return values["view"] != "transposed" or values["source"] == "digit"
    if name in ("size", "stride", "padding") and values["kind"].startswith("global"):
        return False
    return BELONGS[name] == values["view"]


def make_view(values: dict[str, Any], x: np.ndarray) -> GridsView:
    """The view of these settings on a picture (row, column)."""
    if values["view"] == "pool":
        kind: str = values["kind"]
        mode: Mode = "max" if kind.endswith("max") else "average"
        is_global = kind.startswith("global")
        size, stride = ((SIDE, SIDE), (SIDE, SIDE)) if is_global else _pairs(values["size"], values["stride"])
        padding = "valid" if is_global else values["padding"]
        return PoolingView(x.copy(), Window("pool", "pool_size", size, stride, padding), mode, is_global)
    small = pooled(x[..., None], Window("pool", "pool_size", (2, 2), (2, 2), "valid"), "max")[..., 0]
    if values["view"] == "up":
        return UpSamplingView(small, values["factor"])
    given = np.ones((4, 4)) if values["source"] == "ones" else small / MOST
    size, step = values["kernel"], values["step"]
    kernel = np.ones((size, size)) if values["weights"] == "ones" else tent(size, step)
    return TransposedView(Scatter(given, kernel, step, values["spread"]))


def options(name: str) -> list[tuple[str, str]]:
    """The values of a setting that is a number, for a control."""
    low, high = RANGES[name]
    return [(str(value), str(value)) for value in range(low, high + 1)]


def _pairs(size: int, stride: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (size, size), (stride, stride)
