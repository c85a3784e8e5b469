"""Rank and shape: from a scalar to a batch of pictures, an axis more at each step, and every element's place."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QSizeF, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.board import Board
from app.lab.chapters import Chapter
from app.lab.ink import Ink
from app.lab.parts import Formulas, Numbers, Section
from app.lab.tape_blocks import Index, Sheets, cell_for, extent, paint_axis, paint_cell, paint_lit
from app.studio import Studio
from app.text import TIMES, bytes_text, count
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.explain.tensors import KINDS, LARGEST, check_cells, check_shape, place, strides, written

HIGHEST = 4
LEFT, TOP, RIGHT, FOOT = 150.0, 116.0, 40.0, 60.0  # px around the cells
BYTES = 4  # of a float32
SHADE = (0.12, 0.9)  # of the magnitude map, from the first element to the last


class RankBoard(Board):
    """Handles: "0" .. at the ends of the axes; clicking an element picks it.

    Attributes:
        picked: an element's index.
        resized: number of an axis, and its size.
    """

    picked = Signal(object)
    resized = Signal(int, int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "A tensor and its axes")
        self._shape: Index = ()
        self._lit: Index | None = None
        self._sheets = Sheets((), QPointF(), 1.0)
        self.dragged.connect(self._resize)

    def show_tensor(self, shape: Index, lit: Index | None) -> None:
        """Draw another tensor, and the element that is picked."""
        self._shape, self._lit = shape, lit
        axes = ", ".join(f"{name} {size}" for name, size in zip(KINDS[len(shape)].axes, shape, strict=True))
        self.describe(f"A {KINDS[len(shape)].name} of shape {written(shape)}" + (f": {axes}" if axes else ""))

    def paint(self, ink: Ink) -> None:
        """Draw name, cells, axes and their handles."""
        shape = self._shape
        kind = KINDS[len(shape)]
        room = QSizeF(self.width() - LEFT - RIGHT, self.height() - TOP - FOOT)
        cell = cell_for(shape, room)
        size = extent(shape, cell)
        corner = QPointF(LEFT + (room.width() - size.width()) / 2, TOP + (room.height() - size.height()) / 2)
        self._sheets = Sheets(shape, corner, cell)
        ink.at(QPointF(24, 24), f"{kind.name}, shape {written(shape)}", "heading", "ink")
        ink.at(QPointF(24, 46), kind.example, "body", "ink2")
        ink.still((shape, cell), self._sheets.area, self._paint_cells)
        if shape:
            self._paint_inner(ink)
        for axis in range(len(shape)):
            end = paint_axis(ink, self._sheets, axis - len(shape), f"{kind.axes[axis]} {shape[axis]}")
            self.place(ink, str(axis), end, f"axis {axis}, {kind.axes[axis]}: size {shape[axis]}")
        if self._lit is not None:
            paint_lit(ink, self._sheets.rect(self._lit))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take an axis, or pick an element."""
        super().mousePressEvent(event)
        found = self._sheets.index_at(event.position())
        if not self._held and self.is_movable and found is not None:
            self.picked.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows make the chosen axis longer or shorter by one."""
        if self.current in self.handles:
            self.nudge = self.large = self._sheets.pitch(int(self.current) - len(self._shape))
        super().keyPressEvent(event)

    def _resize(self, id: str, where: QPointF) -> None:
        axis = int(id)
        start, _ = self._sheets.arrow(axis - len(self._shape))
        along = where - start
        long = along.x() if (axis - len(self._shape)) in (-1, -3) else along.y()
        pitch = self._sheets.pitch(axis - len(self._shape))
        size = min(max(round(long / pitch), 1), LARGEST)
        if size != self._shape[axis]:
            self.resized.emit(axis, size)

    def _paint_inner(self, ink: Ink) -> None:
        """The frame of the first of the tensors, one axis smaller, that the first axis counts."""
        inner = self._shape[1:]
        last = tuple(size - 1 for size in inner)
        frame = self._sheets.rect((0, *(0 for _ in inner))).united(self._sheets.rect((0, *last)))
        ink.pen("ink2", 1.5, (4.0, 3.0))
        ink.painter.drawRoundedRect(frame.adjusted(-3, -3, 3, 3), 4, 4)
        words = f"dashed: one of {self._shape[0]}, itself a {KINDS[len(inner)].name} of shape {written(inner)}"
        ink.at(QPointF(24, 68), words, "caption", "ink3")

    def _paint_cells(self, ink: Ink) -> None:
        total = max(1, int(np.prod(self._shape)) - 1)
        for index in np.ndindex(*self._shape):
            at = place(self._shape, index)
            paint_cell(ink, self._sheets.rect(index), str(at), shade(ink, at / total))


def shade(ink: Ink, share: float) -> QColor:
    """The colour of the magnitude map for a share of the way through memory."""
    level = SHADE[0] + (SHADE[1] - SHADE[0]) * share
    return QColor.fromRgb(ink.theme.magnitude[round(255 * level)])


class RankChapter(Chapter):
    """Each step puts one more axis in front."""

    id: ClassVar[str] = "rank"
    name: ClassVar[str] = "Rank and shape"
    defaults: ClassVar[Mapping[str, Any]] = {"tensor": [2, 3, 4, 3]}
    rate: ClassVar[float] = 1.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = RankBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._tensor: list[int] = list(self.defaults["tensor"])
        self._picked: Index | None = None
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """Four sizes, of which the last ones are shown.

        Raises:
            UserError: there are not four, one is out of range, or there are too many elements.
        """
        if len(values["tensor"]) != HIGHEST:
            found = len(values["tensor"])
            raise UserError(f"tensor has {found} sizes, expected {HIGHEST}.", "E.g. [2, 3, 4, 3].", "tensor")
        check_shape(values["tensor"], HIGHEST, "tensor")

    @property
    def length(self) -> float:
        """The highest rank."""
        return HIGHEST

    @property
    def shape(self) -> Index:
        """The shape at the rank shown."""
        return tuple(self._tensor[HIGHEST - self.at :])

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with the sizes of all four axes."""
        self._tensor, self._picked = list(values["tensor"]), None

    def values(self) -> dict[str, Any]:
        """The sizes of all four axes."""
        return {"tensor": list(self._tensor)}

    def sections(self) -> Sequence[QWidget]:
        """The rank, its numbers, and one element's place in memory."""
        return (self._shape_section, self._element)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the axes while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def draw(self) -> None:
        """Draw the tensor of the rank reached."""
        if self._picked is not None and not _holds(self.shape, self._picked):
            self._picked = None
        self.board.show_tensor(self.shape, self._picked)

    def write(self) -> None:
        """Count the elements, and say where the picked one lies."""
        shape = self.shape
        self.ranks.set_value(str(self.at))
        total = int(np.prod(shape))
        self.rows.show_rows(
            [
                ("Rank: axes", str(len(shape)), "ink"),
                ("Shape", written(shape), "ink"),
                ("Elements", count(total), "ink"),
                ("As float32", bytes_text(BYTES * total), "ink"),
            ]
        )
        product = f" {TIMES} ".join(map(str, shape)) or "1"
        self.formulas.show_lines([f"elements = {product} = {count(total)}"])
        self.hint.setVisible(self._picked is None)
        self.place_lines.show_lines(place_lines(shape, self._picked) if self._picked is not None else [])
        if self.at == HIGHEST:
            self.tell("ranked")

    def pick(self, index: Index) -> None:
        """Open one element's place in memory."""
        self._picked = index
        self.refresh()

    def _resize(self, axis: int, size: int) -> None:
        tensor = list(self._tensor)
        tensor[HIGHEST - self.at + axis] = size
        try:
            check_cells(tensor, "tensor")
        except UserError as error:
            self.problem.setText(f"{error.message} {error.hint}")
            self.problem.show()
            return
        self.problem.hide()
        self._tensor = tensor
        self.refresh()
        self.changed.emit()

    def _make_panel(self) -> None:
        look = self.look
        self.ranks = Segmented([(str(rank), str(rank)) for rank in range(HIGHEST + 1)], look)
        self.rows, self.formulas = Numbers(look), Formulas(look)
        self._shape_section = Section("Rank and shape", look)
        self.problem = PlainLabel("", "body", look, "err", self._shape_section).set_wrapped()
        self._shape_section.labelled("Rank", self.ranks)
        words = "Pull an axis at its handle, or choose it with Enter and use the arrow keys."
        hint = PlainLabel(words, "caption", look, "ink3").set_wrapped()
        for part in (self.rows, self.formulas, self.problem, hint):
            self._shape_section.add(part)
        self.problem.hide()
        self._element = Section("One element", look, "its place in memory")
        self.hint = PlainLabel("Click an element.", "body", look).set_wrapped()
        self.place_lines = Formulas(look)
        self._element.add(self.hint)
        self._element.add(self.place_lines)
        self.ranks.changed.connect(lambda rank: self.time_wanted.emit(float(rank)))
        self.board.picked.connect(self.pick)
        self.board.resized.connect(self._resize)


def place_lines(shape: Index, index: Index) -> list[str]:
    """The place of an element in memory, written out."""
    steps = strides(shape)
    where = ", ".join(map(str, index))
    terms = " + ".join(f"{at} · {step}" for at, step in zip(index, steps, strict=True)) or "0"
    return [f"strides = {written(steps)}", f"t[{where}] at {terms} = {place(shape, index)}"]


def _holds(shape: Index, index: Index) -> bool:
    return len(index) == len(shape) and all(at < size for at, size in zip(index, shape, strict=True))
