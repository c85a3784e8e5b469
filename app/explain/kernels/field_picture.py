"""FieldPicture: the network's input with the box of pixels that one unit sees, and how much each of them moves it."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import cell_at, cell_rect, grid_area, paint_outline
from app.plots.plot import Plot, Table
from app.text import format_number
from app.theme import Look, magnitude_image, sample_image
from engine.explain.field_box import Box

SIDE = 150  # px
VEIL = 0.62  # opacity over what the unit does not see


class FieldPicture(Plot):
    """The raw input; outside the box it is veiled. With a footprint, each seen pixel's pull as a colour."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._raw = np.zeros((1, 1, 1))
        self._range = (0.0, 1.0)
        self._box: Box | None = None
        self._footprint: np.ndarray | None = None
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SIDE)
        self.setAccessibleName("Receptive field")

    def set_input(self, raw: np.ndarray, value_range: tuple[float, float]) -> None:
        """Show another input (height, width, channel)."""
        self._raw, self._range, self._image, self._footprint = raw, value_range, None, None
        self.update()

    def set_box(self, box: Box | None) -> None:
        """Show what another unit sees; its footprint is not known yet."""
        self._box, self._footprint = box, None
        self.describe(
            "nothing" if box is None else f"rows {box.top} to {box.bottom}, columns {box.left} to {box.right}"
        )

    def set_footprint(self, footprint: np.ndarray | None) -> None:
        """Show how much each pixel moves the unit (row, column)."""
        self._footprint = footprint
        self.update()

    def restyle(self) -> None:
        """Follow the theme."""
        self._image = None
        self.update()

    def table(self) -> Table:
        """Return the footprint."""
        if self._footprint is None:
            return [], []
        headers = ["row", *(str(column) for column in range(self._footprint.shape[1]))]
        return headers, [[str(row), *values] for row, values in enumerate(self._footprint.tolist())]

    def tip_at(self, place: QPoint) -> str:
        """Return a pixel's value and its pull."""
        shape = (self._raw.shape[0], self._raw.shape[1])
        cell = cell_at(self._grid(), shape, QPointF(place))
        if cell is None:
            return ""
        values = ", ".join(format_number(float(value), 4) for value in np.atleast_1d(self._raw[cell]))
        pull = (
            "" if self._footprint is None else f"; moves the unit by {format_number(float(self._footprint[cell]), 4)}"
        )
        return f"row {cell[0]}, column {cell[1]}: {values}{pull}"

    def sizeHint(self) -> QSize:
        """Return the size of the picture."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw input, veil, footprint and box."""
        painter, theme, grid = QPainter(self), self.look.theme, self._grid()
        if self._image is None:
            self._image = sample_image(self._raw, self._range, theme)
        painter.drawImage(grid, self._image)
        if self._box is None:
            return
        shape = (self._raw.shape[0], self._raw.shape[1])
        box = self._box.inside(*shape)
        seen = cell_rect(grid, shape, box.top, box.left).united(cell_rect(grid, shape, box.bottom, box.right))
        if self._footprint is not None and self._footprint.any():
            painter.setOpacity(0.75)
            part = self._footprint[box.top : box.bottom + 1, box.left : box.right + 1]
            painter.drawImage(seen, magnitude_image(part, 0.0, float(part.max()) or 1.0, theme))
        painter.setOpacity(VEIL)
        ground = theme.color("panel")
        painter.fillRect(QRectF(grid.left(), grid.top(), grid.width(), seen.top() - grid.top()), ground)
        painter.fillRect(QRectF(grid.left(), seen.bottom(), grid.width(), grid.bottom() - seen.bottom()), ground)
        painter.fillRect(QRectF(grid.left(), seen.top(), seen.left() - grid.left(), seen.height()), ground)
        painter.fillRect(QRectF(seen.right(), seen.top(), grid.right() - seen.right(), seen.height()), ground)
        painter.setOpacity(1.0)
        paint_outline(painter, seen.adjusted(0, 0, -1, -1), theme.color("ink"))

    def _grid(self) -> QRectF:
        return grid_area(QRectF(1, 1, self.width() - 2, self.height() - 2), *self._raw.shape[:2])
