"""LayerMaps: one layer's maps or units for one sample as tiles; a click opens one of them."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import cell_at, cell_rect, paint_outline
from app.icons import paint_glyph
from app.plots.plot import Plot, Table
from app.text import format_number
from app.theme import Look, sample_image, signed_image
from app.widgets.open_number import dotted
from engine.explain.opened import Place

TITLE, GAP = 26, 6  # px
SMALLEST, LARGEST = 60, 96  # px of a tile's longer side
UNIT = (12, 24)  # px, width and height of one unit of a vector


@dataclass(frozen=True)
class LayerPicture:
    """What is shown of a layer.

    Args:
        name, family: of the layer; text: what it is, e.g. "16 maps of 8×8".
        values: (row, column, map) or (unit,).
        limit: end of the colour scale.
        raw_range: of a picture drawn as such, not in signed colours.
        statistics: of the layer, by key, as written; they open.
        shrunk: side of the squares whose means are shown; 1 where all is.
        is_sequence: a map of (time, unit).
    """

    name: str
    family: str
    text: str
    values: np.ndarray
    limit: float
    raw_range: tuple[float, float] | None = None
    statistics: tuple[tuple[str, str], ...] = ()
    shrunk: int = 1
    is_sequence: bool = False

    def place(self, tile: int, cell: tuple[int, int]) -> Place:
        """Where the number of a cell stands; of a picture in colours, that of its first channel."""
        if self.values.ndim == 1:
            return Place("activation", self.name, (tile,))
        index = cell if self.is_sequence else (*cell, 0 if self.raw_range is not None else tile)
        return (
            Place("mean", self.name, index, str(self.shrunk))
            if self.shrunk > 1
            else Place("activation", self.name, index)
        )

    @property
    def count(self) -> int:
        """Tiles: maps, or units."""
        return 1 if self.raw_range is not None else int(self.values.shape[-1])


class LayerMaps(Plot):
    """A title line and tiles in rows.

    Attributes:
        chosen: index of the map or unit double-clicked, or chosen with Shift+Enter.
        opened: the Place of a cell that was clicked, or with Enter that of the tile's largest, or the key of a
            statistic; and its rectangle on the screen.
    """

    chosen = Signal(int)
    opened = Signal(object, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._shown: LayerPicture | None = None
        self._picture: QPixmap | None = None
        self._current = 0
        self._boxes: dict[str, QRect] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_layer(self, shown: LayerPicture) -> None:
        """Show another layer, or other values of it."""
        before, self._shown, self._picture = self._shown, shown, None
        self._current = min(self._current, max(0, shown.count - 1))
        self.setAccessibleName(shown.name)
        if before is None or before.values.shape != shown.values.shape:
            self.updateGeometry()
        low, high = float(shown.values.min()), float(shown.values.max())
        self.describe(f"{shown.text}, values from {format_number(low)} to {format_number(high)}")

    def restyle(self) -> None:
        """Follow the theme."""
        self._picture = None
        self.update()

    def table(self) -> Table:
        """Return smallest, mean and largest value of every map."""
        if self._shown is None:
            return [], []
        maps = self._shown.values.reshape(-1, self._shown.values.shape[-1])
        rows = [[i, *(float(v) for v in (m.min(), m.mean(), m.max()))] for i, m in enumerate(maps.T)]
        return ["map", "smallest", "mean", "largest"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return map, row, column and value."""
        index, shown = self.index_at(place), self._shown
        if index is None or shown is None:
            return ""
        if shown.values.ndim == 1:
            return f"unit {index}: {format_number(float(shown.values[index]), 6)}"
        shape = (int(shown.values.shape[0]), int(shown.values.shape[1]))
        cell = cell_at(self.tile(index), shape, QPointF(place))
        if cell is None:
            return ""
        values = shown.values[cell] if shown.raw_range is not None else shown.values[(*cell, slice(index, index + 1))]
        text = ", ".join(format_number(float(value), 6) for value in np.atleast_1d(values))
        name = "" if shown.raw_range is not None else f"map {index}, "
        return f"{name}row {cell[0]}, column {cell[1]}: {text}"

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows of tiles."""
        if self._shown is None:
            return TITLE
        wide, high = self._tile_size()
        columns = max(1, int((width + self._gap()) // (wide + self._gap())))
        rows = -(-self._shown.count // columns)
        return int(TITLE + rows * (high + self._gap()) + 4)

    def sizeHint(self) -> QSize:
        """Return the height at the present width."""
        return QSize(400, self.heightForWidth(max(200, self.width())))

    def index_at(self, place: QPoint) -> int | None:
        """The tile under a point."""
        count = self._shown.count if self._shown is not None else 0
        return next((index for index in range(count) if self.tile(index).contains(place)), None)

    def tile(self, index: int) -> QRectF:
        """Where a tile lies."""
        wide, high = self._tile_size()
        columns = max(1, int((self.width() + self._gap()) // (wide + self._gap())))
        row, column = divmod(index, columns)
        return QRectF(column * (wide + self._gap()), TITLE + row * (high + self._gap()), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the rows anew."""
        self._picture = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was painted once, and the tile the keyboard is at."""
        if self._shown is None:
            return
        if self._picture is None:
            self._picture = self._painted(self._shown)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus():
            paint_outline(painter, self.tile(self._current).adjusted(-2, -2, 1, 1), self.look.theme.color("ink"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the cell, or the statistic, clicked."""
        place = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self._shown is None:
            return
        key = next((key for key, box in self._boxes.items() if box.contains(place)), "")
        index = self.index_at(place)
        if key:
            self._open(key, self._boxes[key])
        elif index is not None:
            self._current = index
            self.open_cell(index, self._cell_at(index, QPointF(place)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the map or unit in the view that takes it apart."""
        index = self.index_at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def open_cell(self, tile: int, cell: tuple[int, int]) -> None:
        """Open the number of a cell."""
        if self._shown is not None:
            shape = self._shown.values.shape[:2] if self._shown.values.ndim > 1 else (1, 1)
            box = cell_rect(self.tile(tile), (int(shape[0]), int(shape[1])), *cell)
            self._open(self._shown.place(tile, cell), box.toAlignedRect())

    def box_of(self, key: str) -> QRect:
        """Where a statistic is written."""
        return self._boxes[key]

    def _open(self, what: object, box: QRect) -> None:
        self.opened.emit(what, QRect(self.mapToGlobal(box.topLeft()), box.size()))

    def _cell_at(self, tile: int, place: QPointF) -> tuple[int, int]:
        values = self._shown.values if self._shown is not None else np.zeros((1, 1, 1))
        if values.ndim == 1:
            return 0, 0
        return cell_at(self.tile(tile), (int(values.shape[0]), int(values.shape[1])), place) or (0, 0)

    def _largest_cell(self, tile: int) -> tuple[int, int]:
        values = self._shown.values if self._shown is not None else np.zeros(1)
        if values.ndim == 1:
            return 0, 0
        own = np.abs(values[..., tile if values.shape[-1] > tile else 0])
        row, column = np.unravel_index(int(own.argmax()), own.shape)
        return int(row), int(column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows; Enter opens the tile's largest number, Shift+Enter the map itself."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -100_000, Qt.Key.Key_End: 100_000}
        if event.key() in steps and self._shown is not None:
            self._current = min(max(self._current + steps[Qt.Key(event.key())], 0), self._shown.count - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.chosen.emit(self._current)
            else:
                self.open_cell(self._current, self._largest_cell(self._current))
        else:
            super().keyPressEvent(event)

    def _gap(self) -> int:
        return 1 if self._shown is not None and self._shown.values.ndim == 1 else GAP

    def _tile_size(self) -> tuple[float, float]:
        assert self._shown is not None
        values = self._shown.values
        if values.ndim == 1:
            return UNIT
        high, wide = values.shape[:2]
        longest = max(high, wide)
        times = max(1.0, float(SMALLEST // longest + (SMALLEST % longest > 0)))
        if longest * times > LARGEST:
            times = LARGEST / longest
        return max(4.0, wide * times), max(4.0, high * times)

    def _painted(self, shown: LayerPicture) -> QPixmap:
        scale, theme = self.devicePixelRatioF(), self.look.theme
        made = QPixmap(self.size() * scale)
        made.setDevicePixelRatio(scale)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self._paint_title(painter, shown)
        for index in range(shown.count):
            tile = self.tile(index)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tile.width() < shown.values.shape[0])
            if shown.values.ndim == 1:
                image = signed_image(shown.values[index : index + 1, None], shown.limit, theme)
            else:
                image = self._image(shown, index)
            painter.drawImage(tile, image)
        painter.end()
        return made

    def _image(self, shown: LayerPicture, index: int) -> QImage:
        theme = self.look.theme
        if shown.raw_range is not None:
            return sample_image(shown.values, shown.raw_range, theme)
        return signed_image(shown.values[..., index], shown.limit, theme)

    def _paint_title(self, painter: QPainter, shown: LayerPicture) -> None:
        theme = self.look.theme
        paint_glyph(painter, shown.family, QRectF(0, 3, 14, 14), theme.family(shown.family))
        painter.setFont(theme.font("title"))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(20, 0, 400, 20), Qt.AlignmentFlag.AlignVCenter, shown.name)
        left = 28 + painter.fontMetrics().horizontalAdvance(shown.name)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("ink3"))
        room = QRectF(left, 0, self.width() - left, 20)
        text = painter.fontMetrics().elidedText(shown.text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_statistics(painter, shown, left + painter.fontMetrics().horizontalAdvance(text))

    def _paint_statistics(self, painter: QPainter, shown: LayerPicture, left: int) -> None:
        """Behind the title's words; each has a dotted underline, since it opens."""
        self._boxes = {}
        for key, text in shown.statistics:
            left += painter.fontMetrics().horizontalAdvance(", ")
            wide = painter.fontMetrics().horizontalAdvance(text)
            if left + wide > self.width():
                return
            box = QRect(left, 0, wide, 20)
            self._boxes[key] = box
            painter.setPen(self.look.theme.color("ink3"))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(dotted(self.look.theme.color("ctl")))
            painter.drawLine(QPointF(left, 18.5), QPointF(left + wide, 18.5))
            left += wide
