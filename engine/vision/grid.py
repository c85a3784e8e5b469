"""What a grid detector learns: which cell and anchor answers for each object, and the numbers it should say (YOLO).

A picture is cut into rows × columns cells. The cell with an object's centre answers for it, with the anchor whose
size overlaps the object's most; x and y are the place of the centre inside the cell, 0 to 1; w and h are the logarithms
of the object's width and height over the anchor's (Redmon and Farhadi 2017, YOLO9000, §2, with x = σ(tx), y = σ(ty)).
"""

from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.vision.anchors import size_iou

OBJECTNESS, X, Y, W, H, CLASS = range(6)


@dataclass(frozen=True)
class Grid:
    """Cells and anchors over a picture.

    Args:
        rows, columns: of cells.
        height, width: of the picture, px.
        anchors: (anchor, 2), width and height, px.
    """

    rows: int
    columns: int
    height: float
    width: float
    anchors: np.ndarray

    @property
    def cell(self) -> tuple[float, float]:
        """Height and width of a cell, px."""
        return self.height / self.rows, self.width / self.columns

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, anchors."""
        return self.rows, self.columns, len(self.anchors)


@dataclass(frozen=True)
class GridTargets:
    """The objects of a picture as a grid detector should say them.

    Args:
        values: float32 (row, column, anchor, 6): objectness 0 or 1, x, y, w, h, class; all 0 where there is no object.
        owners: int64 (object, 3): row, column and anchor that answer for each object; −1 for one that found no place,
            because objects before it hold all anchors of its cell.
    """

    values: np.ndarray
    owners: np.ndarray


def encode(grid: Grid, boxes: np.ndarray, classes: np.ndarray) -> GridTargets:
    """Give every object a cell and an anchor: the free one that fits best, in the order of the objects.

    Args:
        boxes: (object, 4), px, their centres on the picture.
        classes: int (object,).

    Raises:
        UserError: a box has no area, or its centre is off the picture.
    """
    values = np.zeros((*grid.shape, 6), np.float32)
    owners = np.full((len(boxes), 3), -1, np.int64)
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    centres, sizes = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    _check(grid, boxes, centres, sizes)
    high, wide = grid.cell
    across, down = centres[:, 0] / wide, centres[:, 1] / high
    columns = np.minimum(across.astype(np.int64), grid.columns - 1)  # a centre on the far edge is in the last cell
    rows = np.minimum(down.astype(np.int64), grid.rows - 1)
    overlaps = size_iou(sizes, np.asarray(grid.anchors, np.float64))
    for place, (row, column) in enumerate(zip(rows, columns, strict=True)):
        taken = values[row, column, :, OBJECTNESS] == 1
        if taken.all():
            continue
        anchor = int(np.where(taken, -1, overlaps[place]).argmax())
        owners[place] = row, column, anchor
        scaled = np.log(sizes[place] / grid.anchors[anchor])
        values[row, column, anchor] = (1, across[place] - column, down[place] - row, *scaled, classes[place])
    return GridTargets(values, owners)


def decode(grid: Grid, places: np.ndarray) -> np.ndarray:
    """The boxes that a grid speaks of, as float32 (..., row, column, anchor, 4), px.

    Args:
        places: (..., row, column, anchor, 4): x, y in 0..1 inside the cell, w, h as logarithms over the anchor.
    """
    high, wide = grid.cell
    row, column = np.arange(grid.rows)[:, None, None], np.arange(grid.columns)[:, None]
    x, y, w, h = np.moveaxis(np.asarray(places, np.float64), -1, 0)
    centre_x, centre_y = (x + column) * wide, (y + row) * high
    half_w, half_h = np.exp(w) * grid.anchors[:, 0] / 2, np.exp(h) * grid.anchors[:, 1] / 2
    corners = (centre_x - half_w, centre_y - half_h, centre_x + half_w, centre_y + half_h)
    return np.stack(corners, axis=-1).astype(np.float32)


@dataclass(frozen=True)
class GridPredictions:
    """What a grid detector says of pictures.

    Args:
        boxes: float32 (..., row, column, anchor, 4), px.
        objectness: float32 (..., row, column, anchor), 0 to 1.
        probabilities: float32 (..., row, column, anchor, class), of each class if there is an object.
    """

    boxes: np.ndarray
    objectness: np.ndarray
    probabilities: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        """Objectness × probability, float32 (..., row, column, anchor, class)."""
        return self.objectness[..., None] * self.probabilities


def predictions(grid: Grid, logits: np.ndarray, most: float = 8.0) -> GridPredictions:
    """Read the raw output of a network.

    Args:
        logits: (..., row, column, anchor, 5 + class), in the order of the targets: objectness, x, y, w, h, classes.
        most: w and h are cut to ± this, so that an untrained network's boxes stay finite.
    """
    values = np.asarray(logits, np.float32)
    sizes = np.clip(values[..., W : H + 1], -most, most)
    places = np.concatenate([_sigmoid(values[..., X : Y + 1]), sizes], axis=-1)
    shifted = np.exp(values[..., CLASS:] - values[..., CLASS:].max(axis=-1, keepdims=True))
    return GridPredictions(
        decode(grid, places), _sigmoid(values[..., OBJECTNESS]), shifted / shifted.sum(axis=-1, keepdims=True)
    )


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return (0.5 * (1 + np.tanh(0.5 * values))).astype(np.float32)  # no overflow at either end


def _check(grid: Grid, boxes: np.ndarray, centres: np.ndarray, sizes: np.ndarray) -> None:
    inside = (centres >= 0).all(axis=1) & (centres <= [grid.width, grid.height]).all(axis=1)
    for wrong, what in ((~(sizes > 0).all(axis=1), "has no area"), (~inside, "has its centre off the picture")):
        if wrong.any():
            place = int(wrong.argmax())
            raise UserError(f"Box {place}, {boxes[place].tolist()}, {what}.", "Correct it, or leave it out.", "boxes")
