"""The picture of stack and concatenate: the parts above, each in its colour, and where they go in the result below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QMouseEvent

from app.lab.board import Board
from app.lab.ink import CENTRE, Ink
from app.lab.tape_blocks import Index, Sheets, middle_of, paint_axis, paint_cells, tint, wrapped
from app.theme import Look
from engine.explain.tensors import STEP, Joined, numbered, written

NAMES, TOKENS = "ABC", ("series1", "series2", "series3")
TINT, UPPER = 0.42, 0.36  # of the colour of a part; of the height, for the parts


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        joined: None where the shapes do not fit.
        problem: why; empty where they do.
        done: parts that are in their places.
        lit: the element of the result that is picked.
    """

    operation: str
    parts: Sequence[Index]
    axis: int
    joined: Joined | None
    problem: str
    done: int
    lit: Index | None = None


class JoinBoard(Board):
    """Attributes:
    picked: an element of the result.
    """

    picked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Tensors that are joined")
        self._shown: Shown | None = None
        self._result: Sheets | None = None

    def show_parts(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        shapes = " and ".join(written(shape) for shape in shown.parts)
        after = written(shown.joined.shape) if shown.joined is not None else shown.problem
        self.describe(f"{shown.operation} of {shapes} along axis {shown.axis}: {after}")

    def paint(self, ink: Ink) -> None:
        """Draw the parts above, the result below."""
        shown = self._shown
        if shown is None:
            return
        upper = self.height() * UPPER
        ink.at(QPointF(24, 24), f"tf.{shown.operation}([{', '.join(NAMES[: len(shown.parts)])}], axis={shown.axis})"
               .replace("-", "−"), "code", "ink")  # fmt: skip
        wide = (self.width() - 48) / len(shown.parts)
        for number, shape in enumerate(shown.parts):
            self._paint_part(ink, QRectF(24 + number * wide, 44, wide, upper - 30), number, shape)
        room = QRectF(110, upper + 70, self.width() - 140, self.height() - upper - 110)
        if shown.joined is None:
            self._result = None
            ink.at(QPointF(24, upper + 40), "The shapes do not fit", "title", "err")
            wrapped(ink, QRectF(24, upper + 54, self.width() - 48, 80), shown.problem, "body", "ink2")
            return
        self._paint_result(ink, room, shown, shown.joined)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick an element of the result."""
        super().mousePressEvent(event)
        found = self._result.index_at(event.position()) if self._result is not None else None
        if found is not None and self.is_movable:
            self.picked.emit(found)

    def _paint_part(self, ink: Ink, room: QRectF, number: int, shape: Index) -> None:
        sheets = middle_of(shape, room.adjusted(20, 34, -20, -8), 46.0)
        title = f"{NAMES[number]}  {written(shape)}"
        ink.at(QPointF(room.center().x(), room.top() + 14), title, "title", TOKENS[number], CENTRE)
        values, ground = numbered(shape, STEP * number), tint(ink, TOKENS[number], TINT)
        paint_cells(ink, sheets, list(np.ndindex(*shape)), lambda index: (str(values[index]), ground), None)

    def _paint_result(self, ink: Ink, room: QRectF, shown: Shown, joined: Joined) -> None:
        self._result = sheets = middle_of(joined.shape, room, 52.0)
        ink.at(QPointF(24, room.top() - 44), f"Result  {written(joined.shape)}", "title", "ink")
        grounds = [tint(ink, token, TINT) for token in TOKENS]
        empty = ink.color("raised")

        def look(index: Index) -> tuple[str, QColor]:
            part = int(joined.part[index])
            return (str(joined.values[index]), grounds[part]) if part < shown.done else ("", empty)

        paint_cells(ink, sheets, list(np.ndindex(*joined.shape)), look, shown.lit)
        for axis in range(len(joined.shape)):
            is_new = axis == joined.axis
            word = "new axis" if shown.operation == "stack" else "joined axis"
            text = f"{word} {axis}: {joined.shape[axis]}" if is_new else f"axis {axis}: {joined.shape[axis]}"
            paint_axis(ink, sheets, axis - len(joined.shape), text)
