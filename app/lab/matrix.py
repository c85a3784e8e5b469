"""Matrices on a stage: cells with numbers, a name and a shape, rows and columns that can be lit."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.lab.ink import CENTRE, Ink
from app.plots.plot import text_on
from app.text import TIMES, fixed

ROW = 26.0  # px


@dataclass(frozen=True)
class Matrix:
    """A matrix to draw.

    Args:
        name: e.g. "W".
        values: (row, column); NaN is not known yet and stays empty.
        row, column: lit; −1 for none. With both only their cell is outlined.
        is_hidden: its shape is not told.
    """

    name: str
    values: np.ndarray
    row: int = -1
    column: int = -1
    is_hidden: bool = False

    @property
    def shape_text(self) -> str:
        """E.g. "(4×3)"."""
        return "(?×?)" if self.is_hidden else f"({self.values.shape[0]}{TIMES}{self.values.shape[1]})"


def paint_matrix(ink: Ink, matrix: Matrix, corner: QPointF, width: float, limit: float) -> QRectF:
    """Draw a matrix with its name and shape above; return where its cells lie.

    Args:
        width: of a column, px.
        limit: of the signed map.
    """
    rows, columns = matrix.values.shape
    area = QRectF(corner.x(), corner.y(), columns * width, rows * ROW)
    ink.at(QPointF(area.center().x(), area.top() - 30), matrix.name, "heading", "ink", CENTRE)
    ink.at(QPointF(area.center().x(), area.top() - 13), matrix.shape_text, "axis", "ink3", CENTRE)
    for row in range(rows):
        for column in range(columns):
            _paint_cell(ink, matrix, (row, column), _cell(area, row, column, width), limit)
    _paint_brackets(ink, area)
    _paint_lit(ink, matrix, area, width)
    return area


def cell_at(area: QRectF, shape: tuple[int, int], place: QPointF) -> tuple[int, int] | None:
    """The (row, column) under a place; None outside."""
    if not area.contains(place):
        return None
    row = int((place.y() - area.top()) / area.height() * shape[0])
    column = int((place.x() - area.left()) / area.width() * shape[1])
    return min(row, shape[0] - 1), min(column, shape[1] - 1)


def _paint_cell(ink: Ink, matrix: Matrix, at: tuple[int, int], rect: QRectF, limit: float) -> None:
    value = float(matrix.values[at])
    inner = rect.adjusted(1, 1, -1, -1)
    if not np.isfinite(value):
        ink.fill(inner, "line", 0.5, 2)
        return
    color = ink.signed(value, limit)
    ink.fill(inner, color, radius=2)
    ink.painter.setFont(ink.theme.font("heat"))
    ink.painter.setPen(text_on(color))
    ink.painter.drawText(inner, CENTRE, fixed(value, 2 if rect.width() >= 38 else 1))


def _paint_brackets(ink: Ink, area: QRectF) -> None:
    ink.pen("ink3", 1.5)
    for x, way in ((area.left() - 4, 5.0), (area.right() + 4, -5.0)):
        ink.line(QPointF(x, area.top() - 2), QPointF(x, area.bottom() + 2))
        for y in (area.top() - 2, area.bottom() + 2):
            ink.line(QPointF(x, y), QPointF(x + way, y))


def _paint_lit(ink: Ink, matrix: Matrix, area: QRectF, width: float) -> None:
    lit = area
    if matrix.row < 0 and matrix.column < 0:
        return
    if matrix.row >= 0:
        lit = QRectF(lit.left(), area.top() + matrix.row * ROW, lit.width(), ROW)
    if matrix.column >= 0:
        lit = QRectF(area.left() + matrix.column * width, lit.top(), width, lit.height())
    ink.pen("ink", 2)
    ink.painter.drawRoundedRect(lit, 3, 3)


def _cell(area: QRectF, row: int, column: int, width: float) -> QRectF:
    return QRectF(area.left() + column * width, area.top() + row * ROW, width, ROW)
