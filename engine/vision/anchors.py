"""Anchors: box sizes from the data, by k-means with the distance 1 − IoU (Redmon and Farhadi 2017, YOLO9000, §2)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError

MOST_ROUNDS = 300


@dataclass(frozen=True)
class Anchors:
    """One round of the clustering.

    Args:
        sizes: float64 (anchor, 2), width and height in px, by rising area.
        nearest: int64 (box,), the anchor each box is nearest to.
        mean_iou: of the boxes with their nearest anchors, 0 to 1.
    """

    sizes: np.ndarray
    nearest: np.ndarray
    mean_iou: float


def size_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of sizes (n, 2) with sizes (m, 2), as of boxes around one centre, (n, m)."""
    shared = np.minimum(a[:, None], b).prod(axis=-1)
    return shared / (a.prod(axis=-1)[:, None] + b.prod(axis=-1) - shared)


def find_anchors(sizes: np.ndarray, count: int, seed: int = 0) -> Anchors:
    """Cluster box sizes; returns the best round.

    Args:
        sizes: (box, 2), width and height, above 0.

    Raises:
        UserError: there are fewer different sizes than anchors, or a size is not positive.
    """
    return max(rounds_of_anchors(sizes, count, seed), key=lambda found: found.mean_iou)


def rounds_of_anchors(sizes: np.ndarray, count: int, seed: int = 0) -> Iterator[Anchors]:
    """Yield the anchors of every round, the first ones drawn as in k-means++ with the same distance; raises as above.

    An anchor becomes the mean size of the boxes nearest to it; ends when no box changes its anchor.
    """
    values = _checked(sizes, count)
    anchors, before = _first(values, count, np.random.default_rng(seed)), np.full(len(values), -1)
    for _ in range(MOST_ROUNDS):
        anchors = anchors[np.argsort(anchors.prod(axis=1), kind="stable")]
        overlaps = size_iou(values, anchors)
        nearest = overlaps.argmax(axis=1)
        yield Anchors(anchors, nearest, float(overlaps.max(axis=1).mean()))
        if (nearest == before).all():
            return
        before = nearest
        anchors = np.stack([_mean_size(values[nearest == at], anchors[at]) for at in range(count)])


def _mean_size(mine: np.ndarray, old: np.ndarray) -> np.ndarray:
    return mine.mean(axis=0) if len(mine) else old


def _first(values: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Sizes of boxes, each drawn in proportion to the squared distance from those drawn before."""
    chosen = values[random.integers(len(values))][None]
    while len(chosen) < count:
        far = (1 - size_iou(values, chosen).max(axis=1)) ** 2
        far[(values[:, None] == chosen).all(axis=2).any(axis=1)] = 0  # rounding leaves 1 − 1 above 0
        chosen = np.vstack([chosen, values[random.choice(len(values), p=far / far.sum())]])
    return chosen


def _checked(sizes: np.ndarray, count: int) -> np.ndarray:
    values = np.asarray(sizes, np.float64).reshape(-1, 2)
    if not (np.isfinite(values) & (values > 0)).all():
        raise UserError("A box has no area; anchors need widths and heights above 0.", "Leave such boxes out.", "boxes")
    different = len(np.unique(values, axis=0))
    if not 1 <= count <= different:
        raise UserError(
            f"{count} anchors were asked of {different} different box sizes.",
            f"Choose 1 to {different} anchors." if different else "Give some boxes.",
            where="anchors",
        )
    return values
