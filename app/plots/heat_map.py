"""A matrix of numbers as coloured cells."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table, text_on
from app.text import count, format_number
from app.theme import Look, grey_image, magnitude_image, signed_image

GAP_FROM = 8  # px a cell needs to be parted from its neighbours
NUMBER_FROM = 18  # px a cell needs to hold a number


class HeatMap(Plot):
    """Cells of a matrix (rows, columns), square, as large as fits. Arrows move, Enter and click pick a cell."""

    clicked = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._values = np.zeros((0, 0))
        self._low, self._high, self._map, self._numbers = 0.0, 1.0, "signed", False
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._image = QImage()
        self._current: tuple[int, int] | None = None
        self._largest = 28
        self._unit = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(24, 24)

    def set_values(
        self,
        values: np.ndarray,
        low: float,
        high: float,
        map: str = "signed",
        labels: tuple[Sequence[str], Sequence[str]] = ((), ()),
        numbers: bool = False,
    ) -> None:
        """Show other numbers.

        Args:
            values: (rows, columns).
            low, high: the ends of the colour scale; the signed map takes the larger one on both sides.
            map: "signed", "magnitude" or "grey".
            labels: of the rows and of the columns, as many as there are, or none.
            numbers: whether to write the values where the cells are large enough.
        """
        values = np.asarray(values, float)
        self._values = values.reshape(len(values), -1) if values.ndim != 2 else values
        self._low, self._high, self._map, self._numbers = float(low), float(high), map, numbers
        self._rows, self._columns = labels
        if self._current is not None and not self._inside(*self._current):
            self._current = None
        self.updateGeometry()
        self.restyle()

    @property
    def current(self) -> tuple[int, int] | None:
        """The selected cell as (row, column), or None."""
        return self._current

    def set_current(self, cell: tuple[int, int] | None) -> None:
        """Select a cell without emitting `clicked`."""
        self._current = cell if cell is not None and self._inside(*cell) else None
        self.update()

    def set_largest_cell(self, pixels: int) -> None:
        """Set the size beyond which cells do not grow."""
        self._largest = pixels
        self.update()

    def set_unit(self, unit: float) -> None:
        """Write the cells' values in units of this, e.g. 1e-8; tooltips and table keep the values themselves."""
        self._unit = unit
        self.update()

    def restyle(self) -> None:
        """Colour the cells anew."""
        theme = self.look.theme
        if self._map == "signed":
            self._image = signed_image(self._values, max(abs(self._low), abs(self._high)) or 1.0, theme)
        else:
            paint = magnitude_image if self._map == "magnitude" else grey_image
            self._image = paint(self._values, self._low, self._high, theme)
        self.describe(self._sentence())

    def table(self) -> Table:
        """Return the matrix with its labels."""
        rows, columns = self._values.shape
        headers = ["row", *(self._label(self._columns, column) for column in range(columns))]
        return headers, [[self._label(self._rows, r), *self._values[r].tolist()] for r in range(rows)]

    def tip_at(self, place: QPoint) -> str:
        """Return row, column and value of a cell."""
        cell = self.cell_at(place)
        if cell is None:
            return ""
        row, column = cell
        value = format_number(float(self._values[row, column]), 6)
        return f"row {self._label(self._rows, row)}, column {self._label(self._columns, column)}: {value}"

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """Return the (row, column) under a point, or None."""
        area, size = self._area()
        if not size or not area.contains(place):
            return None
        row, column = int((place.y() - area.top()) / size), int((place.x() - area.left()) / size)
        return (row, column) if self._inside(row, column) else None

    def sizeHint(self) -> QSize:
        """Return the size at which cells are as large as they get."""
        rows, columns = self._values.shape
        left, top = self._margins()
        return QSize(left + columns * self._largest, top + rows * self._largest)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw cells, gaps, numbers, labels and the selected cell."""
        painter = QPainter(self)
        area, size = self._area()
        if not size:
            return
        painter.drawImage(area, self._image)
        if size >= GAP_FROM:
            self._paint_gaps(painter, area, size)
        if self._numbers and size >= NUMBER_FROM:
            self._paint_numbers(painter)
        self._paint_labels(painter, size)
        if self._current is not None:
            self._outline(painter, self._cell(*self._current))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, pick with Enter."""
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if event.key() in moves and self._values.size:
            row, column = self._current or (0, 0)
            down, right = moves[Qt.Key(event.key())] if self._current else (0, 0)
            if self._inside(row + down, column + right):
                self._pick((row + down, column + right))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.clicked.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def color_of(self, row: int, column: int) -> QColor:
        """Return the colour of a cell."""
        return QColor.fromRgb(self._image.pixel(column, row))

    def _pick(self, cell: tuple[int, int]) -> None:
        self._current = cell
        self.update()
        self.clicked.emit(*cell)

    def _inside(self, row: int, column: int) -> bool:
        return 0 <= row < self._values.shape[0] and 0 <= column < self._values.shape[1]

    def _label(self, names: Sequence[str], index: int) -> str:
        return str(names[index]) if index < len(names) else str(index)

    def _margins(self) -> tuple[int, int]:
        metrics = QFontMetrics(self.look.theme.font("heat"))
        left = max((metrics.horizontalAdvance(str(name)) for name in self._rows), default=-6) + 6
        return left, 16 if len(self._columns) else 0

    def _area(self) -> tuple[QRect, float]:
        rows, columns = self._values.shape
        if not rows or not columns:
            return QRect(), 0.0
        left, top = self._margins()
        size = min((self.width() - left) / columns, (self.height() - top) / rows, float(self._largest))
        size = float(int(size)) if size >= 2 else max(size, 0.1)
        return QRect(left, top, max(1, round(size * columns)), max(1, round(size * rows))), size

    def _cell(self, row: int, column: int) -> QRectF:
        area, size = self._area()
        return QRectF(area.left() + column * size, area.top() + row * size, size, size)

    def _paint_gaps(self, painter: QPainter, area: QRect, size: float) -> None:
        ground = self.look.theme.color("panel")
        rows, columns = self._values.shape
        for column in range(1, columns + 1):
            painter.fillRect(QRectF(area.left() + column * size - 1, area.top(), 1, area.height()), ground)
        for row in range(1, rows + 1):
            painter.fillRect(QRectF(area.left(), area.top() + row * size - 1, area.width(), 1), ground)

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(self.look.theme.font("heat"))
        rows, columns = self._values.shape
        for row in range(rows):
            for column in range(columns):
                painter.setPen(text_on(self.color_of(row, column)))
                cell = self._cell(row, column)
                text = short_number(float(self._values[row, column] / self._unit), cell.width(), painter.fontMetrics())
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_labels(self, painter: QPainter, size: float) -> None:
        painter.setFont(self.look.theme.font("heat"))
        painter.setPen(self.look.theme.color("ink3"))
        left, top = self._margins()
        every = max(1, int(np.ceil(12 / size)))
        for row in range(0, len(self._rows), every):
            place = self._cell(row, 0)
            box = QRectF(0, place.center().y() - 7, left - 6, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(self._rows[row]))
        for column in range(0, len(self._columns), every):
            box = QRectF(self._cell(0, column).center().x() - 20, 0, 40, top - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._columns[column]))

    def _outline(self, painter: QPainter, cell: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.theme.color("ink"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cell.adjusted(0, 0, -1, -1), 2, 2)

    def _sentence(self) -> str:
        if not self._values.size:
            return "No values"
        rows, columns = self._values.shape
        low, high = float(np.nanmin(self._values)), float(np.nanmax(self._values))
        size = f"{count(rows)} rows, {count(columns)} columns"
        return f"{size}, values from {format_number(low)} to {format_number(high)}"


def short_number(value: float, width: float, metrics: QFontMetrics) -> str:
    """The most exact way to write a value that fits a width in px; empty where none does."""
    hundredths = f"{value:.2f}"
    for text in (format_number(value, 2), hundredths, hundredths.replace("0.", ".", 1)):
        if metrics.horizontalAdvance(text) <= width - 2:
            return text
    return ""
