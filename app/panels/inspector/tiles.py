"""TileGrid: many small pictures on the signed map, all on one scale."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.plots.plot import Table
from app.text import format_number
from app.theme import Look, signed_image

MOST = 1024


class TileGrid(QWidget):
    """Tiles in rows as wide as the widget.

    Args:
        word: what one tile is, for its tooltip, e.g. "filter".
    """

    def __init__(self, look: Look, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._word = look, word
        self._tiles = np.zeros((0, 1, 1), np.float32)
        self._limit, self._columns, self._gap, self._aspect = 1.0, 8, 6, 1.0
        self._names: Sequence[str] = ()
        self.setAccessibleName(f"Tiles, one per {word}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("focusRing", look.theme.radius("chip"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.update)

    @property
    def hidden(self) -> int:
        """How many tiles are not shown because there are too many."""
        return max(0, len(self._tiles) - MOST)

    def set_tiles(self, tiles: np.ndarray, limit: float, columns: int, gap: int = 6, aspect: float = 0.0) -> None:
        """Show tiles (tile, row, column) on the scale −limit to limit.

        Args:
            columns: tiles in a row.
            gap: px between tiles.
            aspect: height over width of a tile; that of the arrays where it is 0.
        """
        self._tiles = np.nan_to_num(np.asarray(tiles, np.float32))
        self._limit, self._columns, self._gap = limit or 1.0, columns, gap
        height, width = self._tiles.shape[1:]
        self._aspect = aspect or (height / width if width else 1.0)
        scale = f"scale plus or minus {format_number(limit, 2)}"
        self.setAccessibleDescription(f"{len(self._tiles)} small pictures of {height} by {width} values, {scale}.")
        self.updateGeometry()
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    def table(self) -> Table:
        """Return one row per tile: its name, and its least, mean and greatest value."""
        rows = [
            [self._name(index), float(tile.min()), float(tile.mean()), float(tile.max())]
            for index, tile in enumerate(self._tiles)
            if tile.size
        ]
        return [self._word, "smallest", "mean", "greatest"], rows

    def set_names(self, names: Sequence[str]) -> None:
        """Name the tiles for their tooltips."""
        self._names = names

    def heightForWidth(self, width: int) -> int:
        """The height of all rows."""
        rows = -(-min(len(self._tiles), MOST) // self._columns)
        return max(1, round(rows * (self._side(width) * self._aspect + self._gap) - self._gap)) if rows else 1

    def sizeHint(self) -> QSize:
        """As high as it must be at its present width."""
        return QSize(self.width(), self.heightForWidth(self.width()))

    def resizeEvent(self, event: object) -> None:
        """Another width needs another height."""
        self.setFixedHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles in sight."""
        if not self._tiles.size:
            return
        painter = QPainter(self)
        count, height, width = self._tiles.shape
        image = signed_image(self._tiles[:MOST].reshape(-1, width), self._limit, self._look.theme)
        for index in range(min(count, MOST)):
            box = self._box(index)
            if box.intersects(QRectF(event.rect())):
                painter.drawImage(box, image, QRectF(QRect(0, index * height, width, height)))

    def event(self, event: QEvent) -> bool:
        """The tooltip says which tile it is, and its range."""
        if isinstance(event, QHelpEvent):
            index = self._at(event.pos())
            QToolTip.showText(event.globalPos(), self._tip(index) if index is not None else "", self)
            return True
        return super().event(event)

    def _tip(self, index: int) -> str:
        tile = self._tiles[index]
        low, high = format_number(float(tile.min())), format_number(float(tile.max()))
        name = self._name(index)
        return f"{name}: {high}" if tile.size == 1 else f"{name}: {low} to {high}"

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else f"{self._word} {index}"

    def _at(self, place: QPoint) -> int | None:
        return next((i for i in range(min(len(self._tiles), MOST)) if self._box(i).contains(place.toPointF())), None)

    def _side(self, width: int) -> float:
        return max(1.0, (width - self._gap * (self._columns - 1)) / self._columns)

    def _box(self, index: int) -> QRectF:
        side = self._side(self.width())
        row, column = divmod(index, self._columns)
        height = side * self._aspect
        return QRectF(column * (side + self._gap), row * (height + self._gap), side, height)


def activation_tiles(values: np.ndarray) -> tuple[np.ndarray, int, int, float]:
    """Return one layer's output as tiles, with columns, gap and aspect for a grid about 280 px wide.

    Args:
        values: (height, width, channels), (steps, features) or a vector.
    """
    if values.ndim == 3:
        tiles = values.transpose(2, 0, 1)
        return tiles, 4 if len(tiles) <= 16 else 8, 6 if len(tiles) <= 16 else 4, 0.0
    if values.ndim == 2:
        return values.T[None], 1, 0, 0.6
    flat = values.reshape(-1, 1, 1)
    return flat, (16 if len(flat) <= 256 else 32), (2 if len(flat) <= 256 else 1), 0.0


def kernel_tiles(kernel: np.ndarray, channel: int = 0) -> tuple[np.ndarray, int, int, float]:
    """Return one variable as tiles, with columns, gap and aspect.

    Args:
        kernel: (height, width, input channel, filter), a matrix (input, unit), or a vector.
        channel: input channel shown of a convolution's kernel.
    """
    if kernel.ndim == 4:
        return kernel[:, :, channel].transpose(2, 0, 1), 8, 6, 0.0
    if kernel.ndim == 2:
        rows, columns = kernel.shape
        return kernel[None], 1, 0, min(1.6, max(0.08, rows / columns))
    return activation_tiles(kernel.reshape(-1))
