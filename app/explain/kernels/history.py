"""KernelHistory: one kernel at moments of its training; a click takes the timeline there."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.explain.kernels.cells import paint_outline
from app.plots.plot import Plot, Table
from app.text import count
from app.theme import Look, signed_image

TILE, LABEL, GAP = 38, 18, 8  # px


class KernelHistory(Plot):
    """Small kernels in rows, with the epoch below.

    Attributes:
        chosen: the step whose kernel is clicked.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._kernels = np.zeros((0, 1, 1))
        self._steps: Sequence[int] = ()
        self._labels: Sequence[str] = ()
        self._now = -1
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Kernel in training")

    def set_kernels(self, kernels: np.ndarray, steps: Sequence[int], epochs: Sequence[int | None]) -> None:
        """Show other kernels.

        Args:
            kernels: (moment, kernel row, kernel column).
            steps, epochs: of the moments; None for one inside an epoch.
        """
        self._kernels, self._steps = kernels, list(steps)
        pairs = zip(steps, epochs, strict=True)
        self._labels = [str(epoch) if epoch is not None else _step_text(step) for step, epoch in pairs]
        self.updateGeometry()
        self.describe(f"{len(self._steps)} moments")

    def set_now(self, step: int) -> None:
        """Frame the moment nearest to a step."""
        self._now = min(range(len(self._steps)), key=lambda i: abs(self._steps[i] - step)) if self._steps else -1
        self.update()

    @property
    def columns(self) -> int:
        """Tiles in a row."""
        return max(1, (self.width() + GAP) // (TILE + GAP))

    def table(self) -> Table:
        """Return one row per moment."""
        return ["step", "weights"], [[s, k.ravel().tolist()] for s, k in zip(self._steps, self._kernels, strict=True)]

    def tip_at(self, place: QPoint) -> str:
        """Return the step of a moment."""
        index = self.index_at(place)
        return "" if index is None else f"step {count(self._steps[index])}; click to take the timeline there"

    def index_at(self, place: QPoint) -> int | None:
        """The moment under a point."""
        return next((i for i in range(len(self._steps)) if self.tile(i).contains(place)), None)

    def tile(self, index: int) -> QRectF:
        """Where a moment lies, its label included."""
        row, column = divmod(index, self.columns)
        return QRectF(column * (TILE + GAP) + 1, row * (TILE + LABEL) + 1, TILE, TILE + LABEL - 2)

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        columns = max(1, (width + GAP) // (TILE + GAP))
        return -(-len(self._steps) // columns) * (TILE + LABEL) + 2

    def sizeHint(self) -> QSize:
        """Return five tiles in a row."""
        return QSize(5 * (TILE + GAP), self.heightForWidth(5 * (TILE + GAP)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the kernels on one scale."""
        painter, theme = QPainter(self), self.look.theme
        limit = float(np.abs(self._kernels).max()) if self._kernels.size else 1.0
        painter.setFont(theme.font("axis"))
        for index in range(len(self._steps)):
            tile = self.tile(index)
            square = QRectF(tile.left(), tile.top(), TILE, TILE)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(square, signed_image(self._kernels[index], limit or 1.0, theme))
            painter.setPen(theme.color("ink" if index == self._now else "ink3"))
            label = QRectF(tile.left() - 4, square.bottom() + 1, TILE + 8, LABEL - 3)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._labels[index])
            if index == self._now:
                paint_outline(painter, square.adjusted(0, 0, -1, -1), theme.color("ink"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the timeline to the moment clicked."""
        index = self.index_at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._steps[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or previous moment."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self.columns, Qt.Key.Key_Down: self.columns}
        if event.key() not in steps or not self._steps:
            super().keyPressEvent(event)
            return
        wanted = min(max(self._now + steps[Qt.Key(event.key())], 0), len(self._steps) - 1)
        self.chosen.emit(self._steps[wanted])


def _step_text(step: int) -> str:
    return f"s{step}" if step < 1000 else f"{step / 1000:.3g}k"
