"""Boxes (x0, y0, x1, y1), px: size, overlap, and the other ways to write them."""

import numpy as np


def areas(boxes: np.ndarray) -> np.ndarray:
    """Areas of boxes (..., 4), px²; 0 where a side is 0 or negative. The dtype of floats is kept."""
    x0, y0, x1, y1 = _sides(boxes)
    return np.maximum(x1 - x0, 0) * np.maximum(y1 - y0, 0)


def intersections(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Areas that boxes (n, 4) share with boxes (m, 4), px², (n, m)."""
    ax0, ay0, ax1, ay1 = (side[:, None] for side in _sides(a))
    bx0, by0, bx1, by1 = _sides(b)
    wide = np.minimum(ax1, bx1) - np.maximum(ax0, bx0)
    high = np.minimum(ay1, by1) - np.maximum(ay0, by0)
    return np.maximum(wide, 0) * np.maximum(high, 0)


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes (n, 4) with boxes (m, 4), 0 to 1, (n, m); 0 where either has no area.

    Two float32 arrays are worked out in float32, in the order of operations of `tf.image.non_max_suppression`;
    everything else in float64.
    """
    shared = intersections(a, b)
    return _share(shared, areas(a)[:, None] + areas(b) - shared)


def intersection_over_first(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Share of each box (n, 4) that lies in each box (m, 4), 0 to 1, (n, m): COCO's overlap with a crowd."""
    shared = intersections(a, b)
    return _share(shared, np.broadcast_to(areas(a)[:, None], shared.shape))


def clipped(boxes: np.ndarray, width: float, height: float) -> np.ndarray:
    """The parts of boxes (..., 4) on a picture of `width` × `height` px."""
    limits = np.array([width, height, width, height], boxes.dtype)
    return np.clip(boxes, 0, limits)


def from_centres(boxes: np.ndarray) -> np.ndarray:
    """Boxes (..., 4) from (x centre, y centre, width, height)."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return np.concatenate([centre - half, centre + half], axis=-1)


def to_centres(boxes: np.ndarray) -> np.ndarray:
    """Boxes (..., 4) as (x centre, y centre, width, height)."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=-1)


def _sides(boxes: np.ndarray) -> tuple[np.ndarray, ...]:
    floats = boxes if boxes.dtype == np.float32 else np.asarray(boxes, np.float64)
    return tuple(np.moveaxis(floats, -1, 0))


def _share(shared: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(shared, whole, out=np.zeros_like(shared), where=shared > 0)
