"""Masks of objects as polygons, as run lengths, and as pixels."""

import numpy as np

from engine.errors import UserError
from engine.vision.annotation import Box, Polygons, RunLengths

MOST_PIXELS = 64_000_000
BITS = 5  # of each character of COCO's compressed counts
MORE = 0x20


def painted(mask: Polygons | RunLengths, size: tuple[int, int], shape: tuple[int, int] | None = None) -> np.ndarray:
    """The pixels of a mask, bool (height, width).

    Args:
        size: width and height of the picture the mask belongs to, px.
        shape: (height, width) of the result where it is to be another; the mask is scaled to it.

    Raises:
        UserError: run lengths do not add up to the picture's pixels, or a polygon's numbers come not in pairs.
    """
    width, height = size
    shape = (height, width) if shape is None else shape
    if isinstance(mask, RunLengths):
        whole = _run(mask, width, height)
        rows = ((np.arange(shape[0]) + 0.5) * height / shape[0]).astype(np.int64)
        columns = ((np.arange(shape[1]) + 0.5) * width / shape[1]).astype(np.int64)
        return whole if whole.shape == shape else whole[np.ix_(rows, columns)]
    scale = np.array([shape[1] / width, shape[0] / height])
    filled = np.zeros(shape, bool)
    for part in mask.parts:
        if len(part) < 6 or len(part) % 2:
            raise UserError(f"A polygon has {len(part)} numbers.", "Give x and y of three points or more.", "mask")
        filled |= _inside(np.array(part, float).reshape(-1, 2) * scale, shape)
    return filled


def run_lengths(mask: np.ndarray) -> RunLengths:
    """Run lengths of pixels, bool (height, width)."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    starts = np.flatnonzero(flat[1:] != flat[:-1])
    return RunLengths(tuple(np.diff(np.concatenate([[0], starts, [mask.size]])).tolist()))


def box_of(mask: np.ndarray) -> Box | None:
    """The smallest box around the pixels of a mask, bool (height, width); None where it has none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def decompressed(text: str) -> RunLengths:
    """Run lengths from COCO's compressed string: base 32 digits, and from the third on differences two back.

    Raises:
        UserError: it is not such a string.
    """
    counts: list[int] = []
    value = shift = 0
    for letter in text:
        digit = ord(letter) - 48
        if not 0 <= digit < 64 or shift > 50:
            raise UserError(f"Compressed run lengths hold {letter[:1]!r}.", "Write them as a list of counts.", "mask")
        value |= (digit & 0x1F) << shift
        shift += BITS
        if digit & MORE:
            continue
        if digit & 0x10:
            value -= 1 << shift
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        value = shift = 0
    if shift:
        raise UserError("Compressed run lengths end in the middle of a number.", "The file may be cut.", "mask")
    return RunLengths(tuple(counts))


def _run(mask: RunLengths, width: int, height: int) -> np.ndarray:
    total = sum(mask.counts)
    if total != width * height or min(mask.counts, default=0) < 0 or total > MOST_PIXELS:
        raise UserError(
            f"Run lengths cover {total:,} pixels, the picture has {width * height:,}.", "Check its size.", where="mask"
        )
    values = np.arange(len(mask.counts)) % 2 == 1
    return np.repeat(values, np.array(mask.counts, np.int64)).reshape((height, width), order="F")


def _inside(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Pixels whose centre lies inside one outline: every edge flips all pixels to its right in the rows it crosses."""
    height, width = shape
    ends = np.roll(points, -1, axis=0)
    upper = np.where(points[:, 1:] <= ends[:, 1:], points, ends)
    lower = np.where(points[:, 1:] <= ends[:, 1:], ends, points)
    first = np.clip(np.ceil(upper[:, 1] - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(lower[:, 1] - 0.5), 0, height).astype(np.int64)
    edge = np.repeat(np.arange(len(points)), last - first)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + first[edge]
    run, rise = (lower - upper)[edge].T
    across = upper[edge, 0] + (rows + 0.5 - upper[edge, 1]) / rise * run
    flips = np.zeros((height, width + 1), np.int64)
    np.add.at(flips, (rows, np.clip(np.ceil(across - 0.5), 0, width).astype(np.int64)), 1)
    return flips[:, :width].cumsum(axis=1) % 2 == 1
