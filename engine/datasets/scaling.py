"""Scaling: how raw inputs become what the network sees. Learned on the training part only."""

import msgspec
import numpy as np

from engine.datasets.large import is_large
from engine.datasets.spec import Description

BLOCK = 1024  # samples looked at together where they lie in a file


class Scaling(msgspec.Struct, frozen=True):
    """normalised = (raw − offset) · scale, in float32.

    Args:
        offset, scale: one number for all inputs, or one for each entry of the last axis (feature or channel).
    """

    offset: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return `x` (sample, ..., last axis) normalised, float32."""
        offset, scale = np.array(self.offset, np.float32), np.array(self.scale, np.float32)
        return (x.astype(np.float32) - offset) * scale

    def undo(self, x: np.ndarray) -> np.ndarray:
        """Return normalised `x` (..., last axis) raw again, float32."""
        offset, scale = np.array(self.offset, np.float32), np.array(self.scale, np.float32)
        return x.astype(np.float32) / scale + offset


def learn(kind: str, x: np.ndarray, description: Description, rows: np.ndarray | None = None) -> Scaling:
    """Work out the scaling from the training part.

    Args:
        kind: "none"; "minmax", to 0..1, pictures by one range for all pixels, which is the known one where there is
            one; "standard", mean 0 and deviation 1, pictures per channel, others per feature.
        x: raw inputs (sample, *input_shape).
        rows: the training samples; all of them where none are named.

    Returns:
        A scaling that shifts a constant feature to 0 and leaves its size alone.
    """
    rows = np.arange(len(x)) if rows is None else rows
    if kind == "none" or not x[rows[:1]].size:
        return Scaling()
    if is_large(x):
        return _learn_in_blocks(kind, x, rows, description)
    x = x[rows]
    flat = x.reshape(-1, x.shape[-1]).astype(np.float64)  # (sample·place, channel or feature)
    if kind == "standard":
        return _scaling(flat.mean(axis=0), flat.std(axis=0))
    if description.kind == "image":
        low, high = description.value_range or (flat.min(), flat.max())
        return _scaling(np.array([low]), np.array([high - low]))
    return _scaling(flat.min(axis=0), np.ptp(flat, axis=0))


def _learn_in_blocks(kind: str, x: np.ndarray, rows: np.ndarray, description: Description) -> Scaling:
    """The same for pictures that lie in a file, some at a time."""
    if kind != "standard":
        low, high = description.value_range or (0.0, 255.0)
        return _scaling(np.array([low]), np.array([high - low]))
    count, total, squares = 0, np.zeros(x.shape[-1]), np.zeros(x.shape[-1])
    for start in range(0, len(rows), BLOCK):
        flat = x[rows[start : start + BLOCK]].reshape(-1, x.shape[-1]).astype(np.float64)
        count, total, squares = count + len(flat), total + flat.sum(axis=0), squares + np.square(flat).sum(axis=0)
    mean = total / count
    return _scaling(mean, np.sqrt(np.maximum(squares / count - np.square(mean), 0)))


def _scaling(offset: np.ndarray, width: np.ndarray) -> Scaling:
    # A constant feature's deviation is not always exactly 0 in floating point.
    flat = width <= 1e-7 * np.maximum(np.abs(offset), 1e-30)
    scale = 1 / np.where(flat, 1, width)
    return Scaling(tuple(offset.tolist()), tuple(scale.tolist()))
