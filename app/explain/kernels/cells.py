"""Cells: a grid of numbers painted as colours, written where a cell is large enough to read."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from app.plots.plot import text_on
from app.text import fixed
from app.theme import Theme

GAP_FROM = 6.0  # px a cell needs to be parted from its neighbours
NUMBER_FROM = 19.0  # px a cell needs to hold a short number

Writer = Callable[[float], str]


def cell_size(area: QRectF, rows: int, columns: int, largest: float = 56.0) -> float:
    """The side of square cells that fill an area, whole px where there is room for that."""
    side = min(area.width() / max(1, columns), area.height() / max(1, rows), largest)
    return float(int(side)) if side >= 4 else side


def grid_area(area: QRectF, rows: int, columns: int, largest: float = 56.0) -> QRectF:
    """Where a grid of square cells lies in an area: at its top left."""
    side = cell_size(area, rows, columns, largest)
    return QRectF(area.left(), area.top(), side * columns, side * rows)


def cell_rect(grid: QRectF, shape: tuple[int, int], row: float, column: float) -> QRectF:
    """One cell of a grid."""
    high, wide = grid.height() / shape[0], grid.width() / shape[1]
    return QRectF(grid.left() + column * wide, grid.top() + row * high, wide, high)


def cell_at(grid: QRectF, shape: tuple[int, int], place: QPointF) -> tuple[int, int] | None:
    """Row and column under a point."""
    if not grid.contains(place) or not grid.width() or not grid.height():
        return None
    row = int((place.y() - grid.top()) / grid.height() * shape[0])
    column = int((place.x() - grid.left()) / grid.width() * shape[1])
    return min(row, shape[0] - 1), min(column, shape[1] - 1)


def short(value: float, decimals: int = 2) -> str:
    """A number for a small cell: ".38", "1.14", "0"."""
    if value == 0 or abs(value) < 0.5 * 10**-decimals:
        return "0" if value == 0 else ".00"[: decimals + 1]
    if abs(value) >= 100:
        return fixed(value, 0)
    text = fixed(value, decimals if abs(value) < 10 else 1)
    if float(value).is_integer():
        return fixed(value, 0)
    return text.replace("0.", ".", 1) if abs(value) < 1 and text.lstrip("−").startswith("0.") else text


def paint_grid(
    painter: QPainter,
    grid: QRectF,
    image: QImage,
    theme: Theme,
    values: np.ndarray | None = None,
    write: Writer = short,
) -> None:
    """Paint cells.

    Args:
        image: one pixel per cell.
        values: (row, column), written where the cells are large enough; None writes nothing.
    """
    rows, columns = image.height(), image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(grid, image.convertToFormat(QImage.Format.Format_RGB32))  # scaled faster than indexed colours
    side = grid.width() / max(1, columns)
    if side >= GAP_FROM:
        paint_gaps(painter, grid, (rows, columns), theme.color("canvas"))
    if values is not None and side >= NUMBER_FROM:
        paint_numbers(painter, grid, values, image, theme, write)


def paint_gaps(painter: QPainter, grid: QRectF, shape: tuple[int, int], ground: QColor) -> None:
    """Part the cells by lines of 1 px."""
    high, wide = grid.height() / shape[0], grid.width() / shape[1]
    for column in range(1, shape[1] + 1):
        painter.fillRect(QRectF(round(grid.left() + column * wide) - 1, grid.top(), 1, grid.height()), ground)
    for row in range(1, shape[0] + 1):
        painter.fillRect(QRectF(grid.left(), round(grid.top() + row * high) - 1, grid.width(), 1), ground)


def paint_numbers(
    painter: QPainter, grid: QRectF, values: np.ndarray, image: QImage, theme: Theme, write: Writer
) -> None:
    """Write the value of each cell on it, in black or white: all of them, with fewer decimals, or none."""
    painter.setFont(theme.font("heat"))
    shape = (int(values.shape[0]), int(values.shape[1]))
    room = grid.width() / shape[1] - 2
    for writer in (write, short, lambda value: short(value, 1)):
        texts = [writer(float(value)) for value in values.ravel()]
        if max((text_width(theme, "heat", text) for text in texts), default=0.0) <= room:
            break
    else:
        return
    faint = theme.color("ink3")
    for index, text in enumerate(texts):
        row, column = divmod(index, shape[1])
        painter.setPen(_ink(image.pixel(column, row)) if values[row, column] else faint)
        painter.drawText(cell_rect(grid, shape, row, column), Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=1024)
def _ink(ground: int) -> QColor:
    """Black or white on a cell of this colour."""
    return text_on(QColor.fromRgb(ground))


@lru_cache(maxsize=4096)
def _char_width(theme: Theme, role: str, char: str) -> float:
    return QFontMetricsF(theme.font(role)).horizontalAdvance(char)


def text_width(theme: Theme, role: str, text: str) -> float:
    """How wide a text in a mono role is, px: the sum of its characters', which are measured once."""
    return sum(_char_width(theme, role, char) for char in text)


def paint_outline(painter: QPainter, rect: QRectF, color: QColor, width: float = 2.0) -> None:
    """Frame what is here and now."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 3, 3)
    painter.restore()


def paint_dashed(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """Frame a cell of padding."""
    pen = QPen(color, 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -1.5, -1.5))
