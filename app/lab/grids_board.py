"""GridsBoard: a few grids of numbers in two columns, with marks on their cells and lines between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap

from app.explain.kernels.cells import GAP_FROM, Writer, cell_at, cell_rect, paint_grid, paint_outline, short
from app.explain.kernels.grids import Pictures
from app.lab.board import Board, Handle
from app.lab.ink import Ink
from app.text import number
from app.theme import Look, Theme, grey_image, magnitude_image, signed_image

MARGIN, GAP, HEAD = 24.0, 56.0, 34.0  # px: round everything, between columns, above each grid for its title
LARGEST = 44.0  # px of a cell

Map = Literal["grey", "signed", "magnitude"]


@dataclass(frozen=True)
class Mark:
    """Cells to frame: strong is here and now, else a thin frame.

    Args:
        row, column: of the first cell; may lie outside of the grid.
        rows, columns: how many.
    """

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    is_strong: bool = True


@dataclass(frozen=True)
class Grid:
    """One grid.

    Args:
        name: for signals and handles.
        title: above it; note: behind the title, smaller.
        values: (row, column).
        place: row and column of the grid among the grids.
        map: of its colours.
        limit: end of the map; grey and magnitude begin at 0.
        known: so many cells are known, in reading order; the others are empty. −1 for all.
        marks: frames on it.
        write: how its numbers are written.
    """

    name: str
    title: str
    values: np.ndarray
    place: tuple[int, int]
    map: Map = "grey"
    limit: float = 1.0
    note: str = ""
    known: int = -1
    marks: tuple[Mark, ...] = ()
    write: Writer = short

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.values.shape[0]), int(self.values.shape[1])

    def image(self, theme: Theme) -> QImage:
        """One pixel per cell."""
        if self.map == "signed":
            return signed_image(self.values, self.limit, theme)
        make = grey_image if self.map == "grey" else magnitude_image
        return make(self.values, 0.0, self.limit, theme)


@dataclass(frozen=True)
class Link:
    """Two lines between the first strong marks of two grids."""

    start: str
    end: str


@dataclass(frozen=True)
class Picture:
    """What is drawn.

    Args:
        cells: where the keyboard is on grids that can be walked over: name -> (row, column).
        sentence: for screen readers.
    """

    grids: Sequence[Grid]
    links: Sequence[Link] = ()
    cells: Mapping[str, tuple[int, int]] | None = None
    sentence: str = ""


class GridsBoard(Board):
    """Handles: the names of the grids in `cells`, each at its cell.

    Attributes:
        cell_pressed: name of a grid, row, column.
        cell_dragged: the same, while the button is held after it was pressed on that grid.
        cell_chosen: the same, by Space.
    """

    cell_pressed = Signal(str, int, int)
    cell_dragged = Signal(str, int, int)
    cell_chosen = Signal(str, int, int)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(look, name)
        self._shown = Picture(())
        self._places: dict[str, QRectF] = {}
        self._pictures = Pictures()
        self._pressed_on = ""

    def show_picture(self, shown: Picture) -> None:
        """Draw other grids."""
        self._shown = shown
        self.describe(shown.sentence)

    def place_of(self, name: str) -> QRectF:
        """Where the cells of a grid lie, px."""
        return self._places[name]

    def cell_of(self, name: str, place: QPointF) -> tuple[int, int]:
        """The cell of a grid under a place, or the nearest."""
        area, shape = self._places[name], self._grid(name).shape
        row = int((place.y() - area.top()) / area.height() * shape[0])
        column = int((place.x() - area.left()) / area.width() * shape[1])
        return min(max(row, 0), shape[0] - 1), min(max(column, 0), shape[1] - 1)

    def paint(self, ink: Ink) -> None:
        """Draw every grid with its title and marks, and the lines between."""
        grids = self._shown.grids
        if not grids:
            return
        self._lay_out(grids)
        self._pictures.scale = self.devicePixelRatioF()
        for link in self._shown.links:
            self._paint_link(ink, link)
        for grid in grids:
            self._paint_one(ink, grid)
        for grid in grids:
            self._paint_marks(ink, grid)
        for name, cell in (self._shown.cells or {}).items():
            self._place_cell(ink, name, cell)

    def tip_at(self, place: QPoint) -> str:
        """The exact value of a known cell."""
        for grid in self._shown.grids:
            found = cell_at(self._places.get(grid.name, QRectF()), grid.shape, QPointF(place))
            if found is not None and (grid.known < 0 or found[0] * grid.shape[1] + found[1] < grid.known):
                return f"{grid.title}, row {found[0]}, column {found[1]}: {number(float(grid.values[found]))}"
        return ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a cell."""
        self._pressed_on = ""
        if event.button() == Qt.MouseButton.LeftButton and self.is_movable:
            for grid in self._shown.grids:
                found = cell_at(self._places.get(grid.name, QRectF()), grid.shape, event.position())
                if found is not None:
                    self._pressed_on = self.current = grid.name
                    self.cell_pressed.emit(grid.name, *found)
                    return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on over the cells of the grid that was pressed."""
        if self._pressed_on in self._places and event.buttons() & Qt.MouseButton.LeftButton:
            grid = self._grid(self._pressed_on)
            found = cell_at(self._places[grid.name], grid.shape, event.position())
            if found is not None:
                self.cell_dragged.emit(grid.name, *found)
            return
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space chooses the cell where the keyboard is."""
        cells = self._shown.cells or {}
        if event.key() == Qt.Key.Key_Space and self.current in cells and self.is_movable:
            self.cell_chosen.emit(self.current, *cells[self.current])
            return
        super().keyPressEvent(event)

    def _grid(self, name: str) -> Grid:
        return next(grid for grid in self._shown.grids if grid.name == name)

    def _lay_out(self, grids: Sequence[Grid]) -> None:
        """All cells are of one size, so that larger grids look larger."""
        rows = [max((g.shape[0] for g in grids if g.place[0] == at), default=0) for at in _places(grids, 0)]
        columns = [max((g.shape[1] for g in grids if g.place[1] == at), default=0) for at in _places(grids, 1)]
        wide = self.width() - 2 * MARGIN - GAP * (len(columns) - 1)
        high = self.height() - 16 - HEAD * len(rows)
        side = max(2.0, min(LARGEST, wide / sum(columns), high / sum(rows)))
        side = float(int(side)) if side >= 8 else side
        self.nudge, self.large = side, 3 * side
        self._places = {}
        for grid in grids:
            row, column = grid.place
            left = MARGIN + sum(columns[:column]) * side + GAP * column
            top = sum(rows[:row]) * side + HEAD * (row + 1)
            self._places[grid.name] = QRectF(left, top, grid.shape[1] * side, grid.shape[0] * side)

    def _paint_one(self, ink: Ink, grid: Grid) -> None:
        area, theme = self._places[grid.name], ink.theme
        wide = ink.text(QRectF(area.left(), area.top() - 26, 400, 20), grid.title, "title", "ink")
        if grid.note:
            room = QRectF(area.left() + wide + 8, area.top() - 26, self.width() - area.left() - wide - 12, 20)
            ink.text(room, grid.note, "caption", "ink3")
        key = (grid.values.tobytes(), grid.shape, grid.map, grid.limit, area.width(), theme.name)

        def paint(painter: QPainter, place: QRectF) -> None:
            paint_grid(painter, place, grid.image(theme), theme, grid.values, grid.write)

        whole = self._pictures.picture(grid.name, key, area, paint)
        if grid.known < 0 or grid.known >= grid.values.size:
            ink.painter.drawPixmap(area.topLeft(), whole)
        else:
            self._paint_known(ink, grid, area, whole)
        ink.pen("line")  # zero has the colour of the ground
        ink.painter.drawRect(area.adjusted(-0.5, -0.5, -0.5, -0.5))

    def _paint_known(self, ink: Ink, grid: Grid, area: QRectF, whole: QPixmap) -> None:
        """The rows that are known, the part of the row under way, and empty cells."""
        painter, scale = ink.painter, self._pictures.scale
        rows, columns = divmod(grid.known, grid.shape[1])
        high, wide = area.height() / grid.shape[0], area.width() / grid.shape[1]
        for part in (QRectF(0, 0, area.width(), rows * high), QRectF(0, rows * high, columns * wide, high)):
            if part.width() and part.height():
                inner = QRectF(part.topLeft() * scale, part.size() * scale)
                painter.drawPixmap(part.translated(area.topLeft()), whole, inner)
        ink.pen("line2")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        inset = 1 if wide >= GAP_FROM else 0
        every = range(grid.known, grid.values.size)
        cells = [cell_rect(area, grid.shape, *divmod(index, grid.shape[1])) for index in every]
        painter.drawRects([cell.adjusted(inset, inset, -1 - inset, -1 - inset) for cell in cells])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_marks(self, ink: Ink, grid: Grid) -> None:
        for mark in grid.marks:
            rect = self._marked(grid, mark).adjusted(0, 0, -1, -1)
            if mark.is_strong:
                paint_outline(ink.painter, rect, ink.color("canvas"), 4)
                paint_outline(ink.painter, rect, ink.color("ink"))
            else:
                paint_outline(ink.painter, rect.adjusted(2, 2, -2, -2), ink.color("canvas"), 3)
                paint_outline(ink.painter, rect.adjusted(2, 2, -2, -2), ink.color("ink"), 1)

    def _marked(self, grid: Grid, mark: Mark) -> QRectF:
        area = self._places[grid.name]
        last = cell_rect(area, grid.shape, mark.row + mark.rows - 1, mark.column + mark.columns - 1)
        return cell_rect(area, grid.shape, mark.row, mark.column).united(last)

    def _paint_link(self, ink: Ink, link: Link) -> None:
        ends = []
        for name in (link.start, link.end):
            grid = self._grid(name)
            strong = next((mark for mark in grid.marks if mark.is_strong), None)
            if strong is None:
                return
            ends.append(self._marked(grid, strong))
        start, end = ends
        ink.pen("ctl")
        ink.line(start.topRight(), end.topLeft())
        ink.line(start.bottomRight(), end.bottomLeft())

    def _place_cell(self, ink: Ink, name: str, cell: tuple[int, int]) -> None:
        grid = self._grid(name)
        rect = cell_rect(self._places[name], grid.shape, *cell)
        says = f"{grid.title}, row {cell[0]}, column {cell[1]}: {number(float(grid.values[cell]))}"
        self.handles[name] = Handle(name, rect.center(), says)
        if self.hasFocus() and self.current == name:
            ink.pen("ink", 2, (2, 2))
            ink.painter.drawRect(rect.adjusted(1, 1, -2, -2))


def _places(grids: Sequence[Grid], axis: int) -> range:
    return range(max(grid.place[axis] for grid in grids) + 1)
