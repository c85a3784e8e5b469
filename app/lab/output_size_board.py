"""The picture of output sizes: a row with its windows below one another, and the grid they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPixmap

from app.explain.kernels.cells import cell_at, cell_rect, paint_dashed, paint_grid, paint_outline
from app.explain.kernels.grids import Pictures
from app.lab.board import Board, Handle
from app.lab.ink import CENTRE, Ink
from app.lab.output_size_layout import BAR, MARGIN, layout
from app.text import TIMES, count
from app.theme import Look, magnitude_image
from engine.explain.output_size import Slide

WRITTEN = 11.0  # px a cell needs to hold a number


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        done: windows that were there already, in scan order.
        pixel: (row, column) of the pixel followed.
        is_hidden: while the question is open, what comes out is not told.
        problem: why the window cannot slide; empty where it can.
    """

    slide: Slide
    done: int
    pixel: tuple[int, int]
    is_hidden: bool = False
    problem: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Output row and column of the newest window; the first before any."""
        row, column = divmod(max(0, self.done - 1), self.slide.out)
        return row, column


class OutputSizeBoard(Board):
    """Handles: "n", "k", "s", "d" on the row, "pixel" on the grid.

    Attributes:
        window_picked: a cell of the output was pressed: how many windows are done with it.
    """

    window_picked = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "A window slides over a row and over a grid")
        self._shown: Shown | None = None
        self._layout = layout(Slide(8, 3, 1, "valid"), 800, 640)
        self._pictures = Pictures()
        self.pressed.connect(self._press)

    def show_slide(self, shown: Shown) -> None:
        """Draw another moment or other settings."""
        self._shown = shown
        slide = shown.slide
        size = f"{slide.size}{TIMES}{slide.size}"
        self.describe(shown.problem or f"Input {size}: {shown.done} of {slide.out**2} windows have been there")

    def value_at(self, id: str, place: QPointF) -> int:
        """What a handle of the row means at a place."""
        assert self._shown is not None
        at, dilation = self._layout.position(place), self._shown.slide.dilation
        return {"n": round(at), "k": round((at - 1) / dilation) + 1, "s": round(at), "d": round(at - 0.5)}[id]

    def pixel_at(self, place: QPointF) -> tuple[int, int]:
        """The pixel under a place, or the nearest one."""
        assert self._shown is not None
        slide, first = self._shown.slide, self._layout.pixel(0, 0)
        row, column = ((place - first.topLeft()) / first.width()).toTuple()[::-1]
        return _kept(int(row), slide.size), _kept(int(column), slide.size)

    def paint(self, ink: Ink) -> None:
        """Draw the row above and the grids below."""
        shown = self._shown
        if shown is None:
            return
        self._layout = layout(shown.slide, self.width(), self.height(), bool(shown.problem))
        self.nudge, self.large = self._layout.cell, 3 * self._layout.cell
        self._paint_row(ink, shown)
        self._paint_stairs(ink, shown)
        self._place_handles(ink, shown)
        if shown.problem:
            self._paint_refused(ink, shown)
            return
        self._paint_input(ink, shown)
        self._paint_output(ink, shown)
        self._paint_window(ink, shown)

    def _paint_row(self, ink: Ink, shown: Shown) -> None:
        slide, places = shown.slide, self._layout
        ink.at(QPointF(MARGIN, 16), "One row, and its windows one below the other", "title", "ink")
        before, after = (0, 0) if shown.problem else slide.padded
        unread = self._unread(shown)
        for position in range(-before, slide.size + after):
            cell = QRectF(places.column(position), places.row.top(), places.cell, places.cell)
            if not 0 <= position < slide.size:
                self._paint_zero(ink, cell)
                continue
            inner = cell.adjusted(0.5, 0.5, -1.5, -1.5)
            ink.box(inner, "raised", "warn" if position in unread else "line2", 2)
            if cell.width() >= WRITTEN:
                ink.text(cell, str(position), "heat", "ink2", CENTRE)

    def _paint_stairs(self, ink: Ink, shown: Shown) -> None:
        """Each window of a row with the cells it reads; it comes when the sliding window comes there."""
        slide = shown.slide
        if shown.problem:
            self._paint_bar(ink, np.arange(slide.kernel) * slide.dilation, self._layout.stairs[0], "err")
            return
        known = max(1, min(shown.done, slide.out)) if not shown.is_hidden else 1
        now = shown.place[1] if shown.done else -1
        if shown.done and not shown.is_hidden:
            ink.at(self._layout.results[0].center() - QPointF(0, 21), "output", "caption", "ink3", CENTRE)
        for place, top in enumerate(self._layout.stairs[:known]):
            is_now = place == now
            self._paint_bar(ink, slide.taps(place), top, "ink" if is_now else "ink3")
            if shown.done and not shown.is_hidden:
                box = self._layout.results[place]
                ink.fill(box, "ink" if is_now else "raised", radius=2)
                if box.height() >= WRITTEN:
                    ink.text(box, str(place), "heat", "onink" if is_now else "ink2", CENTRE)

    def _paint_bar(self, ink: Ink, taps: np.ndarray, top: float, token: str) -> None:
        places, color = self._layout, ink.color(token)
        ink.fill(QRectF(places.column(taps[0]) + 2, top + BAR / 2 - 0.5, (taps[-1] - taps[0]) * places.cell, 1), token)
        for position in taps.tolist():
            ink.painter.fillRect(QRectF(places.column(position) + 1.5, top, places.cell - 4, BAR), color)

    def _place_handles(self, ink: Ink, shown: Shown) -> None:
        slide, places = shown.slide, self._layout
        first = slide.taps(0)[0] if not shown.problem else 0
        stairs = places.stairs
        second = stairs[1] if len(stairs) > 1 else stairs[0] + 22
        start, end = places.column(first), places.column(first + slide.span)
        spots = {
            "n": (QPointF(places.row.right(), places.row.top() - 12), f"n = {slide.size}", "input side"),
            "k": (QPointF(end + 4, stairs[0] + BAR / 2), f"k = {slide.kernel}", "kernel"),
            "s": (QPointF(places.column(first + slide.stride), second + BAR / 2), f"s = {slide.stride}", "stride"),
        }
        if slide.kernel > 1:
            tap = places.column(first + slide.dilation + 0.5)
            spots["d"] = (QPointF(tap, stairs[0] + BAR / 2), f"d = {slide.dilation}", "dilation")
        for id, (place, says, name) in spots.items():
            self.place(ink, id, place, f"{name} {says}")
        ink.at(spots["n"][0] + QPointF(13, 0), spots["n"][1], "axis", "ink2")
        ink.at(spots["k"][0] + QPointF(13, 0), spots["k"][1], "axis", "ink2")
        place, says, _ = spots["s"]
        ink.arrow(QPointF(start, place.y()), place - QPointF(9, 0), "ink3", 1)
        beside = place.x() + 13 if shown.problem else end + slide.stride * places.cell + 8
        ink.at(QPointF(beside, place.y()), says, "axis", "ink2")

    def _paint_zero(self, ink: Ink, cell: QRectF) -> None:
        paint_dashed(ink.painter, cell, ink.color("line2"))
        if cell.width() >= WRITTEN + 3:
            ink.text(cell, "0", "heat", "ink3", CENTRE)

    def _paint_refused(self, ink: Ink, shown: Shown) -> None:
        """The input with the window that does not fit."""
        slide, places = shown.slide, self._layout
        above = QRectF(MARGIN, places.input.top() - 28, self.width() - 2 * MARGIN, 24)
        ink.text(above, f"{shown.problem}.", "heading", "err")
        for row, column in np.ndindex(slide.size, slide.size):
            ink.fill(places.pixel(row, column).adjusted(0, 0, -1, -1), "raised")
        for row, column in np.ndindex(slide.kernel, slide.kernel):
            cell = places.pixel(row * slide.dilation, column * slide.dilation)
            paint_outline(ink.painter, cell.adjusted(2, 2, -3, -3), ink.color("err"), 1.5)
        whole = places.pixel(0, 0).united(places.pixel(slide.span - 1, slide.span - 1))
        paint_outline(ink.painter, whole.adjusted(0, 0, -1, -1), ink.color("err"))

    def _paint_input(self, ink: Ink, shown: Shown) -> None:
        slide, places = shown.slide, self._layout
        size = f"{slide.size}{TIMES}{slide.size}"
        above = QPointF(places.input.left(), places.input.top() - 16)
        ink.at(above, f"Input {size}: how often each pixel is read", "title", "ink")
        self._pictures.scale = self.devicePixelRatioF()
        self._paint_zeros(ink, slide)
        tile, seen = self._tiles(ink, shown), slide.seen(0 if shown.is_hidden else shown.done)
        corner, side = places.pixel(0, 0).topLeft(), places.side
        for (row, column), times in np.ndenumerate(seen):
            ink.painter.drawPixmap(corner + QPointF(column * side, row * side), tile(times))
        self._mark_unread(ink, shown)
        spot = places.pixel(*shown.pixel)
        self.handles["pixel"] = Handle("pixel", spot.center(), f"pixel {shown.pixel}, read {seen[shown.pixel]} times")
        is_current = self.hasFocus() and self.current == "pixel"
        for token, dash in (("canvas", ()), ("ink", (2, 2))):
            ink.pen(token, 2.5 if is_current else 1.5, dash)
            ink.painter.drawRect(spot.adjusted(1, 1, -2, -2))

    def _paint_zeros(self, ink: Ink, slide: Slide) -> None:
        """The padding round the input."""
        grid, side, theme, (before, after) = self._layout.input, self._layout.side, ink.theme, slide.padded
        if not after:
            return

        def paint(painter: QPainter, area: QRectF) -> None:
            whole = before + slide.size + after
            for row, column in np.ndindex(whole, whole):
                if not (before <= row < before + slide.size and before <= column < before + slide.size):
                    self._paint_zero(Ink(painter, theme), QRectF(column * side, row * side, side, side))

        key = (slide.size, before, after, side, theme.name)
        ink.painter.drawPixmap(grid.topLeft(), self._pictures.picture("zeros", key, grid, paint))

    def _tiles(self, ink: Ink, shown: Shown) -> Callable[[int], QPixmap]:
        """Cells painted once: pixels read so often."""
        slide, side, theme = shown.slide, self._layout.side, ink.theme
        most = float(max(1, int(slide.counts(slide.out).max()) ** 2))

        def paint(painter: QPainter, cell: QRectF, times: int) -> None:
            value = np.array([[float(times)]])
            image = magnitude_image(value, 0.0, most, theme)
            paint_grid(painter, cell, image, theme, value, lambda value: f"{int(value)}{TIMES}")

        @cache
        def tile(times: int) -> QPixmap:
            cell, key = QRectF(0, 0, side, side), (side, most, theme.name)
            return self._pictures.picture(f"read {times} times", key, cell, lambda p, area: paint(p, area, times))

        return tile

    def _unread(self, shown: Shown) -> set[int]:
        """Positions that no window reads, told once a row of windows is over."""
        slide = shown.slide
        if shown.problem or shown.is_hidden or shown.done < slide.out:
            return set()
        return set(np.flatnonzero(slide.counts(slide.out) == 0).tolist())

    def _mark_unread(self, ink: Ink, shown: Shown) -> None:
        slide, places = shown.slide, self._layout
        unread = self._unread(shown) if shown.done == slide.out**2 else set()
        if not unread:
            return
        ink.pen("warn", 1)
        for row in range(slide.size):
            for column in range(slide.size):
                if row in unread or column in unread:
                    ink.painter.drawRect(places.pixel(row, column).adjusted(1.5, 1.5, -2.5, -2.5))

    def _paint_output(self, ink: Ink, shown: Shown) -> None:
        slide, grid = shown.slide, self._layout.output
        size = "?" if shown.is_hidden else f"{slide.out}{TIMES}{slide.out}"
        ink.at(QPointF(grid.left(), grid.top() - 16), f"Output {size}", "title", "ink")
        if shown.is_hidden:
            return
        rows, columns = (set(slide.readers(at).tolist()) for at in shown.pixel)
        side = self._layout.side
        empty, fills = [], {True: ink.color("ctl"), False: ink.color("raised")}
        for index in range(slide.out**2):
            row, column = divmod(index, slide.out)
            cell = QRectF(grid.left() + column * side, grid.top() + row * side, side - 1, side - 1)
            if index < shown.done:
                ink.painter.fillRect(cell, fills[row in rows and column in columns])
            else:
                empty.append(cell.adjusted(1, 1, -1, -1))
        ink.pen("line2")
        ink.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ink.painter.drawRects(empty)
        ink.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._say_readers(ink, grid, len(rows) * len(columns))

    def _say_readers(self, ink: Ink, grid: QRectF, readers: int) -> None:
        place = QPointF(grid.left(), grid.bottom() + 12)
        if place.y() < self.height() - 8:
            ink.at(place, f"marked: the {count(readers)} that read the dashed pixel", "caption", "ink3")

    def _paint_window(self, ink: Ink, shown: Shown) -> None:
        slide, places = shown.slide, self._layout
        if shown.is_hidden and not shown.done:
            row, column = 0, 0
        else:
            row, column = shown.place
        rows, columns = slide.taps(row), slide.taps(column)
        first = places.pixel(rows[0], columns[0])
        whole = first.united(places.pixel(rows[-1], columns[-1]))
        ink_color = ink.color("ink")
        paint_outline(ink.painter, whole.adjusted(0, 0, -1, -1), ink_color)
        if slide.dilation > 1:
            for down in rows:
                for right in columns:
                    cell = places.pixel(down, right)
                    paint_outline(ink.painter, cell.adjusted(1, 1, -2, -2), ink_color, 1.5)
        if shown.done:
            cell = cell_rect(places.output, (slide.out, slide.out), row, column)
            paint_outline(ink.painter, cell.adjusted(0, 0, -1, -1), ink_color)
            ink.pen("line2")
            ink.line(whole.topRight(), cell.topLeft())
            ink.line(whole.bottomRight(), cell.bottomLeft())

    def _press(self, place: QPointF) -> None:
        """Follow a pixel, or go to a window."""
        shown = self._shown
        if shown is None or shown.problem:
            return
        found = cell_at(self._layout.output, (shown.slide.out, shown.slide.out), place)
        if found is not None:
            self.window_picked.emit(found[0] * shown.slide.out + found[1] + 1)
        elif self._layout.input.contains(place):
            self.dragged.emit("pixel", place)


def _kept(index: int, size: int) -> int:
    return min(max(index, 0), size - 1)
