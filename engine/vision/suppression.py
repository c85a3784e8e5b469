"""Non-max suppression: of boxes that overlap, the one with the highest score stays; every other knows its killer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError

FIRST_BLOCK, BLOCK = 8, 64  # boxes whose fate is settled together: few at first, as the best ones kill the most
LARGEST = 1e9  # px, and of a score: areas stay far from the end of float32
PIECE = 4096  # of the others at a time: the overlaps of a block with a piece stay in the processor's cache


@dataclass(frozen=True)
class Suppression:
    """What became of a list of boxes; every index is one of that list, and is in `kept`, `killed` or `left`.

    Args:
        kept: int64 (kept,), the highest score first; of equal scores the lower index first.
        killed: int64 (killed,), in the same order.
        by: int64 (killed,), the kept box with the highest score that overlaps it too much.
        overlaps: float32 (killed,), their intersection over union, above the threshold.
        left: int64 (left,), neither: not above the score threshold, or free once enough boxes were kept.
    """

    kept: np.ndarray
    killed: np.ndarray
    by: np.ndarray
    overlaps: np.ndarray
    left: np.ndarray


def non_max_suppression(
    boxes: np.ndarray,
    scores: np.ndarray,
    iou_threshold: float = 0.5,
    classes: np.ndarray | None = None,
    score_threshold: float = -np.inf,
    max_output_size: int | None = None,
) -> Suppression:
    """Go through boxes from the highest score down; keep each that no kept one overlaps by more than the threshold.

    What is kept is what `tf.image.non_max_suppression` selects, to the bit: overlaps are worked out in float32, a box
    falls where its overlap exceeds the threshold, of equal scores the lower index goes first, a box without area
    overlaps nothing, and the two corners of a box may be given in any order.

    Args:
        boxes: (box, 4), px.
        scores: (box,).
        iou_threshold: 0 to 1.
        classes: (box,), only boxes of one class suppress each other; None compares them across classes.
        score_threshold: only boxes with a higher score are looked at.
        max_output_size: how many are kept at most, of all classes together; None keeps all.

    Raises:
        UserError: the sizes do not fit, a number is not finite or beyond ±1e9, or the threshold is not within 0 to 1.
    """
    _check(boxes, scores, iou_threshold, classes)
    sides, values = _corners(boxes), np.asarray(scores, np.float32)
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > np.float32(score_threshold)]
    fates = _Fates(np.full(len(sides), -1, np.int64), np.zeros(len(sides), np.float32))
    for group in _groups(order, classes):
        _suppress(sides, group, np.float32(iou_threshold), fates)
    return _summary(order, fates, max_output_size)


@dataclass(frozen=True)
class _Fates:
    """Who kills each box, −1 where nobody does, and with what overlap; both (box,)."""

    by: np.ndarray
    overlaps: np.ndarray

    def kill(self, fallen: np.ndarray, by: np.ndarray, overlaps: np.ndarray) -> None:
        self.by[fallen] = by
        self.overlaps[fallen] = overlaps


def _summary(order: np.ndarray, fates: _Fates, most: int | None) -> Suppression:
    kept = order[fates.by[order] < 0][:most]
    is_kept = np.zeros(len(fates.by), bool)
    is_kept[kept] = True
    is_killed = (fates.by >= 0) & is_kept[fates.by]
    killed = order[is_killed[order]]
    return Suppression(kept, killed, fates.by[killed], fates.overlaps[killed], np.flatnonzero(~(is_kept | is_killed)))


def _groups(order: np.ndarray, classes: np.ndarray | None) -> Iterator[np.ndarray]:
    """The boxes that may suppress each other, by falling score."""
    if classes is None:
        yield order
        return
    of_order = np.asarray(classes)[order]
    for label in np.unique(of_order):
        yield order[of_order == label]


def _suppress(boxes: np.ndarray, order: np.ndarray, threshold: np.float32, fates: _Fates) -> None:
    """Settle a block of the best boxes at a time, then strike out all others that this block kills.

    Args:
        order: the boxes concerned, by falling score.
    """
    size = FIRST_BLOCK
    while len(order):
        kept, ahead = _settled(boxes, order[:size], threshold, fates), order[size:]
        pieces = [ahead[start : start + PIECE] for start in range(0, len(ahead), PIECE)]
        order = np.concatenate([_survivors(boxes, kept, piece, threshold, fates) for piece in pieces] or [ahead])
        size = min(2 * size, BLOCK)


def _settled(boxes: np.ndarray, block: np.ndarray, threshold: np.float32, fates: _Fates) -> np.ndarray:
    """Keep or kill the boxes of a block one after another; return those kept."""
    overlaps = _overlaps(boxes[block], boxes[block])
    over = np.triu(overlaps > threshold, 1)
    alive = np.ones(len(block), bool)
    for place in np.flatnonzero(over.any(axis=1)):
        if alive[place]:
            fallen = np.flatnonzero(over[place] & alive)
            alive[fallen] = False
            fates.kill(block[fallen], block[place], overlaps[place, fallen])
    return block[alive]


def _survivors(
    boxes: np.ndarray, kept: np.ndarray, others: np.ndarray, threshold: np.float32, fates: _Fates
) -> np.ndarray:
    """Kill what the kept boxes overlap too much, each by the first of them; return the rest."""
    overlaps = _overlaps(boxes[kept], boxes[others])
    over = overlaps > threshold
    alive = ~over.any(axis=0)
    fallen = np.flatnonzero(~alive)
    killer = over[:, fallen].argmax(axis=0)
    fates.kill(others[fallen], kept[killer], overlaps[killer, fallen])
    return others[alive]


def _overlaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """As `engine.vision.boxes.iou`, float32 (n, m), in as few arrays as can be; NaN where neither box has area."""
    ax0, ay0, ax1, ay1 = (side[:, None] for side in a.T.copy())
    bx0, by0, bx1, by1 = b.T.copy()
    wide, high, other = np.minimum(ax1, bx1), np.minimum(ay1, by1), np.maximum(ax0, bx0)
    np.maximum(np.subtract(wide, other, out=wide), 0, out=wide)
    np.maximum(ay0, by0, out=other)
    np.maximum(np.subtract(high, other, out=high), 0, out=high)
    shared = np.multiply(wide, high, out=wide)
    union = np.add((ay1 - ay0) * (ax1 - ax0), (by1 - by0) * (bx1 - bx0), out=other)
    np.subtract(union, shared, out=union)
    with np.errstate(invalid="ignore"):
        return np.divide(shared, union, out=shared)


def _corners(boxes: np.ndarray) -> np.ndarray:
    """float32 (box, 4) with x0 ≤ x1 and y0 ≤ y1."""
    sides = np.asarray(boxes, np.float32)
    low, high = np.minimum(sides[:, :2], sides[:, 2:]), np.maximum(sides[:, :2], sides[:, 2:])
    return np.concatenate([low, high], axis=1)


def _check(boxes: np.ndarray, scores: np.ndarray, iou_threshold: float, classes: np.ndarray | None) -> None:
    if boxes.ndim != 2 or boxes.shape[1] != 4 or scores.shape != boxes.shape[:1]:
        raise UserError(
            f"Boxes of shape {boxes.shape} and scores of shape {scores.shape}; expected (n, 4) and (n,).",
            "Give every box four numbers and one score.",
            where="boxes",
        )
    if classes is not None and np.shape(classes) != scores.shape:
        raise UserError(
            f"{len(scores)} boxes but {np.size(classes)} classes.", "Give every box a class, or none.", where="classes"
        )
    for name, values in (("box", boxes), ("score", scores[:, None])):
        usable = (np.abs(values) <= LARGEST).all(axis=1)  # false for NaN
        if not usable.all():
            place = int(np.argmin(usable))
            shown = ", ".join(f"{value:g}" for value in values[place])
            raise UserError(
                f"The {name} {place} is {shown}; expected finite numbers up to {LARGEST:g}.",
                "Correct it, or leave it out.",
                where="boxes",
            )
    if not 0 <= iou_threshold <= 1:
        raise UserError(f"The IoU threshold is {iou_threshold:g}; expected 0 to 1.", "The usual one is 0.5.", "iou")
