"""Which activations a node shows, and where: arithmetic on arrays, no painting."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QRectF

BODY_HEIGHT = 77
FEW, MANY = 6, 16  # up to so many channels are drawn large; of more, so many are drawn small
LARGE, SMALL = 36, 18
CELL = 7
BINS = 10
HISTOGRAM_WIDTH = 30


@dataclass(frozen=True)
class Piece:
    """One part of a mosaic: where it is drawn in the body, and where it lies in the array."""

    target: QRectF
    source: QRect


@dataclass(frozen=True)
class Mosaic:
    """A picture of one layer's output.

    Args:
        values: float32 (row, column), everything that is drawn, in one array.
        limit: the signed map runs from −limit to limit.
        pieces: the tiles.
        grounds: rectangles of canvas colour behind them.
        bars: lengths 0..1 of a sideways histogram, highest values first; empty where there is none.
        bar_values: the middle of each bar's bin, as a share of the limit, −1..1.
        bar_box: where the histogram is drawn.
    """

    values: np.ndarray
    limit: float
    pieces: tuple[Piece, ...]
    grounds: tuple[QRectF, ...]
    bars: tuple[float, ...] = ()
    bar_values: tuple[float, ...] = ()
    bar_box: QRectF | None = None


def mosaic(activation: np.ndarray, width: float) -> Mosaic:
    """Arrange one layer's output in a body `width` px wide and `BODY_HEIGHT` high.

    Args:
        activation: (height, width, channels), (steps, features), or a vector; values that are not finite show as 0.
    """
    values = np.nan_to_num(np.asarray(activation, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if values.size == 0:
        values = np.zeros(1, np.float32)
    limit = float(np.abs(values).max()) or 1.0
    if values.ndim == 3:
        return _channels(values, limit, width)
    if values.ndim == 2:
        return _sequence(values, limit, width)
    return _vector(values.reshape(-1), limit, width)


def strongest(activation: np.ndarray, count: int) -> np.ndarray:
    """Indices of the `count` channels of largest mean magnitude, in channel order."""
    strength = np.abs(activation).reshape(-1, activation.shape[-1]).mean(axis=0)
    return np.sort(np.argsort(-strength, kind="stable")[:count])


def tile_plan(channels: int, width: float) -> tuple[int, int, int]:
    """Return columns, gap and side of the square tiles, px, for so many channels in a body `width` px wide."""
    if channels == 1:
        return 1, 0, int(min(BODY_HEIGHT - 2, width - 2))
    columns, gap, side = (min(channels, 3), 2, LARGE) if channels <= FEW else (4, 1, SMALL)
    return columns, gap, min(side, int((width - 2 - gap * (columns - 1)) / columns))


def vector_plan(count: int, width: float, height: float = BODY_HEIGHT + 3) -> tuple[int, int, float]:
    """Return columns, gap and side of the square cells, px, for so many units.

    Cells of 7 px with a gap of 1 where they fit, larger ones for few units; else smaller ones without a gap.
    """
    for side in (2 * CELL + 1, CELL + 4, CELL):
        columns = int((width - 1) // (side + 1)) if side > CELL else int(width // (side + 1))
        rows = math.ceil(count / columns) if columns else 0
        if rows and rows * (side + 1) <= height:
            return math.ceil(count / rows), 1, side
    columns = math.ceil(math.sqrt(count * width / (height - 9)))
    rows = math.ceil(count / columns)
    return columns, 0, min(width / columns, (height - 9) / rows)


def sideways_histogram(values: np.ndarray, limit: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Square roots of the counts per bin as shares of the largest, and the bins' middles; highest values first.

    The bins run from the smallest value (or 0) to the largest (or 0).
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    counts, edges = np.histogram(values, bins=BINS, range=(low, high if high > low else low + 1.0))
    roots = np.sqrt(counts)
    middles = (edges[:-1] + edges[1:]) / 2 / limit
    return tuple((roots / max(roots.max(), 1.0))[::-1].tolist()), tuple(middles[::-1].tolist())


def _channels(values: np.ndarray, limit: float, width: float) -> Mosaic:
    channels = values.shape[-1]
    columns, gap, side = tile_plan(channels, width)
    shown = np.arange(channels) if channels <= FEW else strongest(values, MANY)
    height, breadth = values.shape[:2]
    rows = math.ceil(len(shown) / columns)
    pieces = tuple(
        Piece(_fitted(1 + (i % columns) * (side + gap), 1 + (i // columns) * (side + gap), side, breadth, height),
              QRect(0, i * height, breadth, height))
        for i in range(len(shown))
    )  # fmt: skip
    stacked = np.ascontiguousarray(values[:, :, shown].transpose(2, 0, 1)).reshape(-1, breadth)
    ground = QRectF(0, 0, columns * (side + gap) - gap + 2, rows * (side + gap) - gap + 2)
    room = width - ground.width() - 6
    if channels <= FEW or room < 20:
        return Mosaic(stacked, limit, pieces, (ground,))
    box = QRectF(ground.right() + 6, 0, min(room, HISTOGRAM_WIDTH), BODY_HEIGHT)
    return Mosaic(stacked, limit, pieces, (ground,), *sideways_histogram(values, limit), box)


def _fitted(x: float, y: float, side: float, breadth: int, height: int) -> QRectF:
    """The largest box of the picture's shape inside a tile."""
    scale = side / max(breadth, height)
    w, h = max(1.0, breadth * scale), max(1.0, height * scale)
    return QRectF(x + (side - w) / 2, y + (side - h) / 2, w, h)


def _sequence(values: np.ndarray, limit: float, width: float) -> Mosaic:
    """Steps run to the right, features down."""
    drawn = np.ascontiguousarray(values.T)
    box = QRectF(0, 0, width, BODY_HEIGHT)
    piece = Piece(box.adjusted(1, 1, -1, -1), QRect(0, 0, drawn.shape[1], drawn.shape[0]))
    return Mosaic(drawn, limit, (piece,), (box,))


def _vector(values: np.ndarray, limit: float, width: float) -> Mosaic:
    values = _thinned(values, int(width * (BODY_HEIGHT - 9)))
    columns, gap, side = vector_plan(len(values), width)
    rows = math.ceil(len(values) / columns)
    padded = np.zeros(rows * columns, np.float32)
    padded[: len(values)] = values
    drawn = padded.reshape(rows, columns)
    if not gap:
        box = QRectF(0, 0, columns * side, rows * side)
        return Mosaic(drawn, limit, (Piece(box, QRect(0, 0, columns, rows)),), (box,))
    pitch = side + gap
    pieces = tuple(
        Piece(QRectF((i % columns) * pitch + 1, (i // columns) * pitch + 1, side, side),
              QRect(i % columns, i // columns, 1, 1))
        for i in range(len(values))
    )  # fmt: skip
    return Mosaic(drawn, limit, pieces, tuple(_grounds(len(values), columns, pitch)))


def _grounds(count: int, columns: int, pitch: float) -> Iterator[QRectF]:
    """Behind the full rows, and behind the cells of the last one."""
    full, rest = divmod(count, columns)
    if full:
        yield QRectF(0, 0, columns * pitch + 1, full * pitch + 1)
    if rest:
        yield QRectF(0, full * pitch, rest * pitch + 1, pitch + 1)


def _thinned(values: np.ndarray, most: int) -> np.ndarray:
    """At most `most` values: of each run of neighbours the one of largest magnitude."""
    if len(values) <= most:
        return values
    run = math.ceil(len(values) / most)
    padded = np.zeros(math.ceil(len(values) / run) * run, np.float32)
    padded[: len(values)] = values
    runs = padded.reshape(-1, run)
    return runs[np.arange(len(runs)), np.abs(runs).argmax(axis=1)]
