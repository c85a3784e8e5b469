"""Tensors on a stage: cells in rows, sheets and rows of sheets, with an arrow for every axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor

from app.lab.ink import CENTRE, RIGHT, Ink
from app.plots.plot import text_on

Index = tuple[int, ...]
AXES = 4
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
CELL, GAP, LEAST_GAP = 62.0, 0.45, 9.0  # px at most; between two sheets, in cells, and px at least
READABLE, LARGE = 17.0, 34.0  # px of a cell that has room for its number, and for a larger one
AWAY, FAR = 14.0, 34.0  # px from the cells to an arrow: of the two inner axes, and of the two outer ones


@dataclass(frozen=True)
class Sheets:
    """Where the cells of a tensor lie.

    The last axis goes to the right, the one before it down; the third last is a row of sheets, the fourth last are
    rows of sheets below one another.

    Args:
        shape: of rank 0 to 4.
        corner: of the first cell, px.
        cell: side of a cell, px.
    """

    shape: Index
    corner: QPointF
    cell: float

    @property
    def full(self) -> Index:
        """The shape with ones in front, four sizes."""
        return (1,) * (AXES - len(self.shape)) + self.shape

    @property
    def area(self) -> QRectF:
        """What all cells cover."""
        return QRectF(self.corner, extent(self.shape, self.cell))

    def pitch(self, axis: int) -> float:
        """How far apart two neighbours along an axis are, px; axis −1 is the last."""
        _, _, rows, columns = self.full
        gap = _gap(self.cell)
        return {-1: self.cell, -2: self.cell, -3: columns * self.cell + gap, -4: rows * self.cell + gap}[axis]

    def rect(self, index: Index) -> QRectF:
        """Where an element lies."""
        block, sheet, row, column = (0,) * (AXES - len(index)) + tuple(index)
        x = self.corner.x() + sheet * self.pitch(-3) + column * self.cell
        y = self.corner.y() + block * self.pitch(-4) + row * self.cell
        return QRectF(x, y, self.cell, self.cell)

    def index_at(self, place: QPointF) -> Index | None:
        """The element under a place; None for none."""
        if not self.area.contains(place):
            return None
        across, down = place.x() - self.corner.x(), place.y() - self.corner.y()
        sheet, block = int(across / self.pitch(-3)), int(down / self.pitch(-4))
        column = int((across - sheet * self.pitch(-3)) / self.cell)
        row = int((down - block * self.pitch(-4)) / self.cell)
        index = (block, sheet, row, column)
        if any(at >= size for at, size in zip(index, self.full, strict=True)):
            return None
        return index[AXES - len(self.shape) :]

    def arrow(self, axis: int) -> tuple[QPointF, QPointF]:
        """The line of an axis, from its first element to behind its last; axis −1 is the last."""
        left, top = self.corner.x(), self.corner.y()
        size = self.full[axis]
        long = (size - 1) * self.pitch(axis) + (self.cell if axis > -3 else self.pitch(axis) - _gap(self.cell))
        match axis:
            case -1:
                y = self.area.bottom() + AWAY
                return QPointF(left, y), QPointF(left + long, y)
            case -2:
                return QPointF(left - AWAY, top), QPointF(left - AWAY, top + long)
            case -3:
                return QPointF(left, top - AWAY), QPointF(left + long, top - AWAY)
            case _:
                return QPointF(left - AWAY - FAR, top), QPointF(left - AWAY - FAR, top + long)


def extent(shape: Index, cell: float) -> QSizeF:
    """How large a tensor is drawn, px."""
    block, sheet, rows, columns = (1,) * (AXES - len(shape)) + tuple(shape)
    gap = _gap(cell)
    return QSizeF(sheet * columns * cell + (sheet - 1) * gap, block * rows * cell + (block - 1) * gap)


def cell_for(shape: Index, room: QSizeF, most: float = CELL) -> float:
    """The side of a cell with which a tensor fits into a room, px."""
    block, sheet, rows, columns = (1,) * (AXES - len(shape)) + tuple(shape)
    wide = (room.width() - (sheet - 1) * LEAST_GAP) / (sheet * columns + (sheet - 1) * GAP)
    high = (room.height() - (block - 1) * LEAST_GAP) / (block * rows + (block - 1) * GAP)
    return max(4.0, min(most, wide, high))


def middle_of(shape: Index, room: QRectF, most: float = CELL) -> Sheets:
    """A tensor in the middle of a room."""
    cell = cell_for(shape, room.size(), most)
    size = extent(shape, cell)
    return Sheets(shape, room.center() - QPointF(size.width() / 2, size.height() / 2), cell)


def paint_cell(ink: Ink, rect: QRectF, text: str, ground: QColor, *, is_lit: bool = False) -> None:
    """Draw one cell with its number, where there is room for it."""
    ink.fill(rect.adjusted(1, 1, -1, -1), ground, radius=2)
    if rect.width() >= READABLE and text:
        ink.painter.setFont(ink.theme.font("number" if rect.width() >= LARGE else "heat"))
        ink.painter.setPen(text_on(ground))
        ink.painter.drawText(rect, CENTRE, text)
    if is_lit:
        paint_lit(ink, rect)


def paint_lit(ink: Ink, rect: QRectF) -> None:
    """Draw the frame of the chosen cell."""
    ink.pen("ink", 2)
    ink.painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)


def paint_cells(
    ink: Ink, sheets: Sheets, indices: Sequence[Index], look: Callable[[Index], tuple[str, QColor]], lit: Index | None
) -> None:
    """Draw some cells.

    Args:
        look: the text and the ground of an element.
        lit: the chosen one.
    """
    for index in indices:
        paint_cell(ink, sheets.rect(index), *look(index), is_lit=index == lit)


def paint_axis(ink: Ink, sheets: Sheets, axis: int, text: str) -> QPointF:
    """Draw the arrow of an axis with its name; return where it ends. Axis −1 is the last."""
    start, end = sheets.arrow(axis)
    ink.arrow(start, end, "ink3", 1.5)
    match axis:
        case -1:
            ink.at(QPointF(start.x(), start.y() + 14), text, "caption", "ink2")
        case -2:
            ink.at(QPointF(start.x() - 8, (start.y() + end.y()) / 2), text, "caption", "ink2", RIGHT)
        case -3:
            ink.at(QPointF(start.x(), start.y() - 13), text, "caption", "ink2")
        case _:
            ink.at(QPointF(start.x() - 8, start.y() + 8), text, "caption", "ink2", RIGHT)
    return end


def tint(ink: Ink, token: str, share: float) -> QColor:
    """A token's colour mixed with the canvas, opaque, so that numbers on it can be told to be readable."""
    color, ground = ink.color(token), ink.theme.color("canvas")
    pairs = ((color.red(), ground.red()), (color.green(), ground.green()), (color.blue(), ground.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))


def wrapped(ink: Ink, rect: QRectF, text: str, role: str = "body", token: str = "ink2") -> None:
    """Write a text over as many lines as it needs."""
    ink.painter.setFont(ink.theme.font(role))
    ink.painter.setPen(ink.theme.any_color(token))
    ink.painter.drawText(rect, WRAPPED, text)  # type: ignore[call-overload]


def _gap(cell: float) -> float:
    return max(LEAST_GAP, GAP * cell)
