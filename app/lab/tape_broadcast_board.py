"""The picture of broadcasting: the table of axes above; the tensors with their copies, and the sum, below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink
from app.lab.tape_blocks import Index, Sheets, cell_for, extent, paint_cell, tint
from app.lab.tape_join_board import TINT
from app.theme import Look
from engine.explain.tensors import STEP, Aligned, numbered, source_index, written

COLUMN, ROWS = 96.0, 26.0  # px of an axis in the table, and of its rows
TABLE = 150.0  # px from the top that the table takes
SIGN = 34.0  # px between two tensors
FAINT = 0.16  # of the colour of a cell that is a copy


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        axes: the last one first, up to the one that is refused.
        checked: axes that are compared already.
        stretched, added: how far the copies and the sum are.
        result: shape of the sum; None where it is refused.
        lit: the element of the sum that is picked.
    """

    left: Index
    right: Index
    axes: Sequence[Aligned]
    checked: int
    stretched: bool
    added: bool
    result: Index | None
    lit: Index | None = None


class BroadcastBoard(Board):
    """Attributes:
    picked: an element of the sum.
    """

    picked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Two shapes aligned from the right")
        self._shown: Shown | None = None
        self._sum: Sheets | None = None

    def show_shapes(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        told = ", ".join(f"axis −{-axis.axis} {says(axis)}" for axis in shown.axes[: shown.checked])
        after = f": {written(shown.result)}" if shown.result is not None and shown.added else ""
        self.describe(f"{written(shown.left)} + {written(shown.right)}{after}. {told}")

    def paint(self, ink: Ink) -> None:
        """Draw the table above, the tensors below."""
        shown = self._shown
        if shown is None:
            return
        ink.at(QPointF(24, 24), f"a + b, shapes {written(shown.left)} and {written(shown.right)}", "heading", "ink")
        self._paint_table(ink, shown)
        self._sum = None
        refused = shown.axes[-1] if shown.axes and shown.axes[-1].fit == "refused" else None
        if refused is not None and shown.checked == len(shown.axes):
            text = f"Axis −{-refused.axis}: {refused.left} and {refused.right} are not equal, and neither is 1."
            ink.at(QPointF(24, TABLE + 34), text, "title", "err")
        self._paint_tensors(ink, QRectF(24, TABLE + 62, self.width() - 48, self.height() - TABLE - 86), shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick an element of the sum."""
        super().mousePressEvent(event)
        found = self._sum.index_at(event.position()) if self._sum is not None else None
        if found is not None and self.is_movable:
            self.picked.emit(found)

    def _paint_table(self, ink: Ink, shown: Shown) -> None:
        rank = max(len(shown.left), len(shown.right))
        right = min(self.width() / 2 + rank * COLUMN / 2 + 30, self.width() - 40.0)
        for row, name in enumerate(("a", "b", "a + b")):
            ink.at(QPointF(right - rank * COLUMN - 14, 62 + row * ROWS), name, "code", "ink2", RIGHT)
        for number in range(rank):
            x = right - (number + 0.5) * COLUMN
            is_checked = number < shown.checked
            axis = shown.axes[number] if number < len(shown.axes) else None
            self._paint_column(ink, x, number, axis if is_checked else None, shown)

    def _paint_column(self, ink: Ink, x: float, number: int, axis: Aligned | None, shown: Shown) -> None:
        box = QRectF(x - COLUMN / 2 + 4, 48, COLUMN - 8, 3 * ROWS + 30)
        is_now = number == shown.checked - 1
        is_bad = axis is not None and axis.fit == "refused"
        ink.box(box, "card", "err" if is_bad else "ink" if is_now else "line", 6, 2 if is_now or is_bad else 1)
        for row, (shape, side) in enumerate(((shown.left, "left"), (shown.right, "right"))):
            size = shape[-1 - number] if number < len(shape) else None
            is_wide = axis is not None and axis.fit == side
            text = "·" if size is None else str(size)
            if is_wide and axis is not None:
                text = f"{'1' if size is None else size} → {axis.size}"
            token = "warn" if is_wide else "ink3" if size is None else "ink"
            ink.at(QPointF(x, 62 + row * ROWS), text, "number", token, CENTRE)
        if axis is None:
            return
        result = "?" if is_bad else str(axis.size)
        ink.at(QPointF(x, 62 + 2 * ROWS), result, "result", "err" if is_bad else "ink", CENTRE)
        ink.at(QPointF(x, 62 + 3 * ROWS), says(axis), "caption", "err" if is_bad else "ink3", CENTRE)

    def _paint_tensors(self, ink: Ink, room: QRectF, shown: Shown) -> None:
        full = [shown.result or shape for shape in (shown.left, shown.right)]
        shapes = [*full, shown.result] if shown.result is not None else full
        cell = cell_for(shapes[0], room.size(), 52.0)
        for _ in range(40):  # until all three stand side by side
            sizes = [extent(shape, cell) for shape in shapes]
            if sum(size.width() for size in sizes) + SIGN * (len(shapes) - 1) <= room.width():
                break
            cell *= 0.95
        x = room.left() + (room.width() - sum(s.width() for s in sizes) - SIGN * (len(shapes) - 1)) / 2
        middle = room.center().y() + 8
        for place, (shape, size) in enumerate(zip(shapes, sizes, strict=True)):
            sheets = Sheets(shape, QPointF(x, middle - size.height() / 2), cell)
            name = ("a", "b", "a + b")[place]
            ink.at(QPointF(x + size.width() / 2, sheets.corner.y() - 14), name, "code", "ink2", CENTRE)
            self._paint_tensor(ink, sheets, place, shown)
            x += size.width()
            if place < len(shapes) - 1:
                ink.at(QPointF(x + SIGN / 2, middle), "+" if place == 0 else "=", "heading", "ink2", CENTRE)
                x += SIGN

    def _paint_tensor(self, ink: Ink, sheets: Sheets, place: int, shown: Shown) -> None:
        if place == 2:
            self._paint_sum(ink, sheets, shown)
            return
        own = (shown.left, shown.right)[place]
        values = numbered(own, 0 if place == 0 else STEP)
        token = ("series1", "series2")[place]
        solid, copy = tint(ink, token, TINT), tint(ink, token, FAINT)
        seen = source_index(own, shown.lit) if shown.lit is not None else None
        for index in np.ndindex(*sheets.shape):
            source = source_index(own, index) if shown.result is not None else index
            is_own = index[len(index) - len(own) :] == source and not any(index[: len(index) - len(own)])
            if is_own:
                paint_cell(ink, sheets.rect(index), str(values[source]), solid, is_lit=source == seen)
            elif shown.stretched:
                paint_cell(ink, sheets.rect(index), str(values[source]), copy)

    def _paint_sum(self, ink: Ink, sheets: Sheets, shown: Shown) -> None:
        self._sum = sheets if shown.added else None
        a, b = numbered(shown.left), numbered(shown.right, STEP)
        ground, empty = ink.color("raised"), ink.color("card")
        for index in np.ndindex(*sheets.shape):
            value = a[source_index(shown.left, index)] + b[source_index(shown.right, index)]
            text = str(value) if shown.added else ""
            paint_cell(ink, sheets.rect(index), text, ground if shown.added else empty, is_lit=index == shown.lit)


def says(axis: Aligned) -> str:
    """What happens along an axis, in two or three words."""
    if axis.fit in ("equal", "refused"):
        return axis.fit
    name, size = ("a", axis.left) if axis.fit == "left" else ("b", axis.right)
    return f"{name} gets it" if size is None else f"{name} is stretched"
