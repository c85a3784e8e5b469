"""MovedPicture: the sample, moved about by the mouse or by the arrow keys."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import GAP_FROM, grid_area, paint_gaps
from app.plots.plot import Plot, Table
from app.theme import Look, sample_image
from engine.explain.shifting import shifted

SIDE = 260  # px


class MovedPicture(Plot):
    """A picture that is dragged by whole pixels of its own.

    Attributes:
        moved: pixels down and to the right, each −reach .. reach.
    """

    moved = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._raw, self._range, self._background = np.zeros((1, 1, 1)), (0.0, 1.0), 0.0
        self._shift, self._reach = (0, 0), 0
        self._grip: tuple[QPoint, tuple[int, int]] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Picture to move")
        self.setFixedSize(SIDE, SIDE)

    def set_input(self, raw: np.ndarray, value_range: tuple[float, float], background: float, reach: int) -> None:
        """Show another picture (height, width, channel)."""
        self._raw, self._range, self._background, self._reach = raw, value_range, background, reach
        self.set_shift(self._shift)

    def set_shift(self, shift: tuple[int, int]) -> None:
        """Move it without saying `moved`; further than the reach it does not go."""
        down, right = (min(max(value, -self._reach), self._reach) for value in shift)
        self._shift = (down, right)
        self.describe(f"moved {down} down, {right} right")

    @property
    def shift(self) -> tuple[int, int]:
        """Pixels down and to the right."""
        return self._shift

    def table(self) -> Table:
        """Return the shift."""
        return ["down", "right"], [list(self._shift)]

    def sizeHint(self) -> QSize:
        """Return its fixed size."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture where it is."""
        painter, theme = QPainter(self), self.look.theme
        image = sample_image(shifted(self._raw, *self._shift, self._background), self._range, theme)
        high, wide = self._raw.shape[:2]
        grid = grid_area(QRectF(0, 0, SIDE, SIDE), high, wide)
        painter.drawImage(grid, image)
        if grid.width() / wide >= GAP_FROM:
            paint_gaps(painter, grid, (high, wide), theme.color("canvas"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._grip = event.position().toPoint(), self._shift

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._grip is None:
            return
        start, shift = self._grip
        cell = grid_area(QRectF(0, 0, SIDE, SIDE), *self._raw.shape[:2]).width() / self._raw.shape[1]
        way = event.position().toPoint() - start
        self._go((shift[0] + round(way.y() / cell), shift[1] + round(way.x() / cell)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move it, Home puts it back."""
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if event.key() == Qt.Key.Key_Home:
            self._go((0, 0))
        elif event.key() in steps:
            down, right = steps[Qt.Key(event.key())]
            self._go((self._shift[0] + down, self._shift[1] + right))
        else:
            super().keyPressEvent(event)

    def _go(self, shift: tuple[int, int]) -> None:
        before = self._shift
        self.set_shift(shift)
        if self._shift != before:
            self.moved.emit(*self._shift)
